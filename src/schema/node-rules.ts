/**
 * What the API server checks beside JSON Schema: items that are told apart by their keys, and the rules of single nodes.
 */
import { canonicalJson, isJsonObject, type JsonValue } from '../api/json';
import type { Problem } from '../api/problem';
import { memberPath } from './field-path';
import type { SchemaRule } from './keywords';
import type { SchemaNode } from './schema-node';

interface Visit {
  readonly node: SchemaNode;
  readonly value: unknown;
  /** The value before, where it can be told which one that was. */
  readonly before: unknown;
  readonly path: string;
  readonly rulesApply: boolean;
}

/** Repeated items and rules that don't hold, below and at a node. Rules are judged only where `rulesApply`. */
export function nodeProblems(node: SchemaNode, value: unknown, before: unknown, rulesApply: boolean): Problem[] {
  return visit({ node, value, before, path: '', rulesApply });
}

function visit(at: Visit): Problem[] {
  if (at.value === undefined || at.value === null) return [];
  const below = Array.isArray(at.value)
    ? itemProblems(at, at.value)
    : isJsonObject(at.value)
      ? memberProblems(at, at.value)
      : [];
  return [...(at.rulesApply ? brokenRules(at) : []), ...below];
}

function itemProblems(at: Visit, list: readonly unknown[]): Problem[] {
  const { node, path, rulesApply } = at;
  const { items } = node;
  if (items === undefined) return [];
  const keyOf = itemKey(node);
  const previous = new Map(
    (Array.isArray(at.before) ? (at.before as readonly unknown[]) : []).map((item) => [keyOf?.(item), item]),
  );
  return [
    ...(keyOf === undefined ? [] : repetitions(list, keyOf, path)),
    ...list.flatMap((value, index) =>
      visit({
        node: items,
        value,
        before: keyOf === undefined ? undefined : previous.get(keyOf(value)),
        path: `${path}[${index}]`,
        rulesApply,
      }),
    ),
  ];
}

/** How a list tells its items apart; undefined where it doesn't. */
function itemKey(node: SchemaNode): ((item: unknown) => string) | undefined {
  const listType = node.keywords['x-kubernetes-list-type'];
  if (listType === 'set') return canonicalJson;
  if (listType !== 'map') return undefined;
  const names = (node.keywords['x-kubernetes-list-map-keys'] ?? []) as readonly string[];
  return (item) => names.map((name) => (isJsonObject(item) ? canonicalJson(item[name]) : canonicalJson(item))).join();
}

function repetitions(list: readonly unknown[], keyOf: (item: unknown) => string, path: string): Problem[] {
  const first = new Map<string, number>();
  return list.flatMap((item, index) => {
    const key = keyOf(item);
    const before = first.get(key);
    if (before === undefined) first.set(key, index);
    return before === undefined ? [] : [{ path: `${path}[${index}]`, message: `repeats item ${before}` }];
  });
}

function memberProblems(at: Visit, object: Readonly<Record<string, JsonValue | undefined>>): Problem[] {
  const before = isJsonObject(at.before) ? at.before : {};
  return Object.entries(object).flatMap(([name, value]) => {
    const node = at.node.properties?.get(name) ?? at.node.values;
    if (node === undefined) return [];
    const previous = Object.hasOwn(before, name) ? before[name] : undefined;
    return visit({ node, value, before: previous, path: memberPath(at.path, name), rulesApply: at.rulesApply });
  });
}

function brokenRules({ node, value, before, path }: Visit): Problem[] {
  return node.rules
    .filter((rule) => !ruleHolds(rule, value, before))
    .map(({ message, fieldPath }) => ({ path: `${path}${fieldPath ?? ''}`, message }));
}

function ruleHolds(rule: SchemaRule, value: unknown, before: unknown): boolean {
  if (rule.holds === undefined) return true;
  const isTransition = /\boldSelf\b/.test(rule.rule);
  if (isTransition && before === undefined) return true;
  try {
    return rule.holds(value as never, before as never);
  } catch {
    return false;
  }
}
