/**
 * `metadata` between JSON and the form in which a Go server gives it back: nothing unknown, nothing empty, times in UTC.
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta/coerce.go, v0.34
 */

import { type Draft, type DraftObject, isDraftObject } from '../draft';
import { isNumeric, isWholeNumber } from '../json/int64';
import { jsonText } from '../json/json-text';
import { parseTime, TimeSyntax } from './go-time';
import { OBJECT_META } from './object-meta';
import type { SchemaNode } from './schema-node';

export interface DecodedMeta {
  /** Absent where there is an error. */
  readonly meta?: DraftObject;
  /** Below `metadata`, in the order found: `foo`, `ownerReferences[0].bar`. */
  readonly unknown: readonly string[];
  /** What a Go server says of a value of the wrong type. */
  readonly error?: string;
}

/** Ends decoding at once, where other problems are only noted. */
class Abort extends Error {}

/** What is known of the place that is decoded, for messages. */
interface Place {
  /** Go's name of the struct around, and the JSON names from `metadata` on. */
  readonly struct: string;
  readonly names: readonly string[];
  /** With indices, for unknown fields. */
  readonly path: string;
}

/** Decodes the value of a member `metadata`. Absent and null members become nothing. */
export function decodeObjectMeta(metadata: Draft): DecodedMeta {
  const decoding = new Decoding();
  try {
    const meta = decoding.value(metadata, OBJECT_META, { struct: '', names: [], path: '' });
    if (decoding.error === undefined) return { meta: isDraftObject(meta) ? meta : {}, unknown: decoding.unknown };
    return { unknown: decoding.unknown, error: decoding.error };
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
    return { unknown: decoding.unknown, error: error.message };
  }
}

/** What can be decoded of metadata that was stored before it was checked: members of a wrong type are left out. */
export function salvageObjectMeta(metadata: Draft): DraftObject {
  const whole = decodeObjectMeta(metadata);
  if (whole.meta !== undefined || !isDraftObject(metadata)) return whole.meta ?? {};
  const salvaged: DraftObject = {};
  for (const [name, value] of Object.entries(metadata)) {
    if (value !== undefined) Object.assign(salvaged, decodeObjectMeta({ [name]: value }).meta);
  }
  return salvaged;
}

class Decoding {
  error: string | undefined;
  readonly unknown: string[] = [];

  value(value: Draft, node: SchemaNode, place: Place): Draft | undefined {
    if (value === null) return zeroOf(node);
    if (node.preserveUnknownFields === true) return value;
    switch (node.type) {
      case 'object':
        return isDraftObject(value) ? this.members(value, node, place) : this.mismatch(value, node, place);
      case 'array':
        return Array.isArray(value) ? this.items(value, node, place) : this.mismatch(value, node, place);
      case 'integer':
        return isWholeNumber(value) ? value : this.mismatch(value, node, place);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.mismatch(value, node, place);
      default:
        if (typeof value === 'string') return node.format === 'date-time' ? time(value) : value;
        if (node.format === 'date-time') throw new Abort(mismatchText(value, node, place));
        return this.mismatch(value, node, place);
    }
  }

  private members(value: DraftObject, node: SchemaNode, place: Place): DraftObject {
    const decoded: DraftObject = {};
    const { properties, additionalProperties } = node;
    // A Go server decodes members in the order of their names, and tells the first problem.
    for (const name of Object.keys(value).sort()) {
      const member = value[name];
      if (member === undefined) continue;
      if (properties === undefined) {
        const item = this.value(member, additionalProperties ?? {}, place);
        if (item !== undefined) setOwn(decoded, name, item);
        continue;
      }
      const property = properties.get(name);
      const path = place.path === '' ? name : `${place.path}.${name}`;
      if (property === undefined) {
        this.unknown.push(path);
        continue;
      }
      const inside = { struct: structName(node), names: [...place.names, name], path };
      const item = this.value(member, property, inside);
      if (item !== undefined && !(property.wire?.omitEmpty === true && isEmpty(item, property))) decoded[name] = item;
    }
    for (const [name, property] of properties ?? []) {
      if (property.wire?.omitEmpty !== true && !Object.hasOwn(decoded, name)) decoded[name] = zeroOf(property) ?? null;
    }
    return decoded;
  }

  private items(value: readonly Draft[], node: SchemaNode, place: Place): Draft[] {
    return value.map((item, index) => {
      const items = node.items ?? {};
      const decoded = this.value(item, items, { ...place, path: `${place.path}[${String(index)}]` });
      return decoded ?? zeroOf(items) ?? null;
    });
  }

  /** Notes the first value of a wrong type, and stands for it. */
  private mismatch(value: Draft, node: SchemaNode, place: Place): Draft | undefined {
    this.error ??= mismatchText(value, node, place);
    return undefined;
  }
}

function structName(node: SchemaNode): string {
  return (node.wire?.goType ?? '').replace(/^v1\./, '');
}

function mismatchText(value: Draft, node: SchemaNode, { struct, names }: Place): string {
  const goType = node.wire?.goType ?? '';
  const where =
    struct === '' ? `Go value of type ${goType}` : `Go struct field ${struct}.${names.join('.')} of type ${goType}`;
  return `json: cannot unmarshal ${jsonKind(value, node)} into ${where}`;
}

function jsonKind(value: Draft, node: SchemaNode): string {
  if (isNumeric(value)) return node.type === 'integer' ? `number ${jsonText(value)}` : 'number';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? 'array' : 'object';
}

/** What Go's zero value is as JSON; undefined where it is left out. */
function zeroOf(node: SchemaNode): Draft | undefined {
  if (node.wire?.omitEmpty === true) return undefined;
  if (node.type === 'string') return '';
  if (node.type === 'object' && node.properties !== undefined) return new Decoding().value({}, node, NOWHERE);
  return null;
}

const NOWHERE: Place = { struct: '', names: [], path: '' };

function isEmpty(value: Draft, node: SchemaNode): boolean {
  if (node.wire?.pointer === true) return false;
  if (value === '' || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isDraftObject(value) && Object.keys(value).length === 0;
}

function time(text: string): string {
  try {
    return `${parseTime(text).toISOString().slice(0, 19)}Z`;
  } catch (error) {
    if (error instanceof TimeSyntax) throw new Abort(error.message, { cause: error });
    throw error;
  }
}

function setOwn(object: DraftObject, name: string, value: Draft): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}

/** The metadata of an object, in place; nothing where it has none. Returns the paths of unknown fields, or an error. */
export function decodeMetaOf(object: DraftObject): { readonly unknown: readonly string[]; readonly error?: string } {
  const metadata = object['metadata'];
  if (metadata === undefined) return { unknown: [] };
  const { meta, unknown, error } = decodeObjectMeta(metadata);
  if (meta === undefined) return { unknown, error: error ?? '' };
  object['metadata'] = meta;
  return { unknown };
}
