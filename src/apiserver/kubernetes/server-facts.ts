/**
 * What a fresh control plane says of itself: its resources, its version, and the objects that it makes when it starts.
 */
import type { JsonObject } from '../../api/json';
import type { Manifest } from '../../api/object';
import { data } from './data/server-facts';
import { unpackJson } from './packed-data';

/** A resource or subresource as an `APIResourceList` tells of it. */
export interface ApiResource {
  /** `deployments`, `deployments/scale`. */
  readonly name: string;
  /** Empty for subresources. */
  readonly singularName: string;
  readonly namespaced: boolean;
  /** Group and version of the kind, where they aren't those of the list. */
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

export interface ApiGroup {
  readonly name: string;
  readonly versions: readonly { readonly groupVersion: string; readonly version: string }[];
  readonly preferredVersion: { readonly groupVersion: string; readonly version: string };
}

export interface ServerFacts {
  /** The answer to `/version`. */
  readonly version: JsonObject;
  /** All groups but the core one, in the order of `/apis`. */
  readonly groups: { readonly groups: readonly ApiGroup[] };
  /** Keyed by path: `/api/v1`, `/apis/apps/v1`. */
  readonly resources: Readonly<Record<string, { readonly resources: readonly ApiResource[] }>>;
  /** The answers to `/api` and `/apis` in the aggregated form, `apidiscovery.k8s.io/v2`. */
  readonly aggregated: { readonly api: JsonObject; readonly apis: JsonObject };
  /** In an order in which they can be made; without what a server sets itself. */
  readonly objects: readonly Manifest[];
}

let facts: ServerFacts | undefined;

/** The facts, unpacked when they are first asked for. */
export function serverFacts(): ServerFacts {
  facts ??= unpackJson(data) as ServerFacts;
  return facts;
}

/** The objects that a control plane makes when it starts for the first time, in an order in which they can be made. */
export function bootstrapObjects(): readonly Manifest[] {
  return serverFacts().objects;
}

/** The answer to `/version`. */
export function versionInfo(): JsonObject {
  return serverFacts().version;
}
