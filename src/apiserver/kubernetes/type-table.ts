/**
 * The types behind Kubernetes' own kinds, as `data/type-table.ts` holds them: what reflection tells of the Go types, joined with
 * what the published OpenAPI documents say of the same fields.
 */
import { data } from './data/type-table';
import { unpackJson } from './packed-data';

/** How a type is held and written. The names from `quantity` on stand for types that write their own JSON; `any` is an interface. */
export type GoKind =
  | 'struct'
  | 'any'
  | 'slice'
  | 'map'
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'bytes'
  | 'quantity'
  | 'time'
  | 'micro-time'
  | 'int-or-string'
  | 'raw-extension'
  | 'fields-v1'
  | 'json'
  | 'schema-or-bool'
  | 'schema-or-array'
  | 'schema-or-string-array';

/** One type. */
export interface TypeFacts {
  /** The name in decoding errors: `v1.PodSpec`, `[]v1.Container`. */
  readonly go: string;
  readonly kind: GoKind;
  /** What a slice or a map holds: a key of the table. */
  readonly elem?: string;
  /** The items are pointers. */
  readonly elemPointer?: boolean;
  /** In the order of the source. */
  readonly fields?: readonly FieldFacts[];
  readonly required?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
}

/** One member of a struct. */
export interface FieldFacts {
  /** Empty for an inline field, whose members stand among those of the struct around it. */
  readonly name: string;
  /** A key of the table. */
  readonly type: string;
  readonly pointer?: boolean;
  readonly omitEmpty?: boolean;
  readonly omitZero?: boolean;
  readonly protobuf?: number;
  readonly default?: unknown;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
}

/** A kind that Kubernetes' scheme knows. */
export interface KindFacts {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** A key of the table; absent for kinds of versions that are not served. */
  readonly type?: string;
}

export interface TypeTable {
  readonly types: Readonly<Record<string, TypeFacts>>;
  readonly kinds: readonly KindFacts[];
}

let table: TypeTable | undefined;

/** The table, unpacked when it is first asked for: some ten milliseconds. */
function typeTable(): TypeTable {
  table ??= unpackJson(data) as TypeTable;
  return table;
}

/** A type of the table. Throws where the key isn't there: the table names only what it holds. */
export function getType(key: string): TypeFacts {
  const type = typeTable().types[key];
  if (type === undefined) throw new Error(`type ${JSON.stringify(key)} is not in the table`);
  return type;
}

let kinds: ReadonlyMap<string, KindFacts> | undefined;

/** What the scheme knows of a kind; undefined for a kind that is not Kubernetes' own. */
export function findKind(apiVersion: string, kind: string): KindFacts | undefined {
  kinds ??= new Map(
    typeTable().kinds.map((facts) => [
      `${facts.group === '' ? '' : `${facts.group}/`}${facts.version} ${facts.kind}`,
      facts,
    ]),
  );
  return kinds.get(`${apiVersion} ${kind}`);
}
