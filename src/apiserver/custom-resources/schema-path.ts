/**
 * Paths that must lead to a field of a schema: selectable fields, and the fields that rules blame.
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go, v0.34
 */
import type { JsonObject } from '../../api/json';
import { schemaAt } from './schema-parts';

/** The schema that a path leads to, and the names on the way; or why it leads nowhere. */
export type SchemaPath =
  | { readonly names: readonly string[]; readonly schema: JsonObject | undefined }
  | { readonly error: string };

/** Follows `.spec.color` or, where brackets are allowed, `.spec['a.b']`. */
export function schemaPath(text: string, root: JsonObject, options: { readonly allowsBrackets: boolean }): SchemaPath {
  const tokens = tokensOf(text);
  const names: string[] = [];
  let schema: JsonObject | undefined = root;
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at++] ?? '';
    if (token !== '.' && token !== '[') return { error: `expected [ or . but got: ${token}` };
    if (token === '[' && !options.allowsBrackets) return { error: 'array notation is not allowed' };
    const next = tokens[at++];
    if (next === undefined) return { error: 'unexpected end of JSON path' };
    if (token === '[' && !/^'.*'$/s.test(next)) return { error: `expected single quoted string but got ${next}` };
    const name = token === '[' ? next.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : next;
    const below: Below | undefined = memberOf(schema, name);
    if (below === undefined) return { error: 'does not refer to a valid field' };
    schema = below.schema;
    names.push(name);
    if (token === '.') continue;
    const end = tokens[at++];
    if (end === undefined) return { error: 'unexpected end of JSON path' };
    if (end !== ']') return { error: `expected ] but got ${end}` };
  }
  return { names, schema };
}

interface Below {
  readonly schema: JsonObject | undefined;
}

function memberOf(schema: JsonObject | undefined, name: string): Below | undefined {
  const properties = schemaAt(schema, 'properties');
  if (properties !== undefined && Object.keys(properties).length > 0) {
    const property = Object.hasOwn(properties, name) ? schemaAt(properties, name) : undefined;
    return property === undefined ? undefined : { schema: property };
  }
  const values = schema?.['additionalProperties'];
  return values === undefined || values === null ? undefined : { schema: schemaAt(schema, 'additionalProperties') };
}

/** Dots and brackets are tokens of their own; so is what stands in single quotes. */
function tokensOf(text: string): readonly string[] {
  return text.match(/'(?:[^'\\]|\\.)*'?|[.[\]]|[^.[\]]+/gs) ?? [];
}
