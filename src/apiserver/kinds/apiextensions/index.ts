/** How definitions of custom resources stand in tables; what they do is told where they are served. */
import type { Column } from '../../resources/resource';
import { defaultColumns } from '../checks/default-columns';

export const customResourceDefinitionColumns: readonly Column[] = defaultColumns;
