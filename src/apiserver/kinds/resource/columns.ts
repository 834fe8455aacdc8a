/** Columns of the tables of device classes, claims and slices. */
import type { KubeObject } from '../../../api/object';
import type { Column } from '../../resources/resource';
import { specOf, statusOf } from '../checks/object-parts';
import { listAt, objectAt, textAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

export const deviceClassColumns: readonly Column[] = [NAME_COLUMN, AGE_COLUMN];

function stateCell(object: KubeObject): string {
  const status = statusOf(object);
  const isDeleted = object.metadata.deletionTimestamp !== undefined;
  if (objectAt(status, 'allocation') === undefined) return isDeleted ? 'deleted' : 'pending';
  const states = [...(isDeleted ? ['deleted'] : []), 'allocated'];
  return [...states, ...(listAt(status, 'reservedFor').length > 0 ? ['reserved'] : [])].join(',');
}

export const resourceClaimColumns: readonly Column[] = [
  NAME_COLUMN,
  column('State', 'A summary of the current state (allocated, pending, reserved, etc.).', stateCell),
  AGE_COLUMN,
];

export const resourceSliceColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Node',
    'NodeName identifies the node which provides the resources in this pool. A field selector can be used to list only ResourceSlice objects belonging to a certain node.\n\nThis field can be used to limit access from nodes to ResourceSlices with the same node name. It also indicates to autoscalers that adding new nodes of the same type as some old node might also make new resources available.\n\nExactly one of NodeName, NodeSelector, AllNodes, and PerDeviceNodeSelection must be set. This field is immutable.',
    (object) => textAt(specOf(object), 'nodeName'),
  ),
  column(
    'Driver',
    'Driver identifies the DRA driver providing the capacity information. A field selector can be used to list only ResourceSlice objects with a certain driver name.\n\nMust be a DNS subdomain and should end with a DNS domain owned by the vendor of the driver. This field is immutable.',
    (object) => textAt(specOf(object), 'driver'),
  ),
  column(
    'Pool',
    'Name is used to identify the pool. For node-local devices, this is often the node name, but this is not required.\n\nIt must not be longer than 253 characters and must consist of one or more DNS sub-domains separated by slashes. This field is immutable.',
    (object) => textAt(objectAt(specOf(object), 'pool'), 'name'),
  ),
  AGE_COLUMN,
];
