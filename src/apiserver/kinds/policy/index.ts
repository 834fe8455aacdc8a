/** What the kinds of `policy` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { podDisruptionBudgetColumns } from './columns';
import { podDisruptionBudgetStrategy } from './pod-disruption-budget';

export const policyKinds: Readonly<Record<string, KindFacts>> = {
  poddisruptionbudgets: { strategy: podDisruptionBudgetStrategy, columns: podDisruptionBudgetColumns },
};
