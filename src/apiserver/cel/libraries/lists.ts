/**
 * Functions of lists, of sets and of regular expressions.
 * @see k8s.io/apiserver/pkg/cel/library/lists.go, regex.go, v0.34; github.com/google/cel-go/ext/sets.go, v0.26
 */
import { declare, type FunctionDeclaration, global, type Library, member } from '../typing/declaration';
import { aList, anInt, anything, aString, taking } from '../typing/taking';
import { ArrayValue } from '../values/collection';
import type { Int } from '../values/integer';
import { add, listContains } from '../values/operators';
import { areEqual, compare, type Ordering } from '../values/order';
import { InvalidPatternError, type Regex, regexOf } from '../values/regex';
import { CelError, Double, Duration, type ListValue, type Result, Uint, type Value } from '../values/value';

const ORDERED = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'] as const;

function isSorted(list: ListValue): Result {
  let previous: Value | undefined;
  for (const item of list) {
    if (item instanceof CelError) return item;
    if (previous !== undefined && compare(previous, item) === 1) return false;
    previous = item;
  }
  return true;
}

function sum(zero: Value): (list: ListValue) => Result {
  return (list) => {
    let total: Result = zero;
    for (const item of list) {
      if (item instanceof CelError) return item;
      total = add(total, item);
      if (total instanceof CelError) return total;
    }
    return total;
  };
}

/** The first item that no other is preferred to; `better`: how the one so far stands to a preferred one. */
function extreme(name: string, better: Ordering): (list: ListValue) => Result {
  return (list) => {
    let best: Value | undefined;
    for (const item of list) {
      if (item instanceof CelError) return item;
      if (best === undefined || compare(best, item) === better) best = item;
    }
    return best ?? (list.size === 0 ? new CelError(`${name} called on empty list`) : null);
  };
}

function indexOf(list: ListValue, value: Value): number {
  for (let index = 0; index < list.size; index += 1) {
    const item = list.at(index);
    if (!(item instanceof CelError) && areEqual(item, value) === true) return index;
  }
  return -1;
}

function lastIndexOf(list: ListValue, value: Value): number {
  for (let index = list.size - 1; index >= 0; index -= 1) {
    const item = list.at(index);
    if (!(item instanceof CelError) && areEqual(item, value) === true) return index;
  }
  return -1;
}

function containsAll(list: ListValue, items: ListValue): Result {
  for (const item of items) {
    if (item instanceof CelError) return item;
    const contains = listContains(list, item);
    if (contains !== true) return contains;
  }
  return true;
}

function intersects(a: ListValue, b: ListValue): Result {
  for (const item of a) if (!(item instanceof CelError) && listContains(b, item) === true) return true;
  return false;
}

function areEquivalent(a: ListValue, b: ListValue): Result {
  const contains = containsAll(a, b);
  return contains === true ? containsAll(b, a) : contains;
}

function withRegex(pattern: string, use: (regex: Regex) => Result): Result {
  try {
    return use(regexOf(pattern));
  } catch (error) {
    if (error instanceof InvalidPatternError) return new CelError(`Illegal regex: ${error.message}`);
    throw error;
  }
}

function findAll(text: string, pattern: string, limit: Int): Result {
  return withRegex(pattern, (regex) => new ArrayValue(regex.findAll(text, Number(limit))));
}

function forEachOrdered(
  name: string,
  signature: (type: string) => string,
  compute: (list: ListValue) => Result,
): FunctionDeclaration {
  return declare(name, ...ORDERED.map((type) => member(signature(type), taking([aList], compute))));
}

export const LISTS: Library = [
  forEachOrdered('isSorted', (type) => `list_${type}_is_sorted_bool(list(${type})) bool`, isSorted),
  declare(
    'sum',
    member('list_int_sum_int(list(int)) int', taking([aList], sum(0))),
    member('list_uint_sum_uint(list(uint)) uint', taking([aList], sum(new Uint(0n)))),
    member('list_double_sum_double(list(double)) double', taking([aList], sum(new Double(0)))),
    member('list_duration_sum_duration(list(duration)) duration', taking([aList], sum(new Duration(0n)))),
  ),
  forEachOrdered('max', (type) => `list_${type}_max_${type}(list(${type})) ${type}`, extreme('max', -1)),
  forEachOrdered('min', (type) => `list_${type}_min_${type}(list(${type})) ${type}`, extreme('min', 1)),
  declare('indexOf', member('list_a_index_of_int(list(A), A) int', taking([aList, anything], indexOf))),
  declare('lastIndexOf', member('list_a_last_index_of_int(list(A), A) int', taking([aList, anything], lastIndexOf))),

  declare(
    'sets.contains',
    global('list_sets_contains_list(list(T), list(T)) bool', taking([aList, aList], containsAll)),
  ),
  declare(
    'sets.equivalent',
    global('list_sets_equivalent_list(list(T), list(T)) bool', taking([aList, aList], areEquivalent)),
  ),
  declare(
    'sets.intersects',
    global('list_sets_intersects_list(list(T), list(T)) bool', taking([aList, aList], intersects)),
  ),

  declare(
    'find',
    member(
      'string_find_string(string, string) string',
      taking([aString, aString], (text, pattern) => withRegex(pattern, (regex) => regex.find(text))),
    ),
  ),
  declare(
    'findAll',
    member(
      'string_find_all_string(string, string) list(string)',
      taking([aString, aString], (text, pattern) => findAll(text, pattern, -1)),
    ),
    member('string_find_all_string_int(string, string, int) list(string)', taking([aString, aString, anInt], findAll)),
  ),
];
