/** Values as the recorded answers of cel-go write them. */
import { quoted } from '../../../src/apiserver/cel/values/quoting';
import { durationText, plainText, timestampText } from '../../../src/apiserver/cel/values/time';
import {
  Bytes,
  CelError,
  Double,
  Duration,
  ListValue,
  MapValue,
  OpaqueValue,
  Optional,
  type Result,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '../../../src/apiserver/cel/values/value';

function shownDouble(value: number): string {
  if (!Number.isFinite(value)) return `double("${String(value)}")`;
  const text = plainText(value);
  return text.includes('.') ? text : `${text}.0`;
}

function shownBytes({ bytes }: Bytes): string {
  return `b"${Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`;
}

function shownMap(map: MapValue): string {
  const entries = Array.from(map.keys(), (key) => `${shownValue(key)}: ${shownValue(map.find(key) ?? null)}`);
  return `{${entries.sort().join(', ')}}`;
}

function shownScalar(value: Exclude<Value, ListValue | MapValue>): string {
  if (value instanceof Double) return shownDouble(value.value);
  if (value instanceof Uint) return `${String(value.value)}u`;
  if (value instanceof Bytes) return shownBytes(value);
  if (value instanceof Duration) return `duration("${durationText(value)}")`;
  if (value instanceof Timestamp) return `timestamp("${timestampText(new Timestamp(value.seconds, value.nanos))}")`;
  if (value instanceof TypeValue) return value.name;
  if (value instanceof Optional) {
    return value.value === undefined ? 'optional.none()' : `optional.of(${shownValue(value.value)})`;
  }
  if (value instanceof OpaqueValue) return value.typeName;
  return typeof value === 'string' ? quoted(value) : String(value);
}

export function shownValue(value: Result): string {
  if (value instanceof CelError) return value.message;
  if (value instanceof ListValue) return `[${Array.from(value, shownValue).join(', ')}]`;
  return value instanceof MapValue ? shownMap(value) : shownScalar(value);
}
