/** What the kinds of `node.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { runtimeClassColumns } from './columns';
import { runtimeClassStrategy } from './runtime-class';

export const nodeKinds: Readonly<Record<string, KindFacts>> = {
  runtimeclasses: { strategy: runtimeClassStrategy, columns: runtimeClassColumns },
};
