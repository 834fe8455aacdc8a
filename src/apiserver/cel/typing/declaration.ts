/** Functions as the checker knows them, with what they do. */
import {
  Bytes,
  CelError,
  Double,
  Duration,
  isInt,
  ListValue,
  MapValue,
  Optional,
  type Result,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
  type Value,
} from '../values/value';
import { type CelType, parameterAt, parseType, parseTypes } from './type';

export type Implementation = (...args: readonly Value[]) => Result;

/** One signature of a function. */
export interface Overload {
  /** As costs name it: `string_char_at_int`. */
  readonly id: string;
  /** Called after a dot; the first argument is what stands before it. */
  readonly isMember: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** The names of its type parameters. */
  readonly parameters: readonly string[];
  /** Absent where the function as a whole says what it does, or the evaluator. */
  readonly implementation?: Implementation;
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** What it does whatever its signature; absent where each signature says it. */
  readonly implementation?: Implementation;
}

/** Functions by name. */
export type Library = readonly FunctionDeclaration[];

function parametersOf(type: CelType, found: Set<string>): void {
  if (type.kind === 'parameter') found.add(type.name);
  for (const parameter of type.parameters) parametersOf(parameter, found);
}

/** `signature`: `string_char_at_int(string, int) string`. */
function overload(signature: string, isMember: boolean, implementation?: Implementation): Overload {
  const [, id = '', args = '()', result = 'dyn'] = /^([^(]+)(\(.*\)) (\S.*)$/.exec(separated(signature)) ?? [];
  const types = { args: parseTypes(args), result: parseType(result) };
  const parameters = new Set<string>();
  for (const type of [...types.args, types.result]) parametersOf(type, parameters);
  return {
    id,
    isMember,
    ...types,
    parameters: [...parameters],
    ...(implementation === undefined ? {} : { implementation }),
  };
}

/** The signature with a space only before its result. */
function separated(signature: string): string {
  return signature.replaceAll(', ', ',');
}

/** A signature of a function called with all arguments in parentheses. */
export function global(signature: string, implementation?: Implementation): Overload {
  return overload(signature, false, implementation);
}

/** A signature of a function called after a dot. */
export function member(signature: string, implementation?: Implementation): Overload {
  return overload(signature, true, implementation);
}

export function declare(name: string, ...overloads: readonly Overload[]): FunctionDeclaration {
  return { name, overloads };
}

/** A function that does the same whatever its signature. */
export function declareUniform(
  name: string,
  implementation: Implementation,
  ...overloads: readonly Overload[]
): FunctionDeclaration {
  return { name, overloads, implementation };
}

/** True for a value that may be passed where a type is asked. Of a list or map, the first entry is looked at. */
export function isOfType(type: CelType, value: Value): boolean {
  switch (type.kind) {
    case 'any':
    case 'dyn':
    case 'parameter':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return isInt(value);
    case 'uint':
      return value instanceof Uint;
    case 'double':
      return value instanceof Double;
    case 'bytes':
      return value instanceof Bytes;
    case 'duration':
      return value instanceof Duration;
    case 'timestamp':
      return value instanceof Timestamp;
    case 'null':
      return value === null;
    case 'type':
      return value instanceof TypeValue;
    case 'list': {
      if (!(value instanceof ListValue)) return false;
      const first = value.size === 0 ? undefined : value.at(0);
      return first === undefined || (!(first instanceof CelError) && isOfType(parameterAt(type, 0), first));
    }
    case 'map':
      return value instanceof MapValue && holdsTypes(type, value);
    case 'opaque':
      return type.name === 'optional_type' ? value instanceof Optional : typeNameOf(value) === type.name;
    case 'struct':
      return typeNameOf(value) === type.name;
    case 'error':
      return false;
  }
}

function holdsTypes(type: CelType, map: MapValue): boolean {
  for (const key of map.keys()) {
    const value = map.find(key);
    if (value === undefined || value instanceof CelError) return false;
    return isOfType(parameterAt(type, 0), key) && isOfType(parameterAt(type, 1), value);
  }
  return true;
}

/** What a call says whose arguments fit no signature. */
export function noSuchOverload(name: string, args: readonly Value[]): CelError {
  return new CelError(`no such overload: ${name}(${args.map(typeNameOf).join(', ')})`);
}
