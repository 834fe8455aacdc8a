/** The secrets that a pod names. */
import { objectsAt, stringAt } from '../authentication/json-members';

/** Where volumes name secrets. */
const VOLUME_PATHS: readonly (readonly string[])[] = [
  ['azureFile', 'secretName'],
  ['cephfs', 'secretRef', 'name'],
  ['cinder', 'secretRef', 'name'],
  ['flexVolume', 'secretRef', 'name'],
  ['rbd', 'secretRef', 'name'],
  ['secret', 'secretName'],
  ['scaleIO', 'secretRef', 'name'],
  ['iscsi', 'secretRef', 'name'],
  ['storageos', 'secretRef', 'name'],
  ['csi', 'nodePublishSecretRef', 'name'],
];

/** Their names: those that images are pulled with, those in containers' environments and those behind volumes. */
export function podSecretNames(pod: unknown): readonly string[] {
  const names = objectsAt(pod, 'spec', 'imagePullSecrets').map((secret) => stringAt(secret, 'name'));
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of objectsAt(pod, 'spec', list)) {
      names.push(...objectsAt(container, 'envFrom').map((from) => stringAt(from, 'secretRef', 'name')));
      names.push(...objectsAt(container, 'env').map((env) => stringAt(env, 'valueFrom', 'secretKeyRef', 'name')));
    }
  }
  for (const volume of objectsAt(pod, 'spec', 'volumes')) {
    names.push(...VOLUME_PATHS.map((path) => stringAt(volume, ...path)));
    names.push(...objectsAt(volume, 'projected', 'sources').map((source) => stringAt(source, 'secret', 'name')));
  }
  return names.filter((name) => name !== '');
}
