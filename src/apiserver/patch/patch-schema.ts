/**
 * What a strategic merge patch must know of an object's members: how each is merged, and which member names an item of a list.
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/meta.go, v0.34
 */
import type { SchemaNode } from '../schema/schema-node';
import { failedPatch } from './patch-error';

export interface MemberMerging {
  /** `merge`, `replace` or empty. */
  readonly strategy: string;
  /** Empty where items have no name. */
  readonly mergeKey: string;
  /** The schema of the member, or of its items. */
  readonly schema: SchemaNode;
}

/** How a member that holds an object is merged. Throws `StatusError` 500 where the schema has no such member. */
export function getObjectMerging(schema: SchemaNode, name: string): MemberMerging {
  const member = getMember(schema, name);
  return { strategy: strategyOf(member), mergeKey: member.patchMergeKey ?? '', schema: member };
}

/** How a member that holds a list is merged. Throws `StatusError` 500 where the schema has no such list. */
export function getListMerging(schema: SchemaNode, name: string): MemberMerging {
  const member = getMember(schema, name);
  const { items } = member;
  if (member.type !== 'array' || items === undefined) {
    throw failedPatch(`expected slice or array type, but got: ${goKind(schema)}`);
  }
  if (items.type === 'array') throw failedPatch('unexpected slice of slice');
  return { strategy: strategyOf(member), mergeKey: member.patchMergeKey ?? '', schema: items };
}

function getMember(schema: SchemaNode, name: string): SchemaNode {
  const kind = goKind(schema);
  if (kind !== 'struct') {
    throw failedPatch(`merging an object in json but data type is not struct, instead is: ${kind}`);
  }
  const exact = schema.properties?.get(name);
  if (exact !== undefined) return exact;
  const folded = name.toLowerCase();
  for (const [known, member] of schema.properties ?? []) if (known.toLowerCase() === folded) return member;
  const struct = (schema.wire?.goType ?? '').split('.').at(-1) ?? '';
  throw failedPatch(`unable to find api field in struct ${struct} for the json field ${JSON.stringify(name)}`);
}

/** The strategy beside `retainKeys`, which the patch itself speaks of. */
function strategyOf({ patchStrategy }: SchemaNode): string {
  if (patchStrategy === undefined) return '';
  const strategies = patchStrategy.split(',').filter((strategy) => strategy !== 'retainKeys');
  if (strategies.length > 1) throw failedPatch(`unexpected patch strategy: [${patchStrategy.split(',').join(' ')}]`);
  return strategies[0] ?? '';
}

/** What holds such a value in a Go program. */
export function goKind({ type, properties, additionalProperties, format }: SchemaNode): string {
  switch (type) {
    case 'array':
      return 'slice';
    case 'boolean':
      return 'bool';
    case 'integer':
      return format === 'int32' ? 'int32' : 'int64';
    case 'number':
      return 'float64';
    case 'string':
      return 'string';
    case 'object':
      return additionalProperties !== undefined && properties === undefined ? 'map' : 'struct';
    case undefined:
      return 'struct';
  }
}
