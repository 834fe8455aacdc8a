/** The columns of a kind that has none of its own. */
import type { Column } from '../../resources/resource';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

export const defaultColumns: readonly Column[] = [
  NAME_COLUMN,
  column('Created At', AGE_COLUMN.description, ({ metadata }) => metadata.creationTimestamp ?? null, { type: 'date' }),
];
