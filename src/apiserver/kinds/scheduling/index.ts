/** What the kinds of `scheduling.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { priorityClassColumns } from './columns';
import { priorityClassStrategy } from './priority-class';

export const schedulingKinds: Readonly<Record<string, KindFacts>> = {
  priorityclasses: { strategy: priorityClassStrategy, columns: priorityClassColumns },
};
