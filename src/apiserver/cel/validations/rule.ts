/** Rules as a schema says them. */
import { isJsonObject, type JsonValue } from '../../../api/json';
import type { SchemaNode } from '../../schema/schema-node';

export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
  readonly messageExpression: string;
  readonly reason?: string;
  readonly fieldPath: string;
  readonly optionalOldSelf?: boolean;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The rules of a schema itself, not those of its parts. */
export function rulesOf(node: SchemaNode): readonly ValidationRule[] {
  const rules = node.checks?.['x-kubernetes-validations'];
  if (!Array.isArray(rules)) return [];
  return rules.filter(isJsonObject).map((rule) => ({
    rule: textOf(rule['rule']),
    message: textOf(rule['message']),
    messageExpression: textOf(rule['messageExpression']),
    fieldPath: textOf(rule['fieldPath']),
    ...(typeof rule['reason'] === 'string' ? { reason: rule['reason'] } : {}),
    ...(typeof rule['optionalOldSelf'] === 'boolean' ? { optionalOldSelf: rule['optionalOldSelf'] } : {}),
  }));
}

/** A rule as messages show it. */
export function shownRule(rule: ValidationRule): JsonValue {
  return {
    Rule: rule.rule,
    Message: rule.message,
    MessageExpression: rule.messageExpression,
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath,
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}

/** True where a schema or one of its parts has rules; what `allOf` says is no part. */
export function hasRules(node: SchemaNode | undefined): boolean {
  if (node === undefined) return false;
  if (rulesOf(node).length > 0 || hasRules(node.items) || hasRules(node.additionalProperties)) return true;
  return Array.from(node.properties?.values() ?? []).some(hasRules);
}
