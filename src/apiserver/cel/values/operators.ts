/** What the operators of the language do. */
import {
  addInts,
  checkedUint,
  divideInts,
  divideUints,
  moduloInts,
  moduloUints,
  multiplyInts,
  negateInt,
  subtractInts,
} from './integer';
import { areEqual, compare, type Ordering } from './order';
import { addToTimestamp, betweenTimestamps, checkedDuration } from './time';
import {
  Bytes,
  CelError,
  Double,
  Duration,
  isInt,
  ListValue,
  MapValue,
  NO_SUCH_OVERLOAD,
  type Result,
  Timestamp,
  Uint,
  type Value,
} from './value';

/** An operator on a type that doesn't know it. Those with methods say less. */
function unknownOperator(name: string, value: Value): CelError {
  const hasMethods = typeof value === 'string' || value instanceof Timestamp || value instanceof Duration;
  return hasMethods ? NO_SUCH_OVERLOAD : new CelError(`no such overload: ${name}`);
}

export function add(a: Value, b: Value): Result {
  if (typeof a === 'string') return typeof b === 'string' ? a + b : NO_SUCH_OVERLOAD;
  if (isInt(a)) return isInt(b) ? addInts(a, b) : NO_SUCH_OVERLOAD;
  if (a instanceof ListValue) return b instanceof ListValue ? a.concat(b) : NO_SUCH_OVERLOAD;
  if (a instanceof Double) return b instanceof Double ? new Double(a.value + b.value) : NO_SUCH_OVERLOAD;
  if (a instanceof Uint) return b instanceof Uint ? checkedUint(a.value + b.value) : NO_SUCH_OVERLOAD;
  if (a instanceof Bytes) return b instanceof Bytes ? new Bytes(Buffer.concat([a.bytes, b.bytes])) : NO_SUCH_OVERLOAD;
  if (a instanceof Timestamp) return b instanceof Duration ? addToTimestamp(a, b) : NO_SUCH_OVERLOAD;
  if (!(a instanceof Duration)) return unknownOperator('_+_', a);
  if (b instanceof Duration) return checkedDuration(a.nanos + b.nanos);
  return b instanceof Timestamp ? addToTimestamp(b, a) : NO_SUCH_OVERLOAD;
}

export function subtract(a: Value, b: Value): Result {
  if (isInt(a)) return isInt(b) ? subtractInts(a, b) : NO_SUCH_OVERLOAD;
  if (a instanceof Double) return b instanceof Double ? new Double(a.value - b.value) : NO_SUCH_OVERLOAD;
  if (a instanceof Uint) return b instanceof Uint ? checkedUint(a.value - b.value) : NO_SUCH_OVERLOAD;
  if (a instanceof Duration) return b instanceof Duration ? checkedDuration(a.nanos - b.nanos) : NO_SUCH_OVERLOAD;
  if (!(a instanceof Timestamp)) return unknownOperator('_-_', a);
  if (b instanceof Timestamp) return betweenTimestamps(a, b);
  if (!(b instanceof Duration)) return NO_SUCH_OVERLOAD;
  const negative = checkedDuration(-b.nanos);
  return negative instanceof CelError ? negative : addToTimestamp(a, negative);
}

export function multiply(a: Value, b: Value): Result {
  if (isInt(a)) return isInt(b) ? multiplyInts(a, b) : NO_SUCH_OVERLOAD;
  if (a instanceof Double) return b instanceof Double ? new Double(a.value * b.value) : NO_SUCH_OVERLOAD;
  if (!(a instanceof Uint)) return unknownOperator('_*_', a);
  return b instanceof Uint ? checkedUint(a.value * b.value) : NO_SUCH_OVERLOAD;
}

export function divide(a: Value, b: Value): Result {
  if (isInt(a)) return isInt(b) ? divideInts(a, b) : NO_SUCH_OVERLOAD;
  if (a instanceof Double) return b instanceof Double ? new Double(a.value / b.value) : NO_SUCH_OVERLOAD;
  if (!(a instanceof Uint)) return unknownOperator('_/_', a);
  return b instanceof Uint ? divideUints(a, b) : NO_SUCH_OVERLOAD;
}

export function modulo(a: Value, b: Value): Result {
  if (isInt(a)) return isInt(b) ? moduloInts(a, b) : NO_SUCH_OVERLOAD;
  if (!(a instanceof Uint)) return unknownOperator('_%_', a);
  return b instanceof Uint ? moduloUints(a, b) : NO_SUCH_OVERLOAD;
}

export function negate(a: Value): Result {
  if (isInt(a)) return negateInt(a);
  if (a instanceof Double) return new Double(-a.value);
  if (a instanceof Duration) return checkedDuration(-a.nanos);
  return typeof a === 'boolean' ? NO_SUCH_OVERLOAD : unknownOperator('-_', a);
}

export function not(a: Value): Result {
  return typeof a === 'boolean' ? !a : NO_SUCH_OVERLOAD;
}

const ORDERED = [Double, Uint, Bytes, Duration, Timestamp];

function isOrdered(value: Value): boolean {
  return typeof value !== 'object' || ORDERED.some((type) => value instanceof type);
}

/** The comparison of a name such as `_<_`, true for the orderings given. */
export function comparison(name: string, ...orderings: readonly Ordering[]): (a: Value, b: Value) => Result {
  return (a, b) => {
    const ordering = compare(a, b);
    if (ordering === NO_SUCH_OVERLOAD && !isOrdered(a)) return unknownOperator(name, a);
    return ordering instanceof CelError ? ordering : orderings.includes(ordering);
  };
}

/** Whether a list holds an equal item; what cannot be compared is not equal. */
export function listContains(list: ListValue, value: Value): boolean | CelError {
  for (let index = 0; index < list.size; index += 1) {
    const item = list.at(index);
    if (!(item instanceof CelError) && areEqual(value, item) === true) return true;
  }
  return false;
}

export function isIn(value: Value, collection: Value): Result {
  if (collection instanceof ListValue) return listContains(collection, value);
  if (!(collection instanceof MapValue)) return NO_SUCH_OVERLOAD;
  const found = collection.find(value);
  return found instanceof CelError ? found : found !== undefined;
}
