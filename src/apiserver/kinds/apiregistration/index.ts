/** What the kinds of `apiregistration.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { apiServiceStrategy } from './api-service';
import { apiServiceColumns } from './columns';

export const apiregistrationKinds: Readonly<Record<string, KindFacts>> = {
  apiservices: { strategy: apiServiceStrategy, columns: apiServiceColumns },
};
