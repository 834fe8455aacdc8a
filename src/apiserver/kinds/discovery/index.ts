/** What the kinds of `discovery.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { endpointSliceColumns } from './columns';
import { endpointSliceStrategy } from './endpoint-slice';

export const discoveryKinds: Readonly<Record<string, KindFacts>> = {
  endpointslices: { strategy: endpointSliceStrategy, columns: endpointSliceColumns },
};
