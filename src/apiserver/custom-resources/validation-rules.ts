/**
 * What is needed of CEL: the rules in `x-kubernetes-validations`, compiled and evaluated elsewhere.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import type { JsonObject, JsonValue } from '../../api/json';
import type { FieldError } from '../field-error';
import type { SchemaNode } from '../schema/schema-node';

/** The rules of one schema, ready to be evaluated. */
export interface CompiledRules {
  /**
   * What the rules say of a value, in the order of the schema. `old` is what it replaces, undefined where it is new: rules
   * that compare with `oldSelf` are then left out. What didn't change isn't held against the writer.
   */
  evaluate(value: JsonValue, old: JsonValue | undefined): readonly FieldError[];
}

/** Where to say that rules are wrong. */
export interface RuleCheck {
  /** `spec.validation.openAPIV3Schema`. */
  readonly path: string;
  /** Rules that were there before, whose costs aren't held against the writer; absent at creation. */
  readonly old?: JsonObject;
}

export interface ValidationRules {
  /** The rules of a schema that was accepted; undefined where it has none. */
  compile(schema: SchemaNode): CompiledRules | undefined;
  /** What is wrong with the rules in a schema that is structural: errors of compilation, and what they may cost. */
  check(openAPIV3Schema: JsonObject, check: RuleCheck): readonly FieldError[];
}

/** Where rules are said, but not evaluated: `compile` finds none and `check` nothing wrong. */
export const WITHOUT_RULES: ValidationRules = { compile: () => undefined, check: () => [] };
