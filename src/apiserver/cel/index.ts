/**
 * Kubernetes' expression language (CEL): the rules in `x-kubernetes-validations` of CRDs, and what admission policies and
 * webhooks say in expressions.
 *
 * `syntax` reads expressions, `typing` checks them, `cost` estimates what they cost, `evaluation` runs them on `values`;
 * `libraries` has the functions, `schemas` sees JSON through schemas, `validations` is what CRDs need, `admission` what
 * policies and webhooks need.
 * @see https://kubernetes.io/docs/reference/using-api/cel/
 */
import type { JsonObject, JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { ValidationRules } from '../custom-resources/validation-rules';
import type { FieldError } from '../field-error';
import { canonicalJson } from '../json/json-text';
import type { SchemaNode } from '../schema/schema-node';
import { nodeOf } from '../schema/structural-schema';
import { PolicyProgram } from './admission/policy-program';
import { ruleErrors } from './validations/rule-check';
import { RuleEvaluation } from './validations/rule-evaluator';
import { findRules, type RuleNode } from './validations/rule-node';

export { webhookConditions } from './admission/match-conditions';
export { celExpressionCheck } from './admission/policy-expressions';
export type { Denial, PolicyVerdict } from './admission/policy-program';
export {
  type ExpressionWarning,
  type KindSource,
  typeCheckWarnings,
  type VersionedKind,
} from './admission/type-checking';

/** Rules that are evaluated, also telling what was let through as it didn't change. */
export interface EvaluatedRules {
  /** `warn`: default nobody is told. */
  evaluate(value: JsonValue, old: JsonValue | undefined, warn?: (text: string) => void): readonly FieldError[];
}

export interface CelValidationRules extends ValidationRules {
  compile(schema: SchemaNode): EvaluatedRules | undefined;
}

function evaluatedRules(root: RuleNode): EvaluatedRules {
  return {
    evaluate(value, old, warn = () => undefined) {
      const evaluation = new RuleEvaluation(warn);
      evaluation.run(root, value, old);
      return evaluation.errors;
    },
  };
}

/** The rules of CRDs, in CEL; what is compiled is kept as long as the schema. */
export function celValidationRules(): CelValidationRules {
  const compiled = new WeakMap<SchemaNode, { readonly rules: EvaluatedRules | undefined }>();
  return {
    compile(schema) {
      const known = compiled.get(schema);
      if (known !== undefined) return known.rules;
      const root = findRules(schema);
      const rules = root === undefined ? undefined : evaluatedRules(root);
      compiled.set(schema, { rules });
      return rules;
    },
    check(openAPIV3Schema: JsonObject, { path, old }) {
      const isUnchanged = old !== undefined && canonicalJson(old) === canonicalJson(openAPIV3Schema);
      return ruleErrors(nodeOf(openAPIV3Schema), { path, isUnchanged });
    },
  };
}

const programs = new WeakMap<KubeObject, PolicyProgram>();

/** A validating admission policy, ready to judge requests; what is compiled is kept as long as the object. */
export function policyProgram(policy: KubeObject): PolicyProgram {
  const known = programs.get(policy);
  if (known !== undefined) return known;
  const made = new PolicyProgram(policy as unknown as JsonObject);
  programs.set(policy, made);
  return made;
}
