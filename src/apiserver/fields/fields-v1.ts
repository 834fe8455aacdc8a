/**
 * Field sets as `fieldsV1` of `metadata.managedFields` writes them.
 * @see sigs.k8s.io/structured-merge-diff/v6/fieldpath/serialize.go, v6.3
 */
import { isJsonObject, type JsonValue } from '../../api/json';
import type { DraftObject } from '../draft';
import { type FieldNode, type FieldSet, LEAF } from './field-set';
import { canonicalElement, type PathElement, sortedElements } from './path-element';

/** The set as JSON, elements in order; a field that has others below it is marked by a member `.`. */
export function encodeFields(set: FieldSet): DraftObject {
  const encoded: DraftObject = {};
  writeFields(set, encoded);
  return encoded;
}

function writeFields(set: FieldSet, into: DraftObject): void {
  for (const element of sortedElements(set.keys())) {
    const node = set.get(element);
    if (node === undefined) continue;
    const inner: DraftObject = node.member && node.children.size > 0 ? { '.': {} } : {};
    writeFields(node.children, inner);
    into[element] = inner;
  }
}

/** Who wrote the JSON: elements written by this server are in their one form already. */
export type FieldsAuthor = 'server' | 'client';

/** The set that the JSON stands for. Elements of unknown kinds are left out. Throws `Error` on what is no set. */
export function decodeFields(encoded: JsonValue, author: FieldsAuthor): FieldSet {
  return readNode(encoded, author).children;
}

function readNode(encoded: JsonValue | undefined, author: FieldsAuthor): FieldNode {
  if (encoded === null || encoded === undefined) return LEAF;
  if (!isJsonObject(encoded)) throw new Error('fields must be objects');
  let member = false;
  let children: Map<PathElement, FieldNode> | undefined;
  for (const key of Object.keys(encoded)) {
    if (key === '.') {
      member = true;
      continue;
    }
    const element = author === 'server' ? key : canonicalElement(key);
    if (element === undefined) continue;
    children ??= new Map();
    children.set(element, readNode(encoded[key], author));
  }
  return children === undefined ? LEAF : { member, children };
}
