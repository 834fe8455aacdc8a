/**
 * Writes objects in the form in which the API gives them out as Kubernetes' protobuf messages, byte for byte as Go does. As its
 * output wants it, each message is written from its last field to its first.
 */

import type { JsonObject, JsonValue } from '../../api/json';
import { findDouble, findLargeInt } from '../json/int64';
import { jsonText } from '../json/json-text';
import type { ProtobufOutput } from './protobuf-output';
import type { MessagePlan, ProtobufField, ProtobufPlan, SchemaOrMessagePlan } from './protobuf-plan';

/** The fields of an object's message. */
export function writeMessage(output: ProtobufOutput, object: JsonObject, { fields }: MessagePlan): void {
  for (let index = fields.length - 1; index >= 0; index--) {
    const field = fields[index];
    if (field === undefined) continue;
    const value = field.name === '' ? object : (object[field.name] ?? null);
    if (value !== null || !field.pointer) writeField(output, field, value);
  }
}

function writeField(output: ProtobufOutput, { number, plan }: ProtobufField, value: JsonValue): void {
  switch (plan.form) {
    case 'items':
      writeItems(output, number, plan.item, value);
      return;
    case 'entries':
      writeEntries(output, number, plan.item, value);
      return;
    case 'wrapped':
    case 'bytes':
      // Nothing is written for nothing; for an empty value there is a field.
      if (value !== null) writeValue(output, number, plan, value);
      return;
    default:
      writeValue(output, number, plan, value);
  }
}

function writeItems(output: ProtobufOutput, number: number, item: ProtobufPlan, value: JsonValue): void {
  if (!Array.isArray(value)) return;
  const items = value as readonly JsonValue[];
  for (let index = items.length - 1; index >= 0; index--) writeValue(output, number, item, items[index] ?? null);
}

function writeEntries(output: ProtobufOutput, number: number, item: ProtobufPlan, value: JsonValue): void {
  if (!isObject(value)) return;
  const keys = Object.keys(value).sort(compareBytes);
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index] ?? '';
    output.message(number, () => {
      writeValue(output, 2, item, value[key] ?? null);
      output.text(1, key);
    });
  }
}

/** One value with its tag; a null stands for the zero value. */
function writeValue(output: ProtobufOutput, number: number, plan: ProtobufPlan, value: JsonValue): void {
  switch (plan.form) {
    case 'string':
      output.text(number, typeof value === 'string' ? value : '');
      return;
    case 'bool':
      output.flag(number, value === true);
      return;
    case 'int32':
    case 'int64':
      output.integer(number, findLargeInt(value) ?? numberOf(value));
      return;
    case 'float64':
      output.double(number, numberOf(value));
      return;
    case 'bytes':
      output.bytes(number, Buffer.from(typeof value === 'string' ? value : '', 'base64'));
      return;
    default:
      output.message(number, () => {
        writeParts(output, plan, value);
      });
  }
}

/** What a message of one of the types with a form of their own holds. */
function writeParts(output: ProtobufOutput, plan: ProtobufPlan, value: JsonValue): void {
  switch (plan.form) {
    case 'message':
      writeMessage(output, isObject(value) ? value : {}, plan);
      return;
    case 'wrapped':
      writeItems(output, 1, plan.item, value);
      return;
    case 'quantity':
      output.text(1, typeof value === 'string' ? value : '0');
      return;
    case 'time':
    case 'micro-time':
      writeTime(output, value, plan.form === 'micro-time');
      return;
    case 'int-or-string':
      output.text(3, typeof value === 'string' ? value : '');
      output.integer(2, numberOf(value));
      output.integer(1, typeof value === 'string' ? 1 : 0);
      return;
    case 'raw-extension':
    case 'fields-v1':
    case 'json':
      if (value !== null) output.text(1, jsonText(value));
      return;
    case 'schema-or':
      writeSchemaOr(output, plan, value);
      return;
    default:
      throw new Error(`a value of form ${plan.form} isn't a message`);
  }
}

function writeTime(output: ProtobufOutput, value: JsonValue, hasMicros: boolean): void {
  if (typeof value !== 'string') return;
  const milliseconds = Date.parse(`${value.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`);
  const micros = hasMicros ? (/\.(\d{6})/.exec(value)?.[1] ?? '0') : '0';
  output.integer(2, Number(micros) * 1000);
  output.integer(1, milliseconds / 1000);
}

function writeSchemaOr(output: ProtobufOutput, { schema, other }: SchemaOrMessagePlan, value: JsonValue): void {
  writeItems(output, 2, other === 'schemas' ? schema : { form: 'string' }, value);
  if (isObject(value)) writeValue(output, other === 'bool' ? 2 : 1, schema, value);
  if (other === 'bool') output.flag(1, value === true || isObject(value));
}

function numberOf(value: JsonValue): number {
  return findDouble(value) ?? 0;
}

/** Go sorts keys by their bytes; only beyond the basic plane that is another order than by UTF-16 units. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
