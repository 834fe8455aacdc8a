import type { Construct } from 'constructs';
import { RECLAIM_ANNOTATION } from '../../src/api/well-known';
import type { MadeClaim } from './layout-name';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';
import type { PersistentVolumeClaimSpec } from './shapes';
import { storedAmount } from './stored-form';

export interface ClaimProps extends PartProps {
  readonly claim: MadeClaim;
}

/**
 * A PersistentVolumeClaim, apart from any StatefulSet, so that nothing that is recreated holds data. It is kept whatever
 * becomes of the tree; whether a teardown deletes it is written on the claim itself, where it is still found when the
 * template is gone.
 */
export class Claim extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: ClaimProps) {
    const { name, claim } = props.claim;
    const spec: PersistentVolumeClaimSpec = {
      accessModes: claim.accessModes,
      ...(claim.size === undefined ? {} : { resources: { requests: { storage: storedAmount(claim.size) } } }),
      // An empty class is kept: it asks for a volume that nobody provisions, where an absent one asks for the default.
      ...(claim.storageClassName === undefined ? {} : { storageClassName: claim.storageClassName }),
    };
    super(
      scope,
      id,
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: partMeta(props, name.name, { [RECLAIM_ANNOTATION]: claim.reclaim }),
        spec,
      },
      { handling: { prune: 'Keep', adopt: name.adopt ?? false } },
    );
  }
}
