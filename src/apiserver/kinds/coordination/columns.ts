/** Columns of the table of leases. */
import type { Column } from '../../resources/resource';
import { specOf } from '../checks/object-parts';
import { textAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

export const leaseColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Holder',
    'holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.',
    (object) => textAt(specOf(object), 'holderIdentity'),
  ),
  AGE_COLUMN,
];
