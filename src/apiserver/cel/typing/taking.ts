/** Functions of values as functions of what these hold. */
import {
  Duration,
  isInt,
  ListValue,
  MapValue,
  NO_SUCH_OVERLOAD,
  Optional,
  type Result,
  Timestamp,
  type Value,
} from '../values/value';
import type { Implementation } from './declaration';

type Guard<T extends Value> = (value: Value) => value is T;
type Guarded<G extends readonly Guard<Value>[]> = {
  readonly [I in keyof G]: G[I] extends Guard<infer T> ? T : never;
};

export const anything = (_value: Value): _value is Value => true;
export const aString = (value: Value): value is string => typeof value === 'string';
export const aBool = (value: Value): value is boolean => typeof value === 'boolean';
export const anInt = (value: Value): value is number | bigint => isInt(value);
export const aDuration = (value: Value): value is Duration => value instanceof Duration;
export const aTimestamp = (value: Value): value is Timestamp => value instanceof Timestamp;
export const aList = (value: Value): value is ListValue => value instanceof ListValue;
export const aMap = (value: Value): value is MapValue => value instanceof MapValue;
export const anOptional = (value: Value): value is Optional => value instanceof Optional;

/** A function of arguments of certain types; for others it has no overload. */
export function taking<const G extends readonly Guard<Value>[]>(
  guards: G,
  compute: (...args: Guarded<G>) => Result,
): Implementation {
  return (...args) =>
    guards.every((guard, index) => guard(args[index] ?? null))
      ? compute(...(args as unknown as Guarded<G>))
      : NO_SUCH_OVERLOAD;
}
