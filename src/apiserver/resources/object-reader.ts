/**
 * Reads objects where the server itself needs them: admission, authorization, strategies. Synchronous, of the newest state,
 * in the version that is stored.
 */
import type { KubeObject } from '../../api/object';
import type { GroupResource } from '../status-error';

/** Which values objects of a resource have, by which they can be asked for. */
export interface ValueIndex {
  readonly type: GroupResource;
  /** The values of one object. */
  readonly valuesOf: (object: KubeObject) => Iterable<string>;
}

export interface ObjectReader {
  /** `namespace` is empty for cluster-scoped resources. Undefined where the object or the resource isn't there. */
  find(type: GroupResource, namespace: string, name: string): KubeObject | undefined;
  /** All objects of a namespace; an empty one means all namespaces. In the order of their names. */
  list(type: GroupResource, namespace: string): readonly KubeObject[];
  /** Whether any object of the index's resource has the value. The objects are read once; from then on, it costs a look-up. */
  hasValue(index: ValueIndex, value: string): boolean;
}
