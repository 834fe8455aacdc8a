/** The part of a schema that has rules, with these compiled. */
import type { SchemaNode } from '../../schema/schema-node';
import { type DeclaredType, findDeclaredProperties, findDeclaredType } from '../schemas/declared-type';
import { findEscaped } from '../schemas/escaping';
import { type CompiledRule, compileRules } from './compiled-rule';
import { hasRules } from './rule';

export interface RuleNode {
  /** Which describes the values. */
  readonly node: SchemaNode;
  /** Of an object of the API, embedded or not. */
  readonly isRoot: boolean;
  readonly rules: readonly CompiledRule[];
  readonly usesOldSelf: boolean;
  readonly items?: RuleNode;
  /** Of a map. */
  readonly values?: RuleNode;
  readonly properties: ReadonlyMap<string, RuleNode>;
  /** Rules that `allOf` adds. */
  readonly allOf: readonly RuleNode[];
}

/** The type of a property; undefined where rules don't see it. */
function findPropertyType(declared: DeclaredType, name: string, node: SchemaNode): DeclaredType | undefined {
  const escaped = findEscaped(name);
  return escaped === undefined ? findDeclaredType(node, node.embeddedResource === true) : declared.fields?.get(escaped);
}

/** `rules` says the rules for values that `node` describes: the same node, or one of its `allOf`. */
function findRuleNode(
  rules: SchemaNode,
  node: SchemaNode,
  declared: DeclaredType | undefined,
  isRoot: boolean,
): RuleNode | undefined {
  if (declared === undefined) return undefined;
  const compiled = compileRules(rules, node, declared);
  const part = (own: SchemaNode | undefined, typed: SchemaNode | undefined): RuleNode | undefined =>
    own === undefined || typed === undefined
      ? undefined
      : findRuleNode(own, typed, declared.element, typed.embeddedResource === true);
  const items = part(rules.items, node.items);
  const values = part(rules.additionalProperties, node.additionalProperties);
  const properties = propertyNodes(rules, node, declared);
  const allOf = (rules.allOf ?? []).flatMap((other) => findRuleNode(other, node, declared, isRoot) ?? []);
  const isEmpty = compiled.length + properties.size + allOf.length === 0 && items === undefined && values === undefined;
  if (isEmpty) return undefined;
  return {
    node,
    isRoot,
    rules: compiled,
    usesOldSelf: compiled.some(({ usesOldSelf }) => usesOldSelf),
    properties,
    allOf,
    ...(items === undefined ? {} : { items }),
    ...(values === undefined ? {} : { values }),
  };
}

function propertyNodes(rules: SchemaNode, node: SchemaNode, declared: DeclaredType): ReadonlyMap<string, RuleNode> {
  const found = new Map<string, RuleNode>();
  for (const [name, own] of findDeclaredProperties(rules) ?? []) {
    const typed = node.properties?.get(name);
    const type = typed === undefined ? undefined : findPropertyType(declared, name, typed);
    if (typed === undefined || type === undefined) continue;
    const property = findRuleNode(own, typed, type, typed.embeddedResource === true);
    if (property !== undefined) found.set(name, property);
  }
  return found;
}

/** The rules of an object's schema; undefined where it has none. */
export function findRules(schema: SchemaNode): RuleNode | undefined {
  return hasRules(schema) ? findRuleNode(schema, schema, findDeclaredType(schema, true), true) : undefined;
}
