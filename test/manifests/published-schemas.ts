/**
 * JSON Schemas, one for each kind, from what a real API server publishes of itself, our CRDs included: the form in which
 * kubeconform takes them. Strict: a member that no schema names is an error.
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesCluster } from '../../src/adapters/kubernetes/client';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/json';

/** Where kubeconform finds the schema of a kind, below the folder. Of core kinds it says the version twice. */
export const SCHEMA_PATH = '{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json';

/** Writes a file for each kind that the server serves; gives their number. */
export async function writeSchemas(cluster: KubernetesCluster, folder: string): Promise<number> {
  const index = (await cluster.raw('/openapi/v3')) as { paths: Record<string, { serverRelativeURL: string }> };
  // Several documents speak of core kinds, so what they share is gathered before it is written.
  const shared = new Map<string, Record<string, JsonObject>>();
  let written = 0;
  for (const { serverRelativeURL } of Object.values(index.paths)) {
    const document = (await cluster.raw(serverRelativeURL)) as {
      components?: { schemas?: Record<string, JsonObject> };
    };
    const schemas = Object.entries(document.components?.schemas ?? {});
    const definitions = Object.fromEntries(schemas.map(([name, schema]) => [name, strict(schema)]));
    for (const [name, schema] of schemas) {
      // Types such as DeleteOptions belong to every group; no object of them is ever stored.
      const kinds = list(schema['x-kubernetes-group-version-kind']).filter(isJsonObject);
      const [own] = kinds;
      if (own === undefined || kinds.length > 1) continue;
      const { group, version, kind } = own;
      if (typeof group !== 'string' || typeof version !== 'string' || typeof kind !== 'string') continue;
      const directory = join(folder, group === '' ? version : group, version);
      mkdirSync(directory, { recursive: true });
      shared.set(directory, { ...shared.get(directory), ...definitions });
      const file = { $schema: DIALECT, $ref: `${DEFINITIONS}#/definitions/${name}` };
      writeFileSync(join(directory, `${kind.toLowerCase()}.json`), JSON.stringify(file));
      written += 1;
    }
  }
  for (const [directory, definitions] of shared)
    writeFileSync(join(directory, DEFINITIONS), JSON.stringify({ definitions }));
  return written;
}

/** What the kinds of a group and version share, in one file beside theirs. */
const DEFINITIONS = '_definitions.json';
const DIALECT = 'http://json-schema.org/draft-07/schema#';
const INT_OR_STRING = { anyOf: [{ type: 'integer' }, { type: 'string' }] } as const;

/** Members that hold schemas by names of the author's choice, one schema, or a list of them. */
const BY_NAME = new Set(['properties', 'patternProperties']);
const NESTED = new Set(['items', 'additionalProperties', 'not']);
const LISTED = new Set(['allOf', 'anyOf', 'oneOf']);

/** A schema of the server as JSON Schema: its extensions said in plain words, and closed where it names members. */
function strict(schema: JsonObject): JsonObject {
  if (schema['x-kubernetes-int-or-string'] === true || schema['format'] === 'int-or-string') return INT_OR_STRING;
  // A manifest is an object with a type and a name, whatever the schema leaves to the server.
  if (schema['x-kubernetes-embedded-resource'] === true) return { type: 'object' };
  const members = Object.entries(schema).flatMap(([name, value]): (readonly [string, JsonValue | undefined])[] => {
    if (name.startsWith('x-kubernetes-') || name === 'nullable') return [];
    if (name === '$ref' && typeof value === 'string')
      return [[name, value.replace('#/components/schemas/', '#/definitions/')]];
    if (BY_NAME.has(name) && isJsonObject(value)) return [[name, mapped(value)]];
    if (NESTED.has(name) && isJsonObject(value)) return [[name, strict(value)]];
    if (LISTED.has(name)) return [[name, list(value).map((one) => (isJsonObject(one) ? strict(one) : one))]];
    return [[name, value]];
  });
  const plain = Object.fromEntries(members);
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || 'additionalProperties' in schema;
  const closed = 'properties' in schema && !isOpen ? { ...plain, additionalProperties: false } : plain;
  return schema['nullable'] === true ? { anyOf: [closed, { type: 'null' }] } : closed;
}

function mapped(schemas: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, isJsonObject(schema) ? strict(schema) : schema]),
  );
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
