/**
 * Who set which field: `metadata.managedFields`, kept through every write, and server-side apply.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { DraftObject } from '../draft';
import type { SchemaNode } from '../schema/schema-node';

/** What server-side apply and field tracking must know of a resource. */
export interface FieldManagedType {
  /** The schema of an `apiVersion` of this kind; undefined where it is no longer served. */
  schemaOf(apiVersion: string): SchemaNode | undefined;
  /** Pruning converts what is left of an object too: it may lack its spec, metadata, or anything else. */
  convert(object: KubeObject, apiVersion: string): KubeObject;
  /** Fields that this endpoint resets, as paths; they are owned by nobody who writes through it. */
  readonly resetFields: readonly (readonly string[])[];
  /** Where an endpoint lets little be owned (a pod's `resize`): the only such fields, as paths; `*` stands for any step. */
  readonly ownableFields?: readonly (readonly string[])[];
}

export interface FieldWrite {
  readonly type: FieldManagedType;
  /** The version of the request. Live objects and results are in it. */
  readonly apiVersion: string;
  /** The kind of the endpoint, of which an applied object must be. Not checked where absent. */
  readonly kind?: string;
  /** Empty where the client named none and has no user agent. */
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly now: Date;
}

/** The two operations, as the write path uses them. */
export interface FieldManager {
  /**
   * What server-side apply makes of the live object (absent: of nothing): the merged object with its `managedFields`.
   * Throws `StatusError` 409 with a cause for each conflict unless forced, 400 where the applied object isn't fit for it.
   */
  apply(
    live: KubeObject | undefined,
    applied: JsonObject,
    write: FieldWrite & { readonly force: boolean },
  ): DraftObject;
  /** Sets `next.metadata.managedFields` after a create, update or patch, in place. Never throws: what can't be told is dropped. */
  update(live: KubeObject | undefined, next: DraftObject, write: FieldWrite): void;
}
