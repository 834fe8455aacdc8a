/** Updates through endpoints that change one part of a pod's spec. */
import type { KubeObject } from '../../../../api/object';
import { type Draft, type DraftObject, ensureObject, findObject, objectsIn } from '../../../draft';
import { putMember } from '../../draft-members';
import { listAt, textAt } from '../../json-members';
import { keepMember, specOf } from '../strategy-parts';

/** Metadata that such an update doesn't change. */
const KEPT_METADATA = [
  'deletionTimestamp',
  'generation',
  'selfLink',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
];

/** Puts back everything but one member of the spec, in place. */
export function keepAllBut(pod: DraftObject, old: KubeObject, key: string): void {
  const member = findObject(pod, 'spec')?.[key];
  const spec = { ...specOf(old) } as DraftObject;
  putMember(spec, key, member);
  pod['spec'] = spec;
  keepStatusAndMetadata(pod, old);
}

/**
 * Puts back everything but the resources and resize policies of containers, in place. Nothing is put back where containers
 * were added or removed: validation says so.
 */
export function keepAllButResources(pod: DraftObject, old: KubeObject): void {
  const oldSpec = specOf(old);
  const spec = findObject(pod, 'spec');
  const lists = ['containers', 'initContainers'];
  if (lists.some((key) => objectsIn(spec, key).length !== listAt(oldSpec, key).length)) return;
  const kept = { ...oldSpec } as DraftObject;
  for (const key of lists) {
    const containers = objectsIn(spec, key);
    if (containers.length > 0)
      kept[key] = resizedContainers(containers, listAt(oldSpec, key) as readonly DraftObject[]);
  }
  pod['spec'] = kept;
  keepStatusAndMetadata(pod, old);
}

/** The old containers with the new resources; the new ones where names differ. */
function resizedContainers(containers: DraftObject[], old: readonly DraftObject[]): DraftObject[] {
  if (containers.some((container, index) => textAt(container, 'name') !== textAt(old[index], 'name')))
    return containers;
  return containers.map((container, index) => {
    const resized = { ...old[index] };
    for (const key of ['resources', 'resizePolicy']) {
      putMember(resized, key, container[key]);
    }
    return resized;
  });
}

function keepStatusAndMetadata(pod: DraftObject, old: KubeObject): void {
  keepMember(pod, old, 'status');
  const metadata = ensureObject(pod, 'metadata');
  const before = old.metadata as unknown as Readonly<Record<string, Draft | undefined>>;
  for (const key of KEPT_METADATA) {
    putMember(metadata, key, before[key]);
  }
}
