/** What a built-in resource does beyond its schema: one such record for each resource of a group. */
import type { Column, Strategy } from '../resources/resource';

export interface KindFacts {
  readonly strategy: Strategy;
  /** Those of `kubectl get`, in its order; with priority 1: those of `-o wide`. */
  readonly columns: readonly Column[];
}
