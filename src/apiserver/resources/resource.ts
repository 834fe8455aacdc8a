/**
 * A resource that the API serves: its names, its versions and what it does beyond storing objects.
 *
 * Objects are stored in one version (the storage version) and converted on the way in and out. Everything in a `Strategy`
 * sees the storage version. Built-in resources come from published types and a strategy written by hand; those of CRDs from
 * their definitions.
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { UserInfo } from '../authentication/authenticator';
import type { DraftObject } from '../draft';
import type { FieldError } from '../field-error';
import type { SchemaNode } from '../schema/schema-node';
import type { ObjectReader } from './object-reader';

/** A resource of one group, with all its served versions. */
export interface Resource {
  readonly group: string;
  readonly kind: string;
  /** `DeploymentList`. */
  readonly listKind: string;
  /** Plural: `deployments`. */
  readonly resource: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** What discovery says: `create`, `get`, `list`, `watch`, … */
  readonly verbs: readonly string[];
  readonly storageVersion: string;
  /** Keyed by name, in the order of discovery. */
  readonly versions: ReadonlyMap<string, ResourceVersion>;
  readonly strategy: Strategy;
  /** True for a resource of a CRD. */
  readonly isCustom: boolean;
  /** Where objects are kept, if not under the resource's own name: events of `events.k8s.io` are those of the core group. */
  readonly storedAs?: StoredAs;
  /** A deletion answers with the object as it was last; otherwise with a `Status`. */
  readonly returnsDeleted?: boolean;
  /** The order of a table's rows, where it isn't that of the names. */
  readonly tableOrder?: (a: KubeObject, b: KubeObject) => number;
  /** What became of stored objects whose schema has changed since they were written. */
  readonly reread?: Reread;
  /** Set while the resource goes away: nothing new is made. Throws `StatusError`. */
  refuseCreate?(): void;
  /** Brings an object into the form in which it is given back, after a strategy changed it: in place. */
  normalise?(object: DraftObject): void;
  /** The object, stored or of any served version, in the version given; the same object where it is in it already. May reuse its parts. */
  convert(object: KubeObject, version: string): KubeObject;
}

/** How records that are older than the schema are read. */
export interface Reread {
  /** Records written at this revision or before are read anew. */
  readonly until: number;
  read(object: KubeObject): KubeObject;
}

/** The place of objects that another resource shares, and the form that they have there. */
export interface StoredAs {
  readonly group: string;
  readonly resource: string;
  /** The version in which they are stored, with its group. */
  readonly apiVersion: string;
  toStored(object: KubeObject): KubeObject;
}

export interface ResourceVersion {
  readonly version: string;
  readonly schema: SchemaNode;
  readonly codec: Codec;
  /** The text of the `Warning` header that answers carry. */
  readonly deprecation?: string;
  /** Keyed by name: `status`, `scale`, … Those served by the path `…/NAME/SUBRESOURCE`. */
  readonly subresources: ReadonlyMap<string, Subresource>;
  readonly columns: readonly Column[];
}

export interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** What discovery says of its kind: `Scale` of `autoscaling/v1`; absent group and version: those of the resource. */
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  /** For `scale`: where its values are, as CRDs say it (`.spec.replicas`). */
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
}

/** Between the JSON of a request and an object of one version. */
export interface Codec {
  /**
   * The object that the JSON stands for: unknown members dropped, values in the form that the server gives back, defaults
   * set. `problems` are told to a client that asked for strict validation or warnings: `unknown field "spec.foo"`.
   * Throws `StatusError` 400 where a value cannot be what the schema says.
   */
  decode(body: JsonObject): Decoded;
}

export interface Decoded {
  readonly object: DraftObject;
  readonly problems: readonly string[];
}

/** What a strategy may know of a request. */
export interface StrategyContext {
  readonly reader: ObjectReader;
  readonly user: UserInfo;
  readonly now: Date;
  readonly dryRun: boolean;
  /** Empty for the object itself. */
  readonly subresource: string;
}

/** What the endpoints of a resource do beyond the general. Everything is optional: absent members do nothing. */
export interface Strategy {
  /** Defaults that the schema cannot say, in the version given, in place. */
  setDefaults?(object: DraftObject, version: string): void;
  /** Empties what clients may not set at creation (status), before validation. */
  prepareForCreate?(object: DraftObject, context: StrategyContext): void;
  /** Puts back from `old` what this endpoint doesn't change, before validation. */
  prepareForUpdate?(object: DraftObject, old: KubeObject, context: StrategyContext): void;
  validate?(object: KubeObject, context: StrategyContext): readonly FieldError[];
  /** Checks beyond those of metadata, which are made for every resource. */
  validateUpdate?(object: KubeObject, old: KubeObject, context: StrategyContext): readonly FieldError[];
  /** Texts for `Warning` headers. */
  warnings?(object: KubeObject, old: KubeObject | undefined, context: StrategyContext): readonly string[];
  /** Brings the valid object into the form that is stored, in place. */
  canonicalize?(object: DraftObject): void;
  /** Checks a name, beyond the rules of paths. Default: an RFC 1123 subdomain. Returns what is wrong. */
  validateName?(name: string, isPrefix: boolean): readonly string[];
  /** Annotations in which an object's versions carry what is a member inside the server: not part of metadata given alone. */
  readonly annotationsOfVersions?: ReadonlySet<string>;
  /**
   * Which changes count in `metadata.generation`. Absent: the resource has no generation, unless it is custom, where all
   * but metadata and a status subresource counts.
   */
  readonly generation?: 'spec' | 'all';
  /** A PUT or apply of an object that isn't there creates it. Default false for PUT; apply always creates. */
  readonly createsOnUpdate?: boolean;
  /** A PUT without `resourceVersion` is taken as the newest. Default true. */
  readonly updatesUnconditionally?: boolean;
  /** Seconds that a deletion waits for the object's keeper (a pod's node); undefined or 0: it is removed at once. */
  gracePeriodSeconds?(object: KubeObject, asked: number | undefined): number | undefined;
  /** The first deletion of what waits also changes the object: a namespace begins to terminate. In place. */
  prepareForDelete?(object: DraftObject, context: StrategyContext): void;
  /** Values by which field selectors find the object, beyond `metadata.name` and `metadata.namespace`. */
  fields?(object: KubeObject): Readonly<Record<string, string>>;
  /** The names of those, so that others are refused. */
  readonly fieldNames?: readonly string[];
  /** What becomes of dependents where the deletion doesn't say. Default Background; `Unsupported`: it has none, ever. */
  readonly defaultPropagation?: 'Background' | 'Orphan' | 'Unsupported';
  /** Fields that an endpoint takes from nobody, as paths below the root, by subresource (`` for the object itself). */
  readonly resetFields?: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Finalizers that keep the object: default `metadata.finalizers` alone; a namespace has `spec.finalizers` too. */
  hasFinalizers?(object: KubeObject): boolean;
}

/** One column of a `Table`. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  /** The cell's value. `now` is for ages. */
  cell(object: KubeObject, now: Date): string | number | boolean | null;
}
