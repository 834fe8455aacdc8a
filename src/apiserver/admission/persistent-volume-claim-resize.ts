/** A claim grows only where its volume can. */
import type { KubeObject } from '../../api/object';
import { booleanAt, stringAt } from '../authentication/json-members';
import type { ObjectReader } from '../resources/object-reader';
import type { AdmissionPlugin } from './admission';
import { STORAGE_CLASS_ANNOTATION } from './default-classes';
import { isAbout, refusedByAdmission } from './refusal';
import { amountsAt } from './resource-amounts';

const STORAGE_CLASSES = { group: 'storage.k8s.io', resource: 'storageclasses' } as const;

export function persistentVolumeClaimResize(reader: ObjectReader): AdmissionPlugin {
  return {
    name: 'PersistentVolumeClaimResize',
    validate(claim, attributes) {
      const { operation, oldObject } = attributes;
      if (operation !== 'UPDATE' || !isAbout(attributes, '', 'persistentvolumeclaims')) return undefined;
      if (claim === undefined || oldObject === undefined || sizeOf(claim) <= sizeOf(oldObject)) return undefined;
      if (stringAt(oldObject, 'status', 'phase') !== 'Bound') {
        throw refusedByAdmission(attributes, claim, 'Only bound persistent volume claims can be expanded');
      }
      if (!mayGrow(claim, oldObject, reader)) {
        const why =
          'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
        throw refusedByAdmission(attributes, claim, why);
      }
      return undefined;
    },
  };
}

function sizeOf(claim: KubeObject): bigint {
  return amountsAt(claim, 'spec', 'resources', 'requests').get('storage')?.nanos ?? 0n;
}

function mayGrow(claim: KubeObject, oldClaim: KubeObject, reader: ObjectReader): boolean {
  const name = storageClassOf(claim);
  if (name === '' || name !== storageClassOf(oldClaim)) return false;
  return booleanAt(reader.find(STORAGE_CLASSES, '', name), 'allowVolumeExpansion') === true;
}

/** The storage class that a claim names; empty where it names none. */
export function storageClassOf(claim: KubeObject): string {
  const annotated = claim.metadata.annotations?.[STORAGE_CLASS_ANNOTATION];
  return annotated ?? stringAt(claim, 'spec', 'storageClassName');
}
