/**
 * The plan of a SharedVolume: one claim of its name, which only grows and outlives it, and what environments elsewhere must know to
 * mount its volume.
 */
import type { Construct } from 'constructs';
import type { ConditionReport } from '../../src/api/condition';
import type { JsonObject } from '../../src/api/json';
import { type KubeObject, type ObjectReference, referenceKey, valueAt } from '../../src/api/object';
import { canonicalResourceAmount, compareQuantities } from '../../src/api/quantity';
import { kindKey } from '../../src/api/resource-type';
import { FINALIZER, OWNER_UID_LABEL } from '../../src/api/well-known';
import type { Planner, TreeSource } from '../../src/plan/kind';
import type { Lookup } from '../../src/plan/lookup';
import type { Hold, Observed, Plan, StatusOf, Teardown } from '../../src/plan/plan';
import { admissionOf } from '../../src/schema/admitted';
import { admitWithTenancy } from '../../src/tenancy/admit-with-tenancy';
import { type ClaimShare, claimShare, claimShareNotes } from '../../src/tenancy/claim-share';
import { DELETE_VOLUMES_ANNOTATION } from '../../src/tenancy/names';
import { TENANCY } from '../../src/tenancy/tenancy';
import { CLAIM, PERSISTENT_VOLUME } from '../parts/resource-types';
import { firstRefusal, tenancyReady } from '../parts/tenancy-conditions';
import { SHARED_VOLUME, type SharedVolumeObject } from './schema';
import { SharedVolume, type SharedVolumeModel } from './shared-volume';

const admit = admissionOf<SharedVolumeObject>(SHARED_VOLUME);

/** The planner of SharedVolumes. */
export const sharedVolumePlanner: Planner<TreeSource<Construct>> = {
  reads: [TENANCY.type, CLAIM],
  mayLack: [TENANCY.type, CLAIM],
  applies: [CLAIM],
  observes: [],
  fetches: [PERSISTENT_VOLUME],
  finalizes: true,
  plan: (object, lookup) => planOf(object as SharedVolumeObject, lookup),
};

function planOf(given: SharedVolumeObject, lookup: Lookup): Plan<TreeSource<Construct>> {
  if (given.metadata.deletionTimestamp !== undefined) return deletion(given);
  const admitted = admitWithTenancy(admit(given), lookup);
  if (admitted.outcome === 'hold') return held(admitted.message);
  const { object, tenancy } = admitted;
  const model = modelOf(object);
  const claim = ownClaim(object, lookup);
  const asked = valueAt(claim?.spec, ['resources', 'requests', 'storage']);
  if (typeof asked === 'string' && compareQuantities(model.size, asked) < 0)
    return held(
      `spec.size: a volume only grows, and claim ${model.name} has ${asked} already: ask for as much or more`,
    );
  const share: ClaimShare =
    claim === undefined ? { state: 'Pending' } : claimShare(placeOf(model), object.status, lookup);
  const driver = tenancy.sharedVolumes.driver ?? tenancy.personalStorage?.driver;
  const { generation } = given.metadata;
  return {
    outcome: 'apply',
    tree: {
      inputs: model,
      build: (scope) => {
        new SharedVolume(scope, 'claim', { model });
      },
    },
    status: (observed) => ({
      fields: {
        ...(generation === undefined ? {} : { observedGeneration: generation }),
        ...claimFields(model, observed),
        ...claimShareNotes(share, driver),
      },
      conditions: [firstRefusal(observed.refusals) ?? shareCondition(model, share, driver)],
      settled: observed.refusals.size === 0,
    }),
    finalize: true,
  };
}

function modelOf({ metadata: { name, namespace = '' }, spec }: SharedVolumeObject): SharedVolumeModel {
  const { size, accessModes, storageClassName } = spec;
  return {
    name,
    namespace,
    size: canonicalResourceAmount(size),
    accessModes,
    ...(storageClassName === undefined ? {} : { storageClassName }),
  };
}

function placeOf({ name, namespace }: SharedVolumeModel): { readonly name: string; readonly namespace: string } {
  return { name, namespace };
}

/** The claim, once it bears this object's mark: another one of its name is somebody else's, and nothing is told of it. */
function ownClaim({ metadata: { name, namespace = '', uid } }: KubeObject, lookup: Lookup): KubeObject | undefined {
  const live = lookup.get(CLAIM, { name, namespace });
  return live.found && uid !== undefined && live.object.metadata.labels?.[OWNER_UID_LABEL] === uid
    ? live.object
    : undefined;
}

function claimFields(model: SharedVolumeModel, observed: Observed): JsonObject {
  const reference: ObjectReference = { apiVersion: 'v1', kind: CLAIM.kind, ...placeOf(model) };
  const live =
    observed.refusals.get(referenceKey(reference))?.reason === 'NameConflict' ? undefined : observed.child(reference);
  if (live === undefined) return { phase: 'Absent' };
  const phase = valueAt(live.status, ['phase']);
  return { phase: typeof phase === 'string' ? phase : 'Pending', claimName: model.name };
}

function shareCondition(
  { name, namespace }: SharedVolumeModel,
  share: ClaimShare,
  driver: string | undefined,
): ConditionReport {
  const claim = `claim ${namespace}/${name}`;
  switch (share.state) {
    case 'Mountable':
      return driver === undefined
        ? tenancyReady(
            'False',
            'NoDriver',
            `The volume of ${claim} is a share, and environments of other namespaces mount it by a CSI driver: name one in the Tenancy (spec.sharedVolumes.driver)`,
          )
        : tenancyReady('True', 'Ready', 'Everything is as planned');
    case 'Pending':
      return tenancyReady(
        'False',
        'Pending',
        `There is no volume yet for ${claim}; where no pod of its namespace mounts it, its StorageClass has to bind at once (volumeBindingMode Immediate)`,
      );
    case 'NotShareable':
      return tenancyReady(
        'False',
        'NotShareable',
        `The volume of ${claim} is mounted in that namespace alone: name a StorageClass whose volumes are shares on a server (nfs, or csi with the attributes server and share)`,
      );
    case 'Unknown':
      return tenancyReady(
        'Unknown',
        'VolumeUnknown',
        `The volume of ${claim} couldn't be asked for; it is tried again`,
      );
  }
}

/** The claim stays unless the object says that it may go. */
function deletion({ metadata: { finalizers, annotations } }: KubeObject): Teardown | Hold {
  const status = saying(tenancyReady('False', 'Deleting', 'It is being deleted'));
  // Others' finalizers hold the object; nothing of ours is left to do.
  if (finalizers?.includes(FINALIZER) !== true) return { outcome: 'hold', reason: 'Deleting', status };
  const isGoing = annotations?.[DELETE_VOLUMES_ANNOTATION] === 'true';
  return {
    outcome: 'teardown',
    steps: isGoing ? [{ kinds: [kindKey(CLAIM)], includingKept: true }] : [],
    status,
  };
}

function held(message: string): Hold {
  return { outcome: 'hold', reason: 'Invalid', message, status: saying(tenancyReady('False', 'Invalid', message)) };
}

/** Nothing is changed, so all that was said besides still holds. */
function saying(condition: ConditionReport): StatusOf {
  return ({ previous: { conditions: _before, ...fields } }) => ({ fields, conditions: [condition], settled: true });
}
