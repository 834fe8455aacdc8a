/**
 * A step in the life of an object, as data: what the simulated node does next, and how long it lets the object wait first.
 */
import type { KubeObject, Manifest } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import type { Delays } from './options';

/** What is next for an object. */
export interface Step {
  /** Of the stage that ends with this step. While the same step is due, the waiting isn't begun anew. */
  readonly name: string;
  readonly after: keyof Delays;
  readonly action: Action;
}

/** A merge patch; RFC 7386. */
export interface PatchBody {
  readonly metadata?: object;
  readonly [field: string]: unknown;
}

/** What is asked of the cluster. */
export type Action =
  | { readonly verb: 'Create'; readonly type: ResourceType; readonly manifest: Manifest }
  /** Assigns the pod to the node. */
  | { readonly verb: 'Bind'; readonly pod: KubeObject; readonly binding: Manifest }
  /** A merge patch. It and the next reach the object only as it is here. */
  | {
      readonly verb: 'Patch';
      readonly type: ResourceType;
      readonly object: KubeObject;
      readonly patch: PatchBody;
    }
  | { readonly verb: 'PatchStatus'; readonly type: ResourceType; readonly object: KubeObject; readonly status: object }
  /** Without grace. */
  | { readonly verb: 'Delete'; readonly type: ResourceType; readonly object: KubeObject };
