/**
 * The classes that claims and ingresses get that name none.
 * @see https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass
 */
import type { KubeObject } from '../../api/object';
import { type DraftObject, ensureObject, findObject } from '../draft';
import type { ObjectReader } from '../resources/object-reader';
import type { GroupResource } from '../status-error';
import type { AdmissionPlugin } from './admission';
import { isAbout } from './refusal';

const STORAGE_CLASSES = { group: 'storage.k8s.io', resource: 'storageclasses' } as const;
const INGRESS_CLASSES = { group: 'networking.k8s.io', resource: 'ingressclasses' } as const;
/** Where a claim said its class before it had a field for it. */
export const STORAGE_CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export function defaultStorageClass(reader: ObjectReader): AdmissionPlugin {
  const marks = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
  return {
    name: 'DefaultStorageClass',
    admit(claim, attributes) {
      if (attributes.operation !== 'CREATE' || !isAbout(attributes, '', 'persistentvolumeclaims')) return;
      if (hasAnnotation(claim, STORAGE_CLASS_ANNOTATION)) return;
      setClass(claim, 'storageClassName', findDefault(reader, STORAGE_CLASSES, marks));
    },
  };
}

export function defaultIngressClass(reader: ObjectReader): AdmissionPlugin {
  const marks = ['ingressclass.kubernetes.io/is-default-class'];
  return {
    name: 'DefaultIngressClass',
    admit(ingress, attributes) {
      if (attributes.operation !== 'CREATE' || !isAbout(attributes, 'networking.k8s.io', 'ingresses')) return;
      if (hasAnnotation(ingress, 'kubernetes.io/ingress.class')) return;
      setClass(ingress, 'ingressClassName', findDefault(reader, INGRESS_CLASSES, marks));
    },
  };
}

function hasAnnotation(object: DraftObject, name: string): boolean {
  return Object.hasOwn(findObject(findObject(object, 'metadata'), 'annotations') ?? {}, name);
}

function setClass(object: DraftObject, member: string, chosen: KubeObject | undefined): void {
  const given = findObject(object, 'spec')?.[member];
  if (chosen === undefined || (given !== undefined && given !== null)) return;
  ensureObject(object, 'spec')[member] = chosen.metadata.name;
}

/** The newest class that is marked as default; of those made in the same second the first by name. */
function findDefault(reader: ObjectReader, type: GroupResource, marks: readonly string[]): KubeObject | undefined {
  let chosen: KubeObject | undefined;
  for (const candidate of reader.list(type, '')) {
    if (!marks.some((mark) => candidate.metadata.annotations?.[mark] === 'true')) continue;
    const made = candidate.metadata.creationTimestamp ?? '';
    if (chosen === undefined || made > (chosen.metadata.creationTimestamp ?? '')) chosen = candidate;
  }
  return chosen;
}
