/** One evaluation: its variables and what it has cost so far. */
import type { Result } from '../values/value';

/** Left with where an evaluation costs too much. */
export class CostLimitExceeded extends Error {
  override readonly name = 'CostLimitExceeded';
}

/** Computes one part of an expression. */
export type Step = (frame: Frame) => Result;

/** What stands in a slot until it is looked at for the first time. */
export class Deferred {
  constructor(readonly step: Step) {}
}

/** The variables that an expression is given; undefined for one that isn't there. */
export type Variables = (name: string) => Result | undefined;

export class Frame {
  cost = 0;
  /** The variables of folds. */
  readonly slots: (Result | Deferred | undefined)[] = [];

  constructor(
    readonly variables: Variables,
    private readonly limit: number,
  ) {}

  /** Throws `CostLimitExceeded`. */
  charge(cost: number): void {
    this.cost += cost;
    if (this.cost > this.limit) throw new CostLimitExceeded();
  }
}
