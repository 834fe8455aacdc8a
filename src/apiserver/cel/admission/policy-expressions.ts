/**
 * Checks the expressions of policies and webhooks where these are written.
 * @see k8s.io/kubernetes/pkg/apis/admissionregistration/validation/validation.go, v1.34
 */
import { type FieldError, invalidField } from '../../field-error';
import type { ExpressionCheck, ExpressionUse } from '../../kinds/admissionregistration/expression-check';
import type { CelType } from '../typing/type';
import {
  ANNOTATION_RESULT,
  CONDITION_RESULT,
  type CompiledExpression,
  compileExpression,
  MESSAGE_RESULT,
  type ResultTypes,
} from './compiled-expression';
import type { CompiledVariables } from './composed-variables';
import { admissionEnvironment, composedType } from './environment';

const RESULTS: Readonly<Record<ExpressionUse['use'], ResultTypes>> = {
  matchCondition: CONDITION_RESULT,
  variable: undefined,
  validation: CONDITION_RESULT,
  messageExpression: MESSAGE_RESULT,
  auditAnnotation: ANNOTATION_RESULT,
};

export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

/** Compiles expressions of one policy. */
export class PolicyCompiler {
  private readonly types = new Map<string, CelType>();
  private readonly compiled = new Map<string, CompiledExpression>();

  /** `hasVariables`: whether there is anything called `variables`. */
  constructor(
    private readonly hasParams: boolean,
    private readonly hasVariables: boolean,
  ) {}

  /** What was declared so far. */
  get variables(): CompiledVariables {
    return this.compiled;
  }

  /** What is compiled after this knows the variable, also where it is wrong. */
  declare({ name, expression }: NamedExpression): void {
    const compiled = this.compile(expression, 'variable');
    this.types.set(name, composedType(compiled.type));
    this.compiled.set(name, compiled);
  }

  compile(text: string, use: ExpressionUse['use']): CompiledExpression {
    const hasAuthorizer = use !== 'messageExpression';
    const composed = this.hasVariables ? this.types : undefined;
    const environment = admissionEnvironment({ hasParams: this.hasParams, hasAuthorizer, composed });
    return compileExpression(text, environment, RESULTS[use]);
  }
}

function errorOf(
  { problem, isInternal }: CompiledExpression,
  { path, expression }: ExpressionUse,
): readonly FieldError[] {
  if (problem === undefined) return [];
  if (isInternal === true) return [{ type: 'InternalError', field: path, detail: problem }];
  return [invalidField(path, expression, problem)];
}

/** The check of expressions in CEL: what does not compile, or is of the wrong type, is refused. */
export const celExpressionCheck: ExpressionCheck = (use) => {
  const { expression, hasParams, variables } = use;
  const compiler = new PolicyCompiler(hasParams, use.use === 'variable' || variables.length > 0);
  for (const variable of variables) compiler.declare(variable);
  return errorOf(compiler.compile(expression, use.use), use);
};
