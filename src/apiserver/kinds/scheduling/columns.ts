/** Columns of the table of priority classes. */
import type { Column } from '../../resources/resource';
import { flagAt, jsonOf, numberAt, textAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

export const priorityClassColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Value',
    'value represents the integer value of this priority class. This is the actual priority that pods receive when they have the name of this class in their pod spec.',
    (object) => numberAt(jsonOf(object), 'value'),
    { type: 'integer' },
  ),
  column(
    'Global-Default',
    'globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class. Only one PriorityClass can be marked as `globalDefault`. However, if more than one PriorityClasses exists with their `globalDefault` field set to true, the smallest value of such global default PriorityClasses will be used as the default priority.',
    (object) => flagAt(jsonOf(object), 'globalDefault'),
    { type: 'boolean' },
  ),
  AGE_COLUMN,
  column(
    'PreemptionPolicy',
    'preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.',
    (object) => textAt(jsonOf(object), 'preemptionPolicy'),
  ),
];
