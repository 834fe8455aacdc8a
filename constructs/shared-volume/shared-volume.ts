import type { Construct } from 'constructs';
import { PlannedApiObject } from '../parts/planned';

/** A shared volume as it is made: every amount in canonical form. */
export interface SharedVolumeModel {
  readonly name: string;
  readonly namespace: string;
  readonly size: string;
  readonly accessModes: readonly string[];
  readonly storageClassName?: string;
}

/** The claim of a shared volume, which is kept whatever becomes of the SharedVolume. */
export class SharedVolume extends PlannedApiObject {
  constructor(scope: Construct, id: string, { model }: { readonly model: SharedVolumeModel }) {
    const { name, namespace, size, accessModes, storageClassName } = model;
    super(
      scope,
      id,
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'adrasteia' } },
        spec: {
          accessModes: [...accessModes],
          resources: { requests: { storage: size } },
          ...(storageClassName === undefined ? {} : { storageClassName }),
        },
      },
      { handling: { prune: 'Keep', adopt: false } },
    );
  }
}
