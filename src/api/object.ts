/**
 * Objects as a Kubernetes API holds them. Only metadata is typed here; a kind's own fields are typed by its schema.
 */
import type { JsonObject, JsonValue } from './json';

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly subresource?: string;
  readonly fieldsV1?: JsonObject;
}

export interface ObjectMeta {
  readonly name: string;
  /** With an empty name: the server makes one that begins so. */
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
}

/** What a client sends: metadata without what the server fills in is enough. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** What the server holds. */
export interface KubeObject extends Manifest {
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** A name inside a kind. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectName {
  readonly namespace?: string;
  readonly name: string;
}

/** Names one object in a cluster. */
export interface ObjectReference extends ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The reference that points at an object. */
export function referenceTo(object: Manifest): ObjectReference {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/**
 * One word for a reference, unique in a cluster and stable across API versions: `StatefulSet.apps/team-a/thesis`.
 * Cluster-scoped objects have an empty namespace: `StorageClass.storage.k8s.io//fast`.
 */
export function referenceKey(reference: ObjectReference): string {
  const slash = reference.apiVersion.indexOf('/');
  const kind = slash < 0 ? reference.kind : `${reference.kind}.${reference.apiVersion.slice(0, slash)}`;
  return `${kind}/${reference.namespace ?? ''}/${reference.name}`;
}

/** How an object is called in messages: `Kode team-a/thesis`. */
export function describeObject(object: { kind: string; metadata: ObjectName }): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? `${object.kind} ${name}` : `${object.kind} ${namespace}/${name}`;
}

/** The value found by walking member names from a value, or undefined where the walk leaves the object. */
export function valueAt(value: unknown, path: readonly (string | number)[]): JsonValue | undefined {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current as JsonValue | undefined;
}
