/**
 * Reads Kubernetes' protobuf messages as the JSON that says the same. What a message doesn't hold isn't in the object, and
 * fields that nobody knows are passed over.
 */

import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import type { Draft, DraftObject } from '../draft';
import { integerValue } from '../json/int64';
import { parseJson } from '../json/json-text';
import type { MessagePlan, ProtobufField, ProtobufPlan, SchemaOrMessagePlan } from './protobuf-plan';

/** The object that a message holds. Throws an `Error` where the bytes are no such message. */
export function readMessage(bytes: Uint8Array, plan: MessagePlan): DraftObject {
  const object: DraftObject = {};
  readInto(object, new BinaryReader(bytes), plan);
  return object;
}

const OWN_MEMBER = { configurable: true, enumerable: true, writable: true } as const;

/** Calls back with the number of each field, after which its value is to be read or skipped. */
function eachField(reader: BinaryReader, read: (number: number, wireType: WireType) => void): void {
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    read(number, wireType);
  }
}

function readInto(object: DraftObject, reader: BinaryReader, plan: MessagePlan): void {
  eachField(reader, (number, wireType) => {
    const field = plan.byNumber.get(number);
    if (field === undefined) reader.skip(wireType, number);
    else readField(object, reader, field);
  });
}

function readField(object: DraftObject, reader: BinaryReader, { name, plan }: ProtobufField): void {
  if (name === '' && plan.form === 'message') {
    readInto(object, new BinaryReader(reader.bytes()), plan);
  } else if (plan.form === 'items') {
    const list = object[name];
    const item = readValue(reader, plan.item);
    if (Array.isArray(list)) list.push(item);
    else object[name] = [item];
  } else if (plan.form === 'entries') {
    const map = (object[name] ??= {}) as DraftObject;
    readEntry(map, new BinaryReader(reader.bytes()), plan.item);
  } else {
    object[name] = readValue(reader, plan);
  }
}

function readEntry(map: DraftObject, reader: BinaryReader, item: ProtobufPlan): void {
  let key = '';
  let value: Draft = null;
  eachField(reader, (number, wireType) => {
    if (number === 1) key = reader.string();
    else if (number === 2) value = readValue(reader, item);
    else reader.skip(wireType, number);
  });
  // A plain assignment to this name would change the prototype.
  if (key === '__proto__') Object.defineProperty(map, key, { value, ...OWN_MEMBER });
  else map[key] = value;
}

function readValue(reader: BinaryReader, plan: ProtobufPlan): Draft {
  switch (plan.form) {
    case 'string':
      return reader.string();
    case 'bool':
      return reader.bool();
    case 'int32':
      return reader.int32();
    case 'int64':
      return integerValue(BigInt(reader.int64()));
    case 'float64':
      return reader.double();
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    default:
      return readParts(new BinaryReader(reader.bytes()), plan);
  }
}

function readParts(reader: BinaryReader, plan: ProtobufPlan): Draft {
  switch (plan.form) {
    case 'message': {
      const object: DraftObject = {};
      readInto(object, reader, plan);
      return object;
    }
    case 'wrapped':
      return readList(reader, plan.item);
    case 'quantity':
      return readText(reader) ?? '0';
    case 'time':
    case 'micro-time':
      return readTime(reader, plan.form === 'micro-time');
    case 'int-or-string':
      return readIntOrString(reader);
    case 'raw-extension':
    case 'fields-v1':
    case 'json':
      return readRaw(reader);
    case 'schema-or':
      return readSchemaOr(reader, plan);
    default:
      throw new Error(`a value of form ${plan.form} isn't a message`);
  }
}

function readList(reader: BinaryReader, item: ProtobufPlan): Draft[] {
  const list: Draft[] = [];
  eachField(reader, (number, wireType) => {
    if (number === 1) list.push(readValue(reader, item));
    else reader.skip(wireType, number);
  });
  return list;
}

function readText(reader: BinaryReader): string | undefined {
  let text: string | undefined;
  eachField(reader, (number, wireType) => {
    if (number === 1) text = reader.string();
    else reader.skip(wireType, number);
  });
  return text;
}

function readTime(reader: BinaryReader, hasMicros: boolean): string | null {
  if (reader.len === 0) return null;
  let seconds = 0;
  let nanos = 0;
  eachField(reader, (number, wireType) => {
    if (number === 1) seconds = Number(reader.int64());
    else if (number === 2) nanos = reader.int32();
    else reader.skip(wireType, number);
  });
  const text = new Date(seconds * 1000).toISOString().slice(0, -'.000Z'.length);
  if (!hasMicros) return `${text}Z`;
  return `${text}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z`;
}

function readIntOrString(reader: BinaryReader): number | string {
  let type = 0;
  let int = 0;
  let text = '';
  eachField(reader, (number, wireType) => {
    if (number === 1) type = Number(reader.int64());
    else if (number === 2) int = reader.int32();
    else if (number === 3) text = reader.string();
    else reader.skip(wireType, number);
  });
  return type === 0 ? int : text;
}

function readRaw(reader: BinaryReader): Draft {
  const text = readText(reader);
  return text === undefined || text === '' ? null : (parseJson(text) as Draft);
}

function readSchemaOr(reader: BinaryReader, { schema, other }: SchemaOrMessagePlan): Draft {
  const item: ProtobufPlan = other === 'schemas' ? schema : { form: 'string' };
  const found: { schema?: Draft; allows: boolean; readonly list: Draft[] } = { allows: false, list: [] };
  eachField(reader, (number, wireType) => {
    if (number === (other === 'bool' ? 2 : 1)) found.schema = readValue(reader, schema);
    else if (number === 1) found.allows = reader.bool();
    else if (number === 2) found.list.push(readValue(reader, item));
    else reader.skip(wireType, number);
  });
  if (found.schema !== undefined) return found.schema;
  if (other === 'bool') return found.allows;
  return found.list.length === 0 ? null : found.list;
}
