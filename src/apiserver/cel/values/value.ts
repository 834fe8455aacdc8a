/**
 * The values that CEL computes with.
 *
 * An `int` is a plain number where that is exact and a `bigint` beyond; a `double` is boxed, being rare in rules. An error is a
 * value too, as `||` and `&&` may absorb it: it is returned, never thrown.
 */

/** What went wrong in an evaluation. */
export class CelError {
  constructor(readonly message: string) {}
}

export class Double {
  constructor(readonly value: number) {}
}

/** 64 bits, unsigned. */
export class Uint {
  constructor(readonly value: bigint) {}
}

export class Bytes {
  constructor(readonly bytes: Uint8Array) {}
}

/** In nanoseconds, 64 bits. */
export class Duration {
  constructor(readonly nanos: bigint) {}
}

export class Timestamp {
  constructor(
    /** Since 1970. */
    readonly seconds: number,
    /** 0 to 999,999,999. */
    readonly nanos: number,
    /** In which zone it is written. */
    readonly offsetMinutes = 0,
  ) {}
}

/** What `type(x)` gives. */
export class TypeValue {
  constructor(readonly name: string) {}
}

export class Optional {
  /** Undefined: `optional.none()`. */
  constructor(readonly value: Value | undefined) {}
}

export const NONE = new Optional(undefined);

export abstract class ListValue {
  abstract readonly size: number;
  /** `index` is within the list. */
  abstract at(index: number): Result;
  abstract equals(other: Value): boolean | CelError;
  abstract concat(other: ListValue): ListValue;

  /** The list as it is seen where its schema is lost. */
  untyped(): Value {
    return this;
  }

  *[Symbol.iterator](): Iterator<Result> {
    for (let index = 0; index < this.size; index += 1) yield this.at(index);
  }
}

export abstract class MapValue {
  abstract readonly size: number;
  /** Undefined where there is no such key. */
  abstract find(key: Value): Result | undefined;
  abstract keys(): Iterable<Value>;
  abstract equals(other: Value): boolean | CelError;

  /** The map as it is seen where its schema is lost. */
  untyped(): Value {
    return this;
  }
}

/** A value of a type that a library adds: a quantity, an IP address, … */
export abstract class OpaqueValue {
  abstract readonly typeName: string;
  abstract equals(other: Value): boolean | CelError;
  /** As `size` or cost counts it; undefined where it has no size. */
  get size(): number | undefined {
    return undefined;
  }
}

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Double
  | Uint
  | Bytes
  | Duration
  | Timestamp
  | TypeValue
  | Optional
  | ListValue
  | MapValue
  | OpaqueValue;

export type Result = Value | CelError;

export const NO_SUCH_OVERLOAD = new CelError('no such overload');

export function isInt(value: Result): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The name of a value's type at runtime. */
export function typeNameOf(value: Value): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  return value === null ? 'null_type' : typeNameOfObject(value);
}

function typeNameOfObject(value: Exclude<Value, null | boolean | number | bigint | string>): string {
  if (value instanceof ListValue) return 'list';
  if (value instanceof MapValue) return 'map';
  if (value instanceof Double) return 'double';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Bytes) return 'bytes';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof Optional) return 'optional_type';
  return value.typeName;
}
