/** The types that the checker gives to expressions. */

export type TypeKind =
  | 'any'
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  | 'opaque'
  | 'parameter'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint';

export interface CelType {
  readonly kind: TypeKind;
  /** As it is called at runtime: `google.protobuf.Duration`. */
  readonly name: string;
  readonly parameters: readonly CelType[];
}

function simple(kind: TypeKind, name: string = kind): CelType {
  return { kind, name, parameters: [] };
}

const ANY = simple('any', 'google.protobuf.Any');
export const BOOL = simple('bool');
export const BYTES = simple('bytes');
export const DOUBLE = simple('double');
export const DURATION = simple('duration', 'google.protobuf.Duration');
export const DYN = simple('dyn');
export const ERROR = simple('error');
export const INT = simple('int');
export const NULL = simple('null', 'null_type');
export const STRING = simple('string');
export const TIMESTAMP = simple('timestamp', 'google.protobuf.Timestamp');
export const TYPE = simple('type');
export const UINT = simple('uint');

export function listOf(element: CelType): CelType {
  return { kind: 'list', name: 'list', parameters: [element] };
}

export function mapOf(key: CelType, value: CelType): CelType {
  return { kind: 'map', name: 'map', parameters: [key, value] };
}

export function optionalOf(type: CelType): CelType {
  return { kind: 'opaque', name: 'optional_type', parameters: [type] };
}

/** The type of a type. */
export function typeOf(type: CelType): CelType {
  return { kind: 'type', name: 'type', parameters: [type] };
}

/** A type with fields. */
export function structOf(name: string): CelType {
  return simple('struct', name);
}

export function parameterOf(name: string): CelType {
  return simple('parameter', name);
}

export function isDyn(type: CelType): boolean {
  return type.kind === 'dyn' || type.kind === 'any';
}

export function isOptional(type: CelType): boolean {
  return type.kind === 'opaque' && type.name === 'optional_type';
}

/** The parameter at an index; `dyn` where there is none. */
export function parameterAt(type: CelType, index: number): CelType {
  return type.parameters[index] ?? DYN;
}

/** What an optional holds; the type itself where it is no optional. */
export function unwrapped(type: CelType): CelType {
  return isOptional(type) ? parameterAt(type, 0) : type;
}

export function isSameType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.name !== b.name || a.parameters.length !== b.parameters.length) return false;
  return a.parameters.every((parameter, index) => isSameType(parameter, parameterAt(b, index)));
}

/** A type as messages write it: `list(int)`, `map(string, dyn)`. */
export function typeText(type: CelType): string {
  switch (type.kind) {
    case 'any':
    case 'duration':
    case 'null':
    case 'timestamp':
      return type.kind;
    case 'error':
      return '!error!';
    case 'bool':
    case 'bytes':
    case 'double':
    case 'dyn':
    case 'int':
    case 'list':
    case 'map':
    case 'opaque':
    case 'parameter':
    case 'string':
    case 'struct':
    case 'type':
    case 'uint':
      if (type.parameters.length === 0) return type.name;
      return `${type.name}(${type.parameters.map(typeText).join(', ')})`;
  }
}

/** A type by its name at runtime: `list(google.protobuf.Timestamp)`. */
export function typeName(type: CelType): string {
  return type.parameters.length === 0 ? type.name : `${type.name}(${type.parameters.map(typeName).join(', ')})`;
}

const SIMPLE_TYPES: ReadonlyMap<string, CelType> = new Map([
  ['any', ANY],
  ['bool', BOOL],
  ['bytes', BYTES],
  ['double', DOUBLE],
  ['duration', DURATION],
  ['dyn', DYN],
  ['int', INT],
  ['null', NULL],
  ['string', STRING],
  ['timestamp', TIMESTAMP],
  ['type', TYPE],
  ['uint', UINT],
]);
const OPAQUE_TYPES: ReadonlySet<string> = new Set(['net.IP', 'net.CIDR']);

/** Reads a type from the start of a text; the rest of the text is given back. */
function readType(text: string): { readonly type: CelType; readonly rest: string } {
  const name = /^[\w.]+/.exec(text)?.[0] ?? '';
  let rest = text.slice(name.length);
  const parameters: CelType[] = [];
  if (rest.startsWith('(')) {
    do {
      const parameter = readType(rest.slice(1).trimStart());
      parameters.push(parameter.type);
      ({ rest } = parameter);
    } while (rest.startsWith(','));
    rest = rest.slice(1);
  }
  return { type: namedType(name, parameters), rest };
}

function namedType(name: string, parameters: readonly CelType[]): CelType {
  if (name === 'tuple') return { kind: 'opaque', name, parameters };
  if (name === 'list' || name === 'map' || (name === 'type' && parameters.length > 0)) {
    return { kind: name, name, parameters };
  }
  if (name === 'optional_type' || OPAQUE_TYPES.has(name)) return { kind: 'opaque', name, parameters };
  if (/^[A-Z]$/.test(name)) return parameterOf(name);
  return SIMPLE_TYPES.get(name) ?? structOf(name);
}

/** The type that a text names, as `typeText` writes it; single capitals are parameters. */
export function parseType(text: string): CelType {
  return readType(text).type;
}

/** The types of a list in parentheses: `(string, list(int))`. */
export function parseTypes(text: string): readonly CelType[] {
  return text === '()' ? [] : readType(`tuple${text}`).type.parameters;
}
