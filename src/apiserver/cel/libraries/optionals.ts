/**
 * Optional values.
 * @see github.com/google/cel-go/cel/library.go, v0.26
 */
import { declare, global, type Library, member } from '../typing/declaration';
import { aList, aMap, anOptional, anything, taking } from '../typing/taking';
import { ArrayValue, withEntry } from '../values/collection';
import { valueText } from '../values/text';
import {
  Bytes,
  CelError,
  Double,
  Duration,
  ListValue,
  MapValue,
  NONE,
  Optional,
  type Result,
  Timestamp,
  Uint,
  type Value,
} from '../values/value';

/** Empty, zero, false or null. */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  if (value instanceof ListValue || value instanceof MapValue) return value.size === 0;
  if (value instanceof Double) return value.value === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Bytes) return value.bytes.length === 0;
  if (value instanceof Duration) return value.nanos === 0n;
  // The zero time of Go, not that of Unix.
  return value instanceof Timestamp && value.seconds === -62_135_596_800 && value.nanos === 0;
}

const NO_VALUE = new CelError('optional.none() dereference');

function optionalOfResult(result: Result): Result {
  return result instanceof CelError ? result : new Optional(result);
}

function unwrap(list: ListValue): Result {
  const values: Value[] = [];
  for (const item of list) {
    if (item instanceof CelError) return item;
    if (!(item instanceof Optional)) return new CelError(`value ${valueText(item)} is not optional`);
    if (item.value !== undefined) values.push(item.value);
  }
  return new ArrayValue(values);
}

/** The first map with the entries of the second. */
function withEntries(map: MapValue, entries: MapValue): Result {
  let result: Result = map;
  for (const key of entries.keys()) {
    const value = entries.find(key);
    if (value instanceof CelError) return value;
    result = withEntry(result, key, value ?? null);
    if (!(result instanceof MapValue)) return result;
  }
  return result;
}

export const OPTIONALS: Library = [
  declare(
    'optional.of',
    global(
      'optional_of(V) optional_type(V)',
      taking([anything], (value) => new Optional(value)),
    ),
  ),
  declare(
    'optional.ofNonZeroValue',
    global(
      'optional_ofNonZeroValue(V) optional_type(V)',
      taking([anything], (value) => (isZero(value) ? NONE : new Optional(value))),
    ),
  ),
  declare(
    'optional.none',
    global('optional_none() optional_type(V)', () => NONE),
  ),
  declare(
    'value',
    member(
      'optional_value(optional_type(V)) V',
      taking([anOptional], ({ value }) => (value === undefined ? NO_VALUE : value)),
    ),
  ),
  declare(
    'hasValue',
    member(
      'optional_hasValue(optional_type(V)) bool',
      taking([anOptional], ({ value }) => value !== undefined),
    ),
  ),
  // What these do is known to the evaluator.
  declare('or', member('optional_or_optional(optional_type(V), optional_type(V)) optional_type(V)')),
  declare('orValue', member('optional_orValue_value(optional_type(V), V) V')),
  declare('_?._', global('select_optional_field(dyn, string) optional_type(V)')),
  declare(
    '_[?_]',
    global('list_optindex_optional_int(list(V), int) optional_type(V)'),
    global('optional_list_optindex_optional_int(optional_type(list(V)), int) optional_type(V)'),
    global('map_optindex_optional_value(map(K, V), K) optional_type(V)'),
    global('optional_map_optindex_optional_value(optional_type(map(K, V)), K) optional_type(V)'),
  ),

  declare(
    'last',
    member(
      'list_last(list(V)) optional_type(V)',
      taking([aList], (list) => (list.size === 0 ? NONE : optionalOfResult(list.at(list.size - 1)))),
    ),
  ),
  declare(
    'first',
    member(
      'list_first(list(V)) optional_type(V)',
      taking([aList], (list) => (list.size === 0 ? NONE : optionalOfResult(list.at(0)))),
    ),
  ),
  declare('optional.unwrap', global('optional_unwrap(list(optional_type(V))) list(V)', taking([aList], unwrap))),
  declare('unwrapOpt', member('optional_unwrapOpt(list(optional_type(V))) list(V)', taking([aList], unwrap))),

  declare(
    'cel.@mapInsert',
    global('@mapInsert_map_key_value(map(K, V), K, V) map(K, V)', taking([aMap, anything, anything], withEntry)),
    global('@mapInsert_map_map(map(K, V), map(K, V)) map(K, V)', taking([aMap, aMap], withEntries)),
  ),
];
