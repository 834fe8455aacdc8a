/**
 * The CustomResourceDefinition of a kind, with everything the API server would fill in written out, so that what is applied
 * is what is stored.
 */

import type { JsonObject, JsonValue } from '../api/json';
import type { Manifest } from '../api/object';
import { apiVersionOf } from '../api/resource-type';
import type { KindSchema, PrinterColumn, Rule } from './kind-schema';
import { readSchema, type SchemaNode } from './schema-node';

/**
 * The CRD (apiextensions.k8s.io/v1) of a kind: one served and stored version with a structural schema.
 * @throws SchemaUnsupported where the schema says what no structural schema can.
 */
export function crdOf(schema: KindSchema): Manifest {
  const { group, version, kind, plural, namespaced } = schema.type;
  const singular = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      conversion: { strategy: 'None' },
      group,
      names: {
        ...(schema.categories === undefined ? {} : { categories: [...schema.categories] }),
        kind,
        listKind: `${kind}List`,
        plural,
        ...(schema.shortNames === undefined ? {} : { shortNames: [...schema.shortNames] }),
        singular,
      },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      versions: [
        {
          ...(schema.columns === undefined ? {} : { additionalPrinterColumns: schema.columns.map(printerColumn) }),
          name: version,
          schema: { openAPIV3Schema: rootSchema(schema) },
          served: true,
          storage: true,
          ...(hasStatusSubresource(schema) ? { subresources: { status: {} } } : {}),
        },
      ],
    },
  };
}

/** True where status is a subresource: the kind has a status, and doesn't say otherwise. */
export function hasStatusSubresource(schema: KindSchema): boolean {
  return schema.status !== undefined && schema.statusSubresource !== false;
}

function printerColumn(column: PrinterColumn): JsonObject {
  const { name, type, jsonPath, description, priority } = column;
  return {
    ...(description === undefined ? {} : { description }),
    jsonPath,
    name,
    ...(priority === undefined || priority === 0 ? {} : { priority }),
    type,
  };
}

function rootSchema(schema: KindSchema): JsonObject {
  const spec = readSchema(schema.spec, 'spec');
  const status = schema.status === undefined ? undefined : readSchema(schema.status, 'status');
  const rules = (schema.rules ?? []).map((rule) => validationOf(rule, { spec, status }));
  return {
    description: schema.description,
    properties: {
      apiVersion: { description: `The version of the schema: ${apiVersionOf(schema.type)}.`, type: 'string' },
      kind: { description: `The kind of object: ${schema.type.kind}.`, type: 'string' },
      metadata: { type: 'object' },
      spec: structuralSchema(spec),
      ...(status === undefined ? {} : { status: structuralSchema(status) }),
    },
    ...(schema.specRequired === false ? {} : { required: ['spec'] }),
    type: 'object',
    ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': rules }),
  };
}

/** `fieldPath` only where the schema names the field: the API server refuses any other, those of metadata included. */
function validationOf(
  rule: Rule,
  roots: { readonly spec: SchemaNode; readonly status: SchemaNode | undefined },
): JsonObject {
  const [root, ...steps] = rule.path.split('.');
  const start = root === 'spec' ? roots.spec : root === 'status' ? roots.status : undefined;
  const field = steps.reduce<SchemaNode | undefined>((node, step) => node?.properties?.get(step), start);
  return { ...(field === undefined ? {} : { fieldPath: `.${rule.path}` }), message: rule.message, rule: rule.cel };
}

/** A node in the API server's words. */
export function structuralSchema(node: SchemaNode): JsonObject {
  const rules = node.rules.map(({ rule, message, fieldPath }) => ({
    ...(fieldPath === undefined ? {} : { fieldPath }),
    message,
    rule,
  }));
  // CEL has no type for a map of free values; its keys are checked by the validator alone.
  if (node.keyPattern !== undefined && node.values?.scalars === undefined && node.values?.type !== undefined) {
    rules.push({
      message: `every key must ${node.explain === undefined ? `match ${node.keyPattern}` : `be ${node.explain}`}`,
      rule: `self.all(key, key.matches(${JSON.stringify(node.keyPattern)}))`,
    });
  }
  return {
    ...(node.intOrString
      ? { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true }
      : {}),
    ...(node.type === undefined ? {} : { type: node.type }),
    ...(node.description === undefined ? {} : { description: node.description }),
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node.nullable ? { nullable: true } : {}),
    ...(node.preserveUnknown ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    ...keywordsFor(node),
    // The server drops an empty map, and would then take the CRD for changed each time it is applied.
    ...(node.properties === undefined || node.properties.size === 0
      ? {}
      : {
          properties: Object.fromEntries(
            [...node.properties].map(([name, member]): [string, JsonValue] => [name, structuralSchema(member)]),
          ),
        }),
    ...(node.required.length === 0 ? {} : { required: [...node.required] }),
    ...(node.items === undefined ? {} : { items: structuralSchema(node.items) }),
    ...(node.values === undefined ? {} : { additionalProperties: structuralSchema(node.values) }),
    ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': rules }),
  };
}

/** A value that is taken as it is has no type in the CRD, and a keyword without its type is refused. */
function keywordsFor(node: SchemaNode): JsonObject {
  return node.scalars === undefined ? node.keywords : {};
}
