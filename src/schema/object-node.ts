/**
 * The whole object of a kind as one node: what validation and defaulting walk.
 */
import { apiVersionOf } from '../api/resource-type';
import type { KindSchema } from './kind-schema';
import { OBJECT_META } from './object-meta';
import { readSchema, type SchemaNode } from './schema-node';

const WORD = { nullable: false, intOrString: false, preserveUnknown: false, required: [], rules: [] } as const;

const nodes = new WeakMap<KindSchema, SchemaNode>();

/**
 * The node of a kind's objects, read once for each kind.
 * @throws SchemaUnsupported where the schema says what no structural schema can.
 */
export function objectNode(schema: KindSchema): SchemaNode {
  const known = nodes.get(schema);
  if (known !== undefined) return known;
  const exactly = (word: string): SchemaNode => ({ ...WORD, type: 'string', keywords: { enum: [word] } });
  const node: SchemaNode = {
    ...WORD,
    type: 'object',
    keywords: {},
    required: ['apiVersion', 'kind', 'metadata', ...(schema.specRequired === false ? [] : ['spec'])],
    properties: new Map([
      ['apiVersion', exactly(apiVersionOf(schema.type))],
      ['kind', exactly(schema.type.kind)],
      ['metadata', readSchema(OBJECT_META, 'metadata')],
      ['spec', readSchema(schema.spec, 'spec')],
      ...(schema.status === undefined ? [] : ([['status', readSchema(schema.status, 'status')]] as const)),
    ]),
  };
  nodes.set(schema, node);
  return node;
}
