/** What the kinds of `coordination.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { leaseColumns } from './columns';
import { leaseStrategy } from './lease';

export const coordinationKinds: Readonly<Record<string, KindFacts>> = {
  leases: { strategy: leaseStrategy, columns: leaseColumns },
};
