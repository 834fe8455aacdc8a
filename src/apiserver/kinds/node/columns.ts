/** Columns of the table of runtime classes. */
import type { Column } from '../../resources/resource';
import { jsonOf, textAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

export const runtimeClassColumns: readonly Column[] = [
  NAME_COLUMN,
  column('Handler', '', (object) => textAt(jsonOf(object), 'handler')),
  AGE_COLUMN,
];
