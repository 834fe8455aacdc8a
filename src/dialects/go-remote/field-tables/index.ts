/** What becomes of every field of go-remote's kind. */
import type { FieldTable } from '../../field-table';
import { goRemoteFields } from './go-remote';

export const goRemoteFieldTables: readonly FieldTable[] = [goRemoteFields];
