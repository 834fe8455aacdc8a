/** Equality and order of values. */
import type { Int } from './integer';
import {
  Bytes,
  CelError,
  Double,
  Duration,
  isInt,
  ListValue,
  MapValue,
  NO_SUCH_OVERLOAD,
  OpaqueValue,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './value';

export type Ordering = -1 | 0 | 1;

const NAN_UNORDERED = new CelError('NaN values cannot be ordered');
const SURROGATE = /[\ud800-\udfff]/;

function order<T extends number | bigint | string>(a: T, b: T): Ordering {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By code points, as UTF-8 orders them; UTF-16 does so only without surrogates. */
export function compareStrings(a: string, b: string): Ordering {
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return order(a, b);
  return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))) as Ordering;
}

function compareIntToDouble(a: Int, b: number): Ordering {
  if (b < -(2 ** 63)) return 1;
  if (b > 2 ** 63) return -1;
  return order(Number(a), b);
}

function compareUintToDouble(a: bigint, b: number): Ordering {
  if (b < 0) return 1;
  if (b > 2 ** 64) return -1;
  return order(Number(a), b);
}

function inverse(ordering: Ordering): Ordering {
  return ordering === 0 ? 0 : (-ordering as Ordering);
}

/** Undefined where one of them is no number; NaN is equal to nothing and in no order. */
function compareNumbers(a: Value, b: Value): Ordering | 'unordered' | undefined {
  if ((a instanceof Double && Number.isNaN(a.value)) || (b instanceof Double && Number.isNaN(b.value))) {
    return (a instanceof Double || isInt(a) || a instanceof Uint) &&
      (b instanceof Double || isInt(b) || b instanceof Uint)
      ? 'unordered'
      : undefined;
  }
  if (isInt(a)) {
    if (isInt(b)) return typeof a === typeof b ? order(a, b) : order(BigInt(a), BigInt(b));
    if (b instanceof Double) return compareIntToDouble(a, b.value);
    return b instanceof Uint ? order(BigInt(a), b.value) : undefined;
  }
  if (a instanceof Double) {
    if (b instanceof Double) return order(a.value, b.value);
    if (isInt(b)) return inverse(compareIntToDouble(b, a.value));
    return b instanceof Uint ? inverse(compareUintToDouble(b.value, a.value)) : undefined;
  }
  if (!(a instanceof Uint)) return undefined;
  if (b instanceof Uint) return order(a.value, b.value);
  if (isInt(b)) return order(a.value, BigInt(b));
  return b instanceof Double ? compareUintToDouble(a.value, b.value) : undefined;
}

/** How `a` stands to `b`; an error where their types have no order. */
export function compare(a: Value, b: Value): Ordering | CelError {
  if (typeof a === 'string') return typeof b === 'string' ? compareStrings(a, b) : NO_SUCH_OVERLOAD;
  if (typeof a === 'boolean') return typeof b === 'boolean' ? order(Number(a), Number(b)) : NO_SUCH_OVERLOAD;
  const numbers = compareNumbers(a, b);
  if (numbers === 'unordered') return NAN_UNORDERED;
  if (numbers !== undefined) return numbers;
  if (a instanceof Timestamp && b instanceof Timestamp) {
    const seconds = order(a.seconds, b.seconds);
    return seconds === 0 ? order(a.nanos, b.nanos) : seconds;
  }
  if (a instanceof Duration && b instanceof Duration) return order(a.nanos, b.nanos);
  if (a instanceof Bytes && b instanceof Bytes) return Math.sign(Buffer.compare(a.bytes, b.bytes)) as Ordering;
  return NO_SUCH_OVERLOAD;
}

/** Whether two values are equal. Values of different types aren't, but numbers are compared by what they count. */
export function areEqual(a: Value, b: Value): boolean | CelError {
  if (typeof a !== 'object' && typeof a === typeof b) return a === b;
  if (a === null || b === null) return a === b;
  if (a instanceof ListValue || a instanceof MapValue || a instanceof OpaqueValue) return a.equals(b);
  if (a instanceof Optional) {
    if (!(b instanceof Optional)) return false;
    return a.value === undefined || b.value === undefined ? a.value === b.value : areEqual(a.value, b.value);
  }
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.seconds === b.seconds && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof Bytes) return b instanceof Bytes && Buffer.compare(a.bytes, b.bytes) === 0;
  return compareNumbers(a, b) === 0;
}
