/**
 * Evaluates the expressions of a policy or webhook for one request, within a budget.
 * @see k8s.io/apiserver/pkg/admission/plugin/cel/activation.go, v0.34
 */
import type { Variables } from '../evaluation/frame';
import { CelError, type Result } from '../values/value';
import type { CompiledExpression } from './compiled-expression';
import { type CompiledVariables, ComposedVariables } from './composed-variables';
import { requestVariables, type SeenRequest } from './request-variables';

/** Left with where nothing more may be evaluated. */
export class OutOfBudget extends Error {
  override readonly name = 'OutOfBudget';

  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
  }
}

export class AdmissionEvaluation {
  private readonly composed: ComposedVariables;
  private readonly variables: Variables;

  constructor(
    request: SeenRequest,
    compiled: CompiledVariables,
    /** What is left. */
    public budget: number,
  ) {
    const plain = requestVariables(request);
    const composed = new ComposedVariables(compiled, plain);
    this.composed = composed;
    this.variables = (name) => (name === 'variables' ? composed : plain(name));
  }

  /**
   * The value of an expression, or why it has none, in the words of the real server.
   * @throws OutOfBudget
   */
  evaluate({ text, program, problem = '' }: CompiledExpression): Result {
    if (program === undefined) return new CelError(`compilation error: ${problem}`);
    const { result, cost } = program.run(this.variables);
    this.spend(this.composed.takeCost());
    this.spend(cost);
    return result instanceof CelError
      ? new CelError(`expression '${text}' resulted in error: ${result.message}`)
      : result;
  }

  private spend(cost: number): void {
    if (cost > this.budget) throw new OutOfBudget();
    this.budget -= cost;
  }
}
