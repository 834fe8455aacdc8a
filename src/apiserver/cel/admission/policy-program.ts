/**
 * A validating admission policy, compiled, and what it says of a request.
 * @see k8s.io/apiserver/pkg/admission/plugin/policy/validating/validator.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import { objectAt, objectsAt, stringAt } from '../../authentication/json-members';
import { OBJECT_BUDGET } from '../cost/factors';
import { CelError, type Result, typeNameOf } from '../values/value';
import { AdmissionEvaluation, OutOfBudget } from './admission-evaluation';
import type { CompiledExpression } from './compiled-expression';
import { meetsAll } from './match-conditions';
import { PolicyCompiler } from './policy-expressions';
import type { SeenRequest } from './request-variables';

/** Why a policy wants a request refused. */
export interface Denial {
  readonly message: string;
  /** As a `Status` says it. */
  readonly reason: string;
  /** The validation, from 0. */
  readonly index: number;
}

/** What a policy says of a request, with one set of parameters. */
export interface PolicyVerdict {
  readonly denials: readonly Denial[];
  /** For the audit log. */
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  /** Why annotations could not be computed: these refuse a request whatever the binding asks for. */
  readonly annotationErrors: readonly string[];
}

interface Validation {
  readonly condition: CompiledExpression;
  readonly message: string;
  readonly messageExpression: CompiledExpression | undefined;
  readonly reason: string;
}

interface Annotation {
  readonly key: string;
  readonly value: CompiledExpression;
}

const LONGEST_MESSAGE = 5 * 1024;
const LONGEST_ANNOTATION = 10 * 1024;
const DEFAULT_REASON = 'Invalid';
const NOTHING: PolicyVerdict = { denials: [], annotations: [], annotationErrors: [] };

export class PolicyProgram {
  /** What cannot be computed is let through. */
  readonly isIgnorable: boolean;
  private readonly compiler: PolicyCompiler;
  private readonly conditions: readonly CompiledExpression[];
  private readonly validations: readonly Validation[];
  private readonly annotations: readonly Annotation[];

  constructor(policy: JsonObject) {
    const spec = objectAt(policy, 'spec') ?? {};
    this.isIgnorable = stringAt(spec, 'failurePolicy') === 'Ignore';
    const compiler = new PolicyCompiler(objectAt(spec, 'paramKind') !== undefined, true);
    this.compiler = compiler;
    for (const variable of objectsAt(spec, 'variables')) {
      compiler.declare({ name: stringAt(variable, 'name'), expression: stringAt(variable, 'expression') });
    }
    this.conditions = objectsAt(spec, 'matchConditions').map((condition) =>
      compiler.compile(stringAt(condition, 'expression'), 'matchCondition'),
    );
    this.validations = objectsAt(spec, 'validations').map((validation) => compiledValidation(validation, compiler));
    this.annotations = objectsAt(spec, 'auditAnnotations').map((annotation) => ({
      key: stringAt(annotation, 'key'),
      value: compiler.compile(stringAt(annotation, 'valueExpression'), 'auditAnnotation'),
    }));
  }

  judge(request: SeenRequest): PolicyVerdict {
    const meets = this.meetsConditions(request);
    if (meets instanceof CelError) return this.failed(meets.message);
    if (!meets) return NOTHING;
    try {
      const denials = this.denials(request);
      return { denials, ...this.annotate(request) };
    } catch (error) {
      if (error instanceof OutOfBudget) return this.failed(error.message);
      throw error;
    }
  }

  private meetsConditions(request: SeenRequest): boolean | CelError {
    if (this.conditions.length === 0) return true;
    const seen = { ...request, resource: request.attributes, namespace: undefined };
    const meets = meetsAll(this.conditions, seen, this.compiler.variables);
    return meets instanceof CelError && this.isIgnorable ? false : meets;
  }

  private failed(message: string): PolicyVerdict {
    return this.isIgnorable ? NOTHING : { ...NOTHING, denials: [{ message, reason: '', index: 0 }] };
  }

  private denials(request: SeenRequest): readonly Denial[] {
    const evaluation = new AdmissionEvaluation(request, this.compiler.variables, OBJECT_BUDGET);
    const results = this.validations.map(({ condition }) => evaluation.evaluate(condition));
    const messages = this.messages(request, evaluation.budget);
    return this.validations.flatMap((validation, index) => {
      const result = results[index] ?? null;
      const denied = (message: string, reason = ''): readonly Denial[] => [{ message, reason, index }];
      if (result instanceof CelError) return this.isIgnorable ? [] : denied(result.message);
      if (messages instanceof OutOfBudget) {
        return this.isIgnorable ? [] : denied(`failed messageExpression: ${messages.message}`);
      }
      if (result === true) return [];
      return denied(messageOf(validation, messages[index] ?? null), validation.reason);
    });
  }

  /** The texts of all validations: they are computed before it is known which are needed. */
  private messages(request: SeenRequest, budget: number): readonly Result[] | OutOfBudget {
    const evaluation = new AdmissionEvaluation(withoutAuthorizer(request), this.compiler.variables, budget);
    try {
      return this.validations.map(({ messageExpression }) =>
        messageExpression === undefined ? null : evaluation.evaluate(messageExpression),
      );
    } catch (error) {
      if (error instanceof OutOfBudget) return error;
      throw error;
    }
  }

  private annotate(request: SeenRequest): Omit<PolicyVerdict, 'denials'> {
    const evaluation = new AdmissionEvaluation(withoutAuthorizer(request), this.compiler.variables, OBJECT_BUDGET);
    const annotations: { key: string; value: string }[] = [];
    const annotationErrors: string[] = [];
    const results = this.annotations.map(({ key, value }) => ({ key, value, result: evaluation.evaluate(value) }));
    for (const { key, value, result } of results) {
      if (result instanceof CelError) {
        if (!this.isIgnorable) annotationErrors.push(result.message);
      } else if (typeof result === 'string') {
        const text = result.trim().slice(0, LONGEST_ANNOTATION);
        if (text !== '') annotations.push({ key, value: text });
      } else if (result !== null) {
        const problem = `valueExpression '${value.text}' resulted in unsupported return type: ${typeNameOf(result)}`;
        annotationErrors.push(`${problem}. Return type must be either string or null.`);
      }
    }
    return { annotations, annotationErrors };
  }
}

function compiledValidation(validation: JsonObject, compiler: PolicyCompiler): Validation {
  const messageExpression = stringAt(validation, 'messageExpression');
  const reason = stringAt(validation, 'reason');
  return {
    condition: compiler.compile(stringAt(validation, 'expression'), 'validation'),
    message: stringAt(validation, 'message').trim(),
    messageExpression: messageExpression === '' ? undefined : compiler.compile(messageExpression, 'messageExpression'),
    reason: reason === '' ? DEFAULT_REASON : reason,
  };
}

function withoutAuthorizer(request: SeenRequest): SeenRequest {
  return { ...request, authorizer: undefined };
}

function messageOf({ condition, message }: Validation, computed: Result): string {
  const told = typeof computed === 'string' ? computed.trim() : '';
  const isUsable = told !== '' && Buffer.byteLength(told) <= LONGEST_MESSAGE && !told.includes('\n');
  if (isUsable) return told;
  return message === '' ? `failed expression: ${condition.text.trim()}` : message;
}
