/**
 * Holds objects against the rules of their schema.
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go, v0.34
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import {
  duplicateField,
  type FieldError,
  fieldErrorText,
  forbiddenField,
  invalidField,
  requiredField,
} from '../../field-error';
import { isUnchanged, type OldValue, oldItems } from '../../schema/correlation';
import type { SchemaNode } from '../../schema/schema-node';
import { OBJECT_BUDGET } from '../cost/factors';
import type { Variables } from '../evaluation/frame';
import { COST_LIMIT_EXCEEDED } from '../evaluation/program';
import { withObjectMetadata } from '../schemas/declared-type';
import { schemaValue } from '../schemas/schema-value';
import { CelError, NONE, Optional, type Result } from '../values/value';
import { type CompiledRule } from './compiled-rule';
import type { RuleNode } from './rule-node';

/** Left with where nothing more may be evaluated. */
class BudgetExhausted extends Error {
  override readonly name = 'BudgetExhausted';
}

/** A value that is looked at, beside what it replaces. */
interface Pair {
  readonly value: JsonValue;
  readonly old: OldValue;
  readonly node: SchemaNode;
}

/** What is known of how a value was before: its own older value, or that of the nearest value around it that has one. */
interface Ratchet {
  readonly current: Pair | undefined;
  readonly around: Pair | undefined;
}

const NEW: Ratchet = { current: undefined, around: undefined };

interface Visit {
  readonly path: string;
  readonly value: JsonValue;
  readonly old: OldValue;
  readonly ratchet: Ratchet;
}

const LONGEST_MESSAGE = 5 * 1024;

function member(value: OldValue, name: string): OldValue {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function ruleText({ source }: CompiledRule): string {
  return (source.message.length > 0 ? source.message : source.rule).trim();
}

function defaultMessage({ source }: CompiledRule): string {
  return source.message.length > 0 ? source.message.trim() : `failed rule: ${source.rule.trim()}`;
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function errorFor(rule: CompiledRule, path: string, type: string, message: string): FieldError {
  switch (rule.source.reason) {
    case 'FieldValueForbidden':
      return forbiddenField(path, message);
    case 'FieldValueRequired':
      return requiredField(path, message);
    case 'FieldValueDuplicate':
      return duplicateField(path, type);
    default:
      return invalidField(path, type, message);
  }
}

/** One object on its way through the rules. */
export class RuleEvaluation {
  readonly errors: FieldError[] = [];
  private budget = OBJECT_BUDGET;

  /** `warn`: told of what isn't held against the writer, as it didn't change. */
  constructor(private readonly warn: (text: string) => void) {}

  /** `old`: what the object replaces; undefined where it is new. */
  run(root: RuleNode, value: JsonValue, old: JsonValue | undefined): void {
    const ratchet = old === undefined ? NEW : { current: { value, old, node: root.node }, around: undefined };
    try {
      this.visit(root, { path: '', value, old, ratchet });
    } catch (error) {
      if (!(error instanceof BudgetExhausted)) throw error;
    }
  }

  private visit(node: RuleNode, visit: Visit): void {
    if (visit.value === null) return;
    this.evaluateRules(node, visit);
    for (const other of node.allOf) {
      this.visit(other, { ...visit, ratchet: { current: undefined, around: visit.ratchet.around } });
    }
    if (Array.isArray(visit.value)) this.visitItems(node, visit.value as readonly JsonValue[], visit);
    else if (typeof visit.value === 'object') this.visitMembers(node, visit.value as JsonObject, visit);
  }

  private visitMembers(node: RuleNode, value: JsonObject, { path, old, ratchet }: Visit): void {
    if (node.values === undefined && node.properties.size === 0) return;
    for (const [name, memberValue] of Object.entries(value)) {
      const next = { value: memberValue ?? null, old: member(old, name) };
      if (node.values !== undefined) {
        this.visit(node.values, { ...next, path: `${path}[${name}]`, ratchet: memberRatchet(ratchet, name) });
      }
      const property = node.properties.get(name);
      if (property !== undefined) {
        this.visit(property, { ...next, path: below(path, name), ratchet: memberRatchet(ratchet, name) });
      }
    }
  }

  private visitItems(node: RuleNode, value: readonly JsonValue[], { path, old, ratchet }: Visit): void {
    const { items } = node;
    if (items === undefined) return;
    const find = oldItems(old, node.node);
    for (const [index, item] of value.entries()) {
      const before = find?.(item);
      this.visit(items, {
        path: `${path}[${String(index)}]`,
        value: item,
        old: before,
        ratchet: itemRatchet(ratchet, item),
      });
    }
  }

  private evaluateRules(node: RuleNode, visit: Visit): void {
    if (node.rules.length === 0) return;
    const type = node.node.type ?? '';
    if (this.budget <= 0) this.exhaust(visit.path, type);
    const variables = variablesOf(node, visit);
    for (const rule of node.rules) this.evaluateRule(rule, visit, { type, variables });
  }

  private exhaust(path: string, type: string): never {
    const detail = 'validation failed due to running out of cost budget, no further validation rules will be run';
    this.errors.push(invalidField(path, type, detail));
    throw new BudgetExhausted();
  }

  private evaluateRule(
    rule: CompiledRule,
    visit: Visit,
    { type, variables }: { readonly type: string; readonly variables: NodeVariables },
  ): void {
    const { path } = visit;
    if (rule.problem !== undefined) {
      this.errors.push(invalidField(path, type, `rule compile error: ${rule.problem}`));
      return;
    }
    const isOptional = rule.source.optionalOldSelf === true;
    const isNew = visit.old === undefined || visit.old === null;
    if (rule.program === undefined || (rule.usesOldSelf && isNew && !isOptional)) return;
    const given = isOptional ? variables.optional : variables.plain;
    const { result, cost } = rule.program.run(given);
    if (cost > this.budget) this.exhaust(path, type);
    this.budget -= cost;
    if (result instanceof CelError) this.tellFailure(rule, path, type, result.message);
    else if (result !== true) this.tellBreach(rule, visit, { type, given });
  }

  private tellFailure(rule: CompiledRule, path: string, type: string, message: string): void {
    if (message.startsWith('no such overload')) {
      const why = 'call arguments did not match a supported operator, function or macro signature for rule';
      this.errors.push(invalidField(path, type, `'${message}': ${why}: ${ruleText(rule)}`));
    } else if (message.startsWith(COST_LIMIT_EXCEEDED)) {
      const why = 'no further validation rules will be run due to call cost exceeds limit for rule';
      this.errors.push(invalidField(path, type, `'${message}': ${why}: ${ruleText(rule)}`));
      throw new BudgetExhausted();
    } else this.errors.push(invalidField(path, type, `${message} evaluating rule: ${ruleText(rule)}`));
  }

  private tellBreach(
    rule: CompiledRule,
    visit: Visit,
    { type, given }: { readonly type: string; readonly given: Variables },
  ): void {
    const path = rule.fieldPath === '' ? visit.path : below(visit.path, rule.fieldPath);
    const tell = (error: FieldError): void => {
      if (!rule.usesOldSelf && isRatcheted(visit.ratchet)) this.warn(fieldErrorText(error));
      else this.errors.push(error);
    };
    if (rule.messageProgram === undefined) {
      tell(errorFor(rule, path, type, defaultMessage(rule)));
      return;
    }
    const { result, cost } = rule.messageProgram.run(given);
    if (cost > this.budget) {
      const why = 'messageExpression evaluation failed due to running out of cost budget';
      tell(invalidField(path, type, `${why}, no further validation rules will be run`));
      throw new BudgetExhausted();
    }
    this.budget -= cost;
    if (result instanceof CelError && result.message.startsWith(COST_LIMIT_EXCEEDED)) {
      const expression = JSON.stringify(rule.source.messageExpression);
      const why = 'no further validation rules will be run due to call cost exceeds limit for messageExpression';
      tell(invalidField(path, type, `${why}: ${expression}`));
      throw new BudgetExhausted();
    }
    tell(errorFor(rule, path, type, usableMessage(result) ?? defaultMessage(rule)));
  }
}

/** The message that an expression gave; undefined where it cannot be shown. */
function usableMessage(result: Result): string | undefined {
  const message = typeof result === 'string' ? result.trim() : '';
  const isUsable = message !== '' && Buffer.byteLength(message) <= LONGEST_MESSAGE && !message.includes('\n');
  return isUsable ? message : undefined;
}

interface NodeVariables {
  readonly plain: Variables;
  readonly optional: Variables;
}

function variablesOf(node: RuleNode, { value, old }: Visit): NodeVariables {
  const typed = node.isRoot ? withObjectMetadata(node.node) : node.node;
  const self = schemaValue(value, typed);
  const before = old === undefined || old === null || !node.usesOldSelf ? undefined : schemaValue(old, typed);
  const optional = before === undefined ? NONE : before instanceof CelError ? before : new Optional(before);
  return {
    plain: (name) => (name === 'self' ? self : name === 'oldSelf' ? before : undefined),
    optional: (name) => (name === 'self' ? self : name === 'oldSelf' ? optional : undefined),
  };
}

/** What is known of a member. The version and kind of an object are never seen to change. */
function memberRatchet(ratchet: Ratchet, name: string): Ratchet {
  const { current, around } = ratchet;
  if (current === undefined) return ratchet;
  if (around === undefined && (name === 'apiVersion' || name === 'kind')) return NEW;
  const { value, old, node } = current;
  const child = node.properties?.get(name) ?? node.additionalProperties;
  const isCorrelated =
    isJsonObject(value) && isJsonObject(old) && Object.hasOwn(value, name) && Object.hasOwn(old, name);
  if (!isCorrelated || child === undefined) return { current: undefined, around: current };
  return { current: { value: value[name] ?? null, old: old[name] ?? null, node: child }, around: current };
}

function itemRatchet(ratchet: Ratchet, item: JsonValue): Ratchet {
  const { current } = ratchet;
  if (current === undefined) return ratchet;
  const old = oldItems(current.old, current.node)?.(item);
  const { items } = current.node;
  if (old === undefined || items === undefined) return { current: undefined, around: current };
  return { current: { value: item, old, node: items }, around: current };
}

/** True where a value, or where nothing is known of it what is around it, is as it was. */
function isRatcheted({ current, around }: Ratchet): boolean {
  const pair = current ?? around;
  return pair !== undefined && isUnchanged(pair.value, pair.old, pair.node);
}
