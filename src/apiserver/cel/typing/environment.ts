/** What expressions may name: variables, types and functions. */
import type { FunctionDeclaration } from './declaration';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  mapOf,
  NULL,
  parameterOf,
  STRING,
  structOf,
  TIMESTAMP,
  TYPE,
  typeOf,
  UINT,
} from './type';

/** A type with fields, as an expression may look into it. */
export interface StructType {
  /** Undefined where there is no such field. */
  findField(name: string): CelType | undefined;
}

export interface Environment {
  readonly variables: ReadonlyMap<string, CelType>;
  /** By type name. */
  readonly structs: ReadonlyMap<string, StructType>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
}

/** What the name of a type stands for. */
export interface TypeName {
  readonly type: CelType;
  /** At runtime; undefined where the name is known to the checker alone. */
  readonly name: string | undefined;
}

const TYPE_NAMES: ReadonlyMap<string, TypeName> = new Map(
  [
    ['bool', BOOL],
    ['bytes', BYTES],
    ['double', DOUBLE],
    ['int', INT],
    ['list', listOf(parameterOf('A'))],
    ['map', mapOf(parameterOf('A'), parameterOf('B'))],
    ['null_type', NULL],
    ['string', STRING],
    ['type', TYPE],
    ['uint', UINT],
    ['google.protobuf.Duration', DURATION],
    ['google.protobuf.Timestamp', TIMESTAMP],
    ['net.IP', { kind: 'opaque', name: 'net.IP', parameters: [] }],
    ['net.CIDR', { kind: 'opaque', name: 'net.CIDR', parameters: [] }],
    ['optional_type', { kind: 'opaque', name: 'optional_type', parameters: [] }],
  ].map(([name, type]) => [name as string, { type: typeOf(type as CelType), name: name as string }]),
);

/** Names that schemas give to types; there is no value behind them. */
const SCHEMA_TYPE_NAMES: ReadonlyMap<string, TypeName> = new Map([
  ['duration', { type: typeOf(DURATION), name: undefined }],
  ['timestamp', { type: typeOf(TIMESTAMP), name: undefined }],
]);

/** The type that a name stands for where no variable has that name. */
export function findTypeName(environment: Environment, name: string): TypeName | undefined {
  const known = TYPE_NAMES.get(name);
  if (known !== undefined) return known;
  if (environment.structs.size === 0) return undefined;
  if (environment.structs.has(name)) return { type: typeOf(structOf(name)), name: undefined };
  return SCHEMA_TYPE_NAMES.get(name);
}
