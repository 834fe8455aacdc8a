/** Volumes, claims and volume attribute classes stay while they are in use: each gets a finalizer. */
import { ensureObject } from '../draft';
import type { AdmissionPlugin } from './admission';

const FINALIZERS: ReadonlyMap<string, string> = new Map([
  ['/persistentvolumes', 'kubernetes.io/pv-protection'],
  ['/persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
  ['storage.k8s.io/volumeattributesclasses', 'kubernetes.io/vac-protection'],
]);

export function storageObjectInUseProtection(): AdmissionPlugin {
  return {
    name: 'StorageObjectInUseProtection',
    admit(object, { operation, group, resource, subresource }) {
      const finalizer = FINALIZERS.get(`${group}/${resource}`);
      if (finalizer === undefined || operation !== 'CREATE' || subresource !== '') return;
      const metadata = ensureObject(object, 'metadata');
      const finalizers = Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : [];
      if (!finalizers.includes(finalizer)) metadata['finalizers'] = [...finalizers, finalizer];
    },
  };
}
