/**
 * Schemas as the API's OpenAPI documents say them, which is what expressions of policies are checked against.
 * @see k8s.io/apiserver/pkg/cel/openapi/resolver/definitions.go, v0.34
 */
import { OBJECT_META } from '../../schema/object-meta';
import type { SchemaNode } from '../../schema/schema-node';

const STRING: SchemaNode = { type: 'string' };
/** Of such values the documents say no type. */
const UNTYPED: SchemaNode = {};

/** The schema of the objects of a kind. */
export function publishedNode(root: SchemaNode): SchemaNode {
  const properties = Array.from(root.properties ?? []).map(
    ([name, node]) => [name, published(node, new Set([root]))] as const,
  );
  const everywhere = [
    ['apiVersion', STRING],
    ['kind', STRING],
    ['metadata', published(OBJECT_META, new Set())],
  ] as const;
  return { ...root, properties: new Map([...properties, ...everywhere]) };
}

/** `around`: a type inside itself is shown once. */
function published(node: SchemaNode, around: ReadonlySet<SchemaNode>): SchemaNode {
  if (around.has(node) || node.format === 'quantity') return UNTYPED;
  const inside = new Set([...around, node]);
  const { properties, items, additionalProperties, preserveUnknownFields, wire } = node;
  const values = additionalProperties === undefined ? undefined : published(additionalProperties, inside);
  if (values === UNTYPED) return UNTYPED;
  return {
    ...node,
    ...(preserveUnknownFields === true && wire !== undefined ? { type: 'object' as const } : {}),
    ...publishedFormat(node),
    ...(properties === undefined
      ? {}
      : { properties: new Map(Array.from(properties, ([name, part]) => [name, published(part, inside)])) }),
    ...(items === undefined ? {} : { items: published(items, inside) }),
    ...(values === undefined ? {} : { additionalProperties: values }),
  };
}

/** Formats of built-in kinds that the documents call otherwise. */
function publishedFormat({ format, wire }: SchemaNode): { readonly format?: string } {
  if (format === 'micro-time') return { format: 'date-time' };
  return format === 'duration' && wire !== undefined ? { format: '' } : {};
}
