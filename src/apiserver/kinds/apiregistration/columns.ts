/** Columns of the table of API services. */
import type { JsonObject } from '../../../api/json';
import type { Column } from '../../resources/resource';
import { specOf, statusOf } from '../checks/object-parts';
import { listAt, objectAt, textAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

function serviceCell(service: JsonObject | undefined): string {
  return service === undefined ? 'Local' : `${textAt(service, 'namespace')}/${textAt(service, 'name')}`;
}

function availableCell(status: JsonObject): string {
  const condition = listAt(status, 'conditions').find((one) => textAt(one, 'type') === 'Available');
  if (condition === undefined) return 'Unknown';
  const value = textAt(condition, 'status');
  const reason = textAt(condition, 'reason');
  return value === 'True' || reason === '' ? value : `${value} (${reason})`;
}

export const apiServiceColumns: readonly Column[] = [
  NAME_COLUMN,
  column('Service', 'The reference to the service that hosts this API endpoint.', (object) =>
    serviceCell(objectAt(specOf(object), 'service')),
  ),
  column('Available', 'Whether this service is available.', (object) => availableCell(statusOf(object))),
  AGE_COLUMN,
];
