/**
 * A Kubernetes API, as the runtime and the command line need it. The adapter speaks HTTP; nothing here does.
 *
 * Every method throws `AdrasteiaError` with one of the codes `Api…` (see `src/errors.ts`); transport errors don't leak.
 */
import type { KubeObject, Manifest, ObjectName } from '../api/object';
import type { ResourceType } from '../api/resource-type';

export interface Selection {
  /** Absent: all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects come without anything but their metadata. Default false. */
  readonly metadataOnly?: boolean;
}

export interface ObjectList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface WatchOptions extends Selection {
  /** The version after which changes are sent. */
  readonly resourceVersion: string;
  /** The server ends the watch after this long. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  /** Take fields over from other managers. Default false: `ApiConflict`. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export interface PatchOptions {
  /** `merge`: RFC 7386. `json`: RFC 6902. */
  readonly type: 'merge' | 'json';
  readonly subresource?: string;
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
}

export interface ReplaceOptions {
  readonly subresource?: string;
  readonly fieldManager?: string;
}

export interface DeleteOptions {
  /** The object is deleted only while it has this UID; else `ApiConflict`. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** Default Background. Orphan leaves dependents behind. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** Zero removes a pod without waiting for its node. Default: what the object says. */
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export interface Cluster {
  /** The object, or undefined where there is none. */
  get(type: ResourceType, name: ObjectName): Promise<KubeObject | undefined>;
  /** All objects selected, fetched in pages of 500. Items carry `apiVersion` and `kind`. */
  list(type: ResourceType, selection: Selection): Promise<ObjectList>;
  /** The same, page by page, for who keeps little of each object. `ApiExpired` where the list went stale on the way: it is begun again. */
  pages(type: ResourceType, selection: Selection): AsyncIterable<ObjectList>;
  /** One watch connection with bookmarks; ends when the server ends it or the signal aborts. `ApiExpired` (410) where the version is too old. */
  watch(type: ResourceType, options: WatchOptions): AsyncIterable<WatchEvent>;
  create(
    type: ResourceType,
    object: Manifest,
    options?: { readonly fieldManager?: string; readonly dryRun?: boolean },
  ): Promise<KubeObject>;
  /** Server-side apply. */
  apply(type: ResourceType, object: Manifest, options: ApplyOptions): Promise<KubeObject>;
  patch(type: ResourceType, name: ObjectName, patch: unknown, options: PatchOptions): Promise<KubeObject>;
  replace(type: ResourceType, object: Manifest, options?: ReplaceOptions): Promise<KubeObject>;
  /** Asks for deletion; an object that is already gone is no error. */
  delete(type: ResourceType, name: ObjectName, options?: DeleteOptions): Promise<void>;
  /** Any GET whose answer is JSON: discovery, version, OpenAPI. */
  raw(path: string): Promise<unknown>;
  /** Ends kept connections. */
  close(): Promise<void>;
}
