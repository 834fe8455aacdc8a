/** The path of a field that a rule blames: `.spec['a.b']` in a rule is `spec.a.b` in its errors. */
import type { SchemaNode } from '../../schema/schema-node';
import { findDeclaredProperties } from '../schemas/declared-type';

const STEP = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/gs;

/** Undefined for a path that leads to no field of a schema. */
export function findFieldPath(path: string, node: SchemaNode): string | undefined {
  let at: SchemaNode | undefined = node;
  let text = '';
  let end = 0;
  for (const match of path.matchAll(STEP)) {
    if (match.index !== end) return undefined;
    end += match[0].length;
    const name: string = match[1] ?? (match[2] ?? '').replaceAll(/\\(.)/gs, '$1');
    const properties: ReadonlyMap<string, SchemaNode> | undefined = findDeclaredProperties(at);
    if (properties === undefined && at?.additionalProperties === undefined) return undefined;
    at = properties === undefined ? at?.additionalProperties : properties.get(name);
    if (properties !== undefined && at === undefined) return undefined;
    text += properties === undefined ? `[${name}]` : text === '' ? name : `.${name}`;
  }
  return end === path.length ? text : undefined;
}
