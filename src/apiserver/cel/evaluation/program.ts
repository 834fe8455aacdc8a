/** Expressions that are ready to run. */
import { CALL_LIMIT } from '../cost/factors';
import type { Checked } from '../typing/checker';
import { CelError, type Result } from '../values/value';
import { CostLimitExceeded, Frame, type Step, type Variables } from './frame';
import { Planner } from './planner';

export interface Outcome {
  readonly result: Result;
  /** Also of an evaluation that was ended for its cost. */
  readonly cost: number;
}

/** How the error of an evaluation begins that cost more than one may. */
export const COST_LIMIT_EXCEEDED = 'operation cancelled: actual cost limit exceeded';

/** Can be run any number of times. */
export class Program {
  constructor(private readonly step: Step) {}

  run(variables: Variables, limit: number = CALL_LIMIT): Outcome {
    const frame = new Frame(variables, limit);
    try {
      const result = this.step(frame);
      return { result, cost: frame.cost };
    } catch (error) {
      if (!(error instanceof CostLimitExceeded)) throw error;
      return { result: new CelError(COST_LIMIT_EXCEEDED), cost: frame.cost };
    }
  }
}

/** Throws `ProgramError` where a part that is known beforehand cannot be computed. */
export function plan(checked: Checked): Program {
  return new Program(new Planner(checked).plan(checked.expression).step);
}
