/**
 * Fields that a server of this version drops, since what they ask for is not yet switched on by default.
 *
 * They are dropped before validation, and kept only where the old object has such a field; no object has, as nothing lets one in.
 * @see k8s.io/kubernetes/pkg/features/kube_features.go, v1.34
 */
import { type DraftObject, findObject, findString, objectsIn } from '../../draft';
import { putMember, removeMember } from '../draft-members';

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'];
const PROJECTIONS = ['clusterTrustBundle', 'podCertificate'];

/** Drops them from the spec of a pod, in place. */
export function dropDisabledFields(spec: DraftObject): void {
  delete spec['hostnameOverride'];
  const images = dropImageVolumes(spec);
  for (const volume of objectsIn(spec, 'volumes')) {
    for (const source of objectsIn(findObject(volume, 'projected'), 'sources')) {
      for (const key of PROJECTIONS) removeMember(source, key);
    }
  }
  for (const key of CONTAINER_LISTS) {
    for (const container of objectsIn(spec, key)) {
      if (key !== 'initContainers' || container['restartPolicy'] !== 'Always') delete container['restartPolicy'];
      dropFromContainer(container, images);
    }
  }
}

/** Removes volumes that are images. Returns their names. */
function dropImageVolumes(spec: DraftObject): ReadonlySet<string> {
  const volumes = objectsIn(spec, 'volumes');
  const images = volumes.filter((volume) => volume['image'] !== undefined);
  if (images.length === 0) return new Set();
  replaceList(
    spec,
    'volumes',
    volumes.filter((volume) => volume['image'] === undefined),
  );
  return new Set(images.map((volume) => findString(volume, 'name') ?? ''));
}

function dropFromContainer(container: DraftObject, images: ReadonlySet<string>): void {
  delete container['restartPolicyRules'];
  const lifecycle = findObject(container, 'lifecycle');
  if (lifecycle?.['stopSignal'] !== undefined) {
    delete lifecycle['stopSignal'];
    if (Object.keys(lifecycle).length === 0) delete container['lifecycle'];
  }
  for (const variable of objectsIn(container, 'env')) {
    const source = findObject(variable, 'valueFrom');
    if (source !== undefined) delete source['fileKeyRef'];
  }
  if (images.size === 0) return;
  const mounts = objectsIn(container, 'volumeMounts');
  replaceList(
    container,
    'volumeMounts',
    mounts.filter((mount) => !images.has(findString(mount, 'name') ?? '')),
  );
}

function replaceList(parent: DraftObject, key: string, items: DraftObject[]): void {
  putMember(parent, key, items.length === 0 ? undefined : items);
}
