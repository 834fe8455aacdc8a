/** What the kinds of `resource.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { deviceClassColumns, resourceClaimColumns, resourceSliceColumns } from './columns';
import {
  deviceClassStrategy,
  resourceClaimStrategy,
  resourceClaimTemplateStrategy,
  resourceSliceStrategy,
} from './devices';

export const resourceKinds: Readonly<Record<string, KindFacts>> = {
  deviceclasses: { strategy: deviceClassStrategy, columns: deviceClassColumns },
  resourceclaims: { strategy: resourceClaimStrategy, columns: resourceClaimColumns },
  resourceclaimtemplates: { strategy: resourceClaimTemplateStrategy, columns: deviceClassColumns },
  resourceslices: { strategy: resourceSliceStrategy, columns: resourceSliceColumns },
};
