import type { KubeObject, ObjectName } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import type { Cluster } from '../../ports/cluster';
import { FIELD_MANAGER } from './heartbeat';
import { BINDING, POD } from './resource-types';
import type { Action, PatchBody } from './step';

/** What became of the object that an action was about; without `object` it is gone. */
export interface Outcome {
  readonly type: ResourceType;
  readonly name: ObjectName & { readonly uid?: string };
  readonly object?: KubeObject;
}

/** Does what a step says. Throws what the cluster throws; `ApiConflict` where the object isn't any more what the step was made for. */
export async function perform(cluster: Cluster, action: Action): Promise<Outcome> {
  const { fieldManager } = MERGE;
  switch (action.verb) {
    case 'Create': {
      const object = await cluster.create(action.type, action.manifest, { fieldManager });
      return { type: action.type, name: object.metadata, object };
    }
    case 'Bind':
      await cluster.create(BINDING, action.binding, { fieldManager });
      // The answer is about the binding.
      return lookedUp(cluster, POD, action.pod.metadata);
    case 'Patch': {
      const { type, object, patch } = action;
      return {
        type,
        name: object.metadata,
        object: await cluster.patch(type, object.metadata, guarded(object, patch), MERGE),
      };
    }
    case 'PatchStatus': {
      const { type, object, status } = action;
      const options = { ...MERGE, subresource: 'status' } as const;
      const patched = await cluster.patch(type, object.metadata, guarded(object, { status }), options);
      return { type, name: object.metadata, object: patched };
    }
    case 'Delete': {
      const { type, object } = action;
      const { uid } = object.metadata;
      await cluster.delete(type, object.metadata, { gracePeriodSeconds: 0, ...(uid === undefined ? {} : { uid }) });
      // Finalizers may hold it.
      return lookedUp(cluster, type, object.metadata);
    }
  }
}

const MERGE = { type: 'merge', fieldManager: FIELD_MANAGER } as const;

async function lookedUp(cluster: Cluster, type: ResourceType, name: Outcome['name']): Promise<Outcome> {
  const object = await cluster.get(type, name);
  return object === undefined ? { type, name } : { type, name, object };
}

/** The patch, refused where the object is another one by now or has changed: lists in it replace whole lists. */
function guarded(object: KubeObject, patch: PatchBody): PatchBody {
  const { uid, resourceVersion } = object.metadata;
  return { ...patch, metadata: { ...patch.metadata, uid, resourceVersion } };
}
