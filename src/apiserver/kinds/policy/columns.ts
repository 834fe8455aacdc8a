/** Columns of the table of disruption budgets. */
import type { JsonValue } from '../../../api/json';
import type { Column } from '../../resources/resource';
import { specOf, statusOf } from '../checks/object-parts';
import { numberAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

function amountCell(amount: JsonValue | undefined): string {
  return typeof amount === 'number' || typeof amount === 'string' ? String(amount) : 'N/A';
}

export const podDisruptionBudgetColumns: readonly Column[] = [
  NAME_COLUMN,
  column('Min Available', 'The minimum number of pods that must be available.', (object) =>
    amountCell(specOf(object)['minAvailable']),
  ),
  column('Max Unavailable', 'The maximum number of pods that may be unavailable.', (object) =>
    amountCell(specOf(object)['maxUnavailable']),
  ),
  column(
    'Allowed Disruptions',
    'Calculated number of pods that may be disrupted at this time.',
    (object) => numberAt(statusOf(object), 'disruptionsAllowed'),
    { type: 'integer' },
  ),
  AGE_COLUMN,
];
