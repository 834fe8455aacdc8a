/** Conversions between types: what `int(x)`, `string(x)` and their kin do. */
import { checkedUint, intOf, intOfDouble, isInt64, UINT_OVERFLOW, uintOfDouble } from './integer';
import { doubleText } from './text';
import { checkedTimestamp, durationText, findDuration, findTimestamp, timestampText } from './time';
import {
  Bytes,
  CelError,
  Double,
  Duration,
  isInt,
  NO_SUCH_OVERLOAD,
  type Result,
  Timestamp,
  typeNameOf,
  Uint,
  type Value,
} from './value';

/** Written by Go: type names in these messages are those of the runtime. */
function cannotConvert(value: Value, to: string): CelError {
  return new CelError(`type conversion error from '${typeNameOf(value)}' to '${to}'`);
}

const INT = /^[+-]?\d+$/;
const UINT = /^\d+$/;
const DOUBLE = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
const INFINITY = /^[+-]?inf(?:inity)?$/i;

export function toInt(value: Value): Result {
  if (isInt(value)) return value;
  if (value instanceof Double) return intOfDouble(value.value);
  if (value instanceof Uint) return isInt64(value.value) ? intOf(value.value) : new CelError('integer overflow');
  if (value instanceof Duration) return intOf(value.nanos);
  if (value instanceof Timestamp) return value.seconds;
  if (typeof value !== 'string') return NO_SUCH_OVERLOAD;
  const int = INT.test(value) ? BigInt(value.startsWith('+') ? value.slice(1) : value) : undefined;
  return int === undefined || !isInt64(int) ? cannotConvert(value, 'int') : intOf(int);
}

export function toUint(value: Value): Result {
  if (value instanceof Uint) return value;
  if (value instanceof Double) return uintOfDouble(value.value);
  if (isInt(value)) return value < 0 ? UINT_OVERFLOW : new Uint(BigInt(value));
  if (typeof value !== 'string') return NO_SUCH_OVERLOAD;
  const uint = UINT.test(value) ? checkedUint(BigInt(value)) : undefined;
  return uint instanceof Uint ? uint : cannotConvert(value, 'uint');
}

export function toDouble(value: Value): Result {
  if (value instanceof Double) return value;
  if (isInt(value)) return new Double(Number(value));
  if (value instanceof Uint) return new Double(Number(value.value));
  if (typeof value !== 'string') return NO_SUCH_OVERLOAD;
  if (INFINITY.test(value)) return new Double(value.startsWith('-') ? -Infinity : Infinity);
  if (/^nan$/i.test(value)) return new Double(Number.NaN);
  const double = DOUBLE.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(double) ? new Double(double) : cannotConvert(value, 'double');
}

const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

export function toBool(value: Value): Result {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? (BOOLS.get(value) ?? cannotConvert(value, 'bool')) : NO_SUCH_OVERLOAD;
}

export function toBytes(value: Value): Result {
  if (value instanceof Bytes) return value;
  return typeof value === 'string' ? new Bytes(Buffer.from(value)) : NO_SUCH_OVERLOAD;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function toText(value: Value): Result {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || isInt(value)) return String(value);
  if (value instanceof Double) return doubleText(value.value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof Timestamp) return timestampText(value);
  if (!(value instanceof Bytes)) return NO_SUCH_OVERLOAD;
  try {
    return UTF8.decode(value.bytes);
  } catch {
    return new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
}

export function toDuration(value: Value): Result {
  if (value instanceof Duration) return value;
  if (isInt(value)) return cannotConvert(value, 'google.protobuf.Duration');
  if (typeof value !== 'string') return NO_SUCH_OVERLOAD;
  return findDuration(value) ?? cannotConvert(value, 'google.protobuf.Duration');
}

export function toTimestamp(value: Value): Result {
  if (value instanceof Timestamp) return value;
  if (isInt(value)) return checkedTimestamp(Number(value), 0);
  if (typeof value !== 'string') return NO_SUCH_OVERLOAD;
  return findTimestamp(value) ?? cannotConvert(value, 'google.protobuf.Timestamp');
}
