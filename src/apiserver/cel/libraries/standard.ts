/**
 * The functions and operators of the language itself, in the order in which cel-go looks at their signatures.
 * @see github.com/google/cel-go/common/stdlib/standard.go, v0.26
 */
import { declare, declareUniform, type FunctionDeclaration, global, type Library, member } from '../typing/declaration';
import { aDuration, aString, aTimestamp, taking } from '../typing/taking';
import { type CalendarField, calendarField } from '../values/calendar';
import { toBool, toBytes, toDouble, toDuration, toInt, toText, toTimestamp, toUint } from '../values/conversion';
import { intOf } from '../values/integer';
import { add, comparison, divide, isIn, modulo, multiply, negate, not, subtract } from '../values/operators';
import { InvalidPatternError, regexOf } from '../values/regex';
import { codePointCount } from '../values/text';
import {
  Bytes,
  CelError,
  ListValue,
  MapValue,
  NO_SUCH_OVERLOAD,
  type Result,
  TypeValue,
  typeNameOf,
  type Value,
} from '../values/value';

/** A comparison has signatures for each type with an order, and for each two kinds of number. */
function comparisonOf(name: string, id: string, compare: (a: Value, b: Value) => Result): FunctionDeclaration {
  const signatures = [
    'bool(bool, bool)',
    'int64(int, int)',
    'int64_double(int, double)',
    'int64_uint64(int, uint)',
    'uint64(uint, uint)',
    'uint64_double(uint, double)',
    'uint64_int64(uint, int)',
    'double(double, double)',
    'double_int64(double, int)',
    'double_uint64(double, uint)',
    'string(string, string)',
    'bytes(bytes, bytes)',
    'timestamp(timestamp, timestamp)',
    'duration(duration, duration)',
  ];
  const implementation = (...[a = null, b = null]: readonly Value[]): Result => compare(a, b);
  return declareUniform(name, implementation, ...signatures.map((signature) => global(`${id}_${signature} bool`)));
}

function unary(compute: (value: Value) => Result) {
  return (...[value = null]: readonly Value[]): Result => compute(value);
}

function binary(compute: (a: Value, b: Value) => Result) {
  return (...[a = null, b = null]: readonly Value[]): Result => compute(a, b);
}

/** The size of what has one. */
function sizeOf(value: Value): Result {
  if (typeof value === 'string') return codePointCount(value);
  if (value instanceof ListValue || value instanceof MapValue) return value.size;
  if (value instanceof Bytes) return value.bytes.length;
  return new CelError('no such overload: size');
}

function matches(text: Value, pattern: Value): Result {
  if (typeof text !== 'string') return new CelError('no such overload: matches');
  if (typeof pattern !== 'string') return NO_SUCH_OVERLOAD;
  try {
    return regexOf(pattern).matches(text);
  } catch (error) {
    if (error instanceof InvalidPatternError) return new CelError(error.message);
    throw error;
  }
}

/** `id`: without the type it is taken from. */
function conversion(
  name: string,
  convert: (value: Value) => Result,
  signatures: readonly string[],
): FunctionDeclaration {
  return declare(name, ...signatures.map((signature) => global(signature, unary(convert))));
}

function calendarFunction(name: CalendarField, id: string, idWithZone = `${id}_with_tz`): FunctionDeclaration {
  return declare(
    name,
    member(
      `${id}(timestamp) int`,
      taking([aTimestamp], (timestamp) => calendarField(name, timestamp, 'UTC')),
    ),
    member(
      `${idWithZone}(timestamp, string) int`,
      taking([aTimestamp, aString], (timestamp, zone) => calendarField(name, timestamp, zone)),
    ),
  );
}

/** Also a field of durations: all of it, in whole units. */
function timeFunction(name: CalendarField, unit: string, nanos: bigint, idWithZone?: string): FunctionDeclaration {
  const { overloads } = calendarFunction(name, `timestamp_to_${unit}`, idWithZone);
  const ofDuration = member(
    `duration_to_${unit}(duration) int`,
    taking([aDuration], (duration) => intOf(duration.nanos / nanos)),
  );
  return declare(name, ...overloads, ofDuration);
}

function textTest(name: string, id: string, test: (text: string, other: string) => boolean): FunctionDeclaration {
  return declareUniform(name, taking([aString, aString], test), member(`${id}(string, string) bool`));
}

export const STANDARD: Library = [
  // What these do is known to the evaluator.
  declare('_?_:_', global('conditional(bool, A, A) A')),
  declare('_&&_', global('logical_and(bool, bool) bool')),
  declare('_||_', global('logical_or(bool, bool) bool')),
  declare('@not_strictly_false', global('not_strictly_false(bool) bool')),
  declare('_==_', global('equals(A, A) bool')),
  declare('_!=_', global('not_equals(A, A) bool')),
  declare(
    '_[_]',
    global('index_list(list(A), int) A'),
    global('index_map(map(A, B), A) B'),
    global('optional_list_index_int(optional_type(list(V)), int) optional_type(V)'),
    global('optional_map_index_value(optional_type(map(K, V)), K) optional_type(V)'),
  ),

  declareUniform('!_', unary(not), global('logical_not(bool) bool')),
  declareUniform(
    '_+_',
    binary(add),
    global('add_bytes(bytes, bytes) bytes'),
    global('add_double(double, double) double'),
    global('add_duration_duration(duration, duration) duration'),
    global('add_duration_timestamp(duration, timestamp) timestamp'),
    global('add_timestamp_duration(timestamp, duration) timestamp'),
    global('add_int64(int, int) int'),
    global('add_list(list(A), list(A)) list(A)'),
    global('add_string(string, string) string'),
    global('add_uint64(uint, uint) uint'),
  ),
  declareUniform(
    '_/_',
    binary(divide),
    global('divide_double(double, double) double'),
    global('divide_int64(int, int) int'),
    global('divide_uint64(uint, uint) uint'),
  ),
  declareUniform('_%_', binary(modulo), global('modulo_int64(int, int) int'), global('modulo_uint64(uint, uint) uint')),
  declareUniform(
    '_*_',
    binary(multiply),
    global('multiply_double(double, double) double'),
    global('multiply_int64(int, int) int'),
    global('multiply_uint64(uint, uint) uint'),
  ),
  declareUniform('-_', unary(negate), global('negate_double(double) double'), global('negate_int64(int) int')),
  declareUniform(
    '_-_',
    binary(subtract),
    global('subtract_double(double, double) double'),
    global('subtract_duration_duration(duration, duration) duration'),
    global('subtract_int64(int, int) int'),
    global('subtract_timestamp_duration(timestamp, duration) timestamp'),
    global('subtract_timestamp_timestamp(timestamp, timestamp) duration'),
    global('subtract_uint64(uint, uint) uint'),
  ),
  comparisonOf('_<_', 'less', comparison('_<_', -1)),
  comparisonOf('_<=_', 'less_equals', comparison('_<=_', -1, 0)),
  comparisonOf('_>_', 'greater', comparison('_>_', 1)),
  comparisonOf('_>=_', 'greater_equals', comparison('_>=_', 0, 1)),
  declareUniform('@in', binary(isIn), global('in_list(A, list(A)) bool'), global('in_map(A, map(A, B)) bool')),

  declareUniform(
    'size',
    unary(sizeOf),
    global('size_bytes(bytes) int'),
    member('bytes_size(bytes) int'),
    global('size_list(list(A)) int'),
    member('list_size(list(A)) int'),
    global('size_map(map(A, B)) int'),
    member('map_size(map(A, B)) int'),
    global('size_string(string) int'),
    member('string_size(string) int'),
  ),

  declareUniform(
    'type',
    unary((value) => new TypeValue(typeNameOf(value))),
    global('type(A) type(A)'),
  ),
  declareUniform(
    'dyn',
    unary((value) => value),
    global('to_dyn(A) dyn'),
  ),
  conversion('bool', toBool, ['bool_to_bool(bool) bool', 'string_to_bool(string) bool']),
  conversion('bytes', toBytes, ['bytes_to_bytes(bytes) bytes', 'string_to_bytes(string) bytes']),
  conversion('double', toDouble, [
    'double_to_double(double) double',
    'int64_to_double(int) double',
    'string_to_double(string) double',
    'uint64_to_double(uint) double',
  ]),
  conversion('duration', toDuration, [
    'duration_to_duration(duration) duration',
    'int64_to_duration(int) duration',
    'string_to_duration(string) duration',
  ]),
  conversion('int', toInt, [
    'int64_to_int64(int) int',
    'double_to_int64(double) int',
    'duration_to_int64(duration) int',
    'string_to_int64(string) int',
    'timestamp_to_int64(timestamp) int',
    'uint64_to_int64(uint) int',
  ]),
  conversion('string', toText, [
    'string_to_string(string) string',
    'bool_to_string(bool) string',
    'bytes_to_string(bytes) string',
    'double_to_string(double) string',
    'duration_to_string(duration) string',
    'int64_to_string(int) string',
    'timestamp_to_string(timestamp) string',
    'uint64_to_string(uint) string',
  ]),
  conversion('timestamp', toTimestamp, [
    'timestamp_to_timestamp(timestamp) timestamp',
    'int64_to_timestamp(int) timestamp',
    'string_to_timestamp(string) timestamp',
  ]),
  conversion('uint', toUint, [
    'uint64_to_uint64(uint) uint',
    'double_to_uint64(double) uint',
    'int64_to_uint64(int) uint',
    'string_to_uint64(string) uint',
  ]),

  textTest('contains', 'contains_string', (text, part) => text.includes(part)),
  textTest('endsWith', 'ends_with_string', (text, end) => text.endsWith(end)),
  textTest('startsWith', 'starts_with_string', (text, start) => text.startsWith(start)),
  declareUniform(
    'matches',
    binary(matches),
    global('matches(string, string) bool'),
    member('matches_string(string, string) bool'),
  ),

  calendarFunction('getFullYear', 'timestamp_to_year'),
  calendarFunction('getMonth', 'timestamp_to_month'),
  calendarFunction('getDayOfYear', 'timestamp_to_day_of_year'),
  calendarFunction('getDayOfMonth', 'timestamp_to_day_of_month'),
  calendarFunction('getDate', 'timestamp_to_day_of_month_1_based'),
  calendarFunction('getDayOfWeek', 'timestamp_to_day_of_week'),
  timeFunction('getHours', 'hours', 3_600_000_000_000n),
  timeFunction('getMinutes', 'minutes', 60_000_000_000n),
  timeFunction('getSeconds', 'seconds', 1_000_000_000n, 'timestamp_to_seconds_tz'),
  timeFunction('getMilliseconds', 'milliseconds', 1_000_000n),
];
