/**
 * The home of an environment: where it is mounted, what lies below it, and the claim that holds it.
 */
import type { KubeObject } from '../../api/object';
import { kindKey } from '../../api/resource-type';
import { OWNER_ANNOTATION, OWNER_UID_LABEL } from '../../api/well-known';
import type { VolumeModel } from '../../model/environment-model';
import type { ClaimName } from '../../model/layout';
import type { Lookup } from '../../plan/lookup';
import type { KodeObject, KodeSpec } from './kode';
import type { KodeTemplateSpec } from './kode-template';
import { namespaceOf } from './references';
import { KODE, PERSISTENT_VOLUME_CLAIM } from './resource-types';

/** Volume that holds the home where the Kode has storage; plugins may mount it by this name. */
export const STORAGE_VOLUME = 'kode-storage';

/** Volume that holds the home where the Kode has none. */
const SCRATCH_VOLUME = 'kode-home';

/** The claim that the first release made, one for all Kodes of a namespace. */
const SHARED_CLAIM = 'kode-pvc';

const DEFAULT_SIZE = '1Gi';
const DEFAULT_ACCESS_MODES = ['ReadWriteOnce'];

/** Filled into `home` by the CRDs of earlier releases, whether it was given or not. */
const FILLED_IN_HOME = '/config';

export interface HomePaths {
  /** Where the home volume is mounted. */
  readonly home: string;
  /** What is opened first; below the home. */
  readonly workspace: string;
}

/**
 * Paths of the home. A Kode's `home` counts, except where it can't be told from the `/config` that earlier CRDs filled in and
 * acted on only together with a workspace: then the template's home does.
 */
export function homePaths(kode: KodeSpec, template: KodeTemplateSpec): HomePaths {
  const defaultHome = template.defaultHome ?? FILLED_IN_HOME;
  const filledIn = kode.home === FILLED_IN_HOME && kode.workspace === undefined;
  const home = kode.home === undefined || kode.home === '' || filledIn ? defaultHome : kode.home;
  return { home, workspace: joined(home, kode.workspace ?? template.defaultWorkspace ?? 'workspace') };
}

/** The volume of the home, and the name of its claim where one is made. */
export interface HomeVolume {
  readonly volume: VolumeModel;
  readonly claims: Readonly<Record<string, ClaimName>>;
}

/**
 * The volume of the home: a claim of its own for each Kode, somebody's existing claim, or an empty directory where no storage
 * is asked for, so that init plugins have a home to write to.
 */
export function homeVolume(kode: KodeObject, lookup: Lookup): HomeVolume {
  const { storage } = kode.spec;
  if (storage === undefined) return { volume: { type: 'scratch', name: SCRATCH_VOLUME }, claims: {} };
  const { existingVolumeClaim, accessModes, storageClassName, resources, keepVolume } = storage;
  if (existingVolumeClaim !== undefined && existingVolumeClaim !== '') {
    return {
      volume: {
        type: 'claim',
        name: STORAGE_VOLUME,
        claim: { existing: existingVolumeClaim, accessModes: accessModes ?? [], reclaim: 'Retain' },
      },
      claims: {},
    };
  }
  return {
    volume: {
      type: 'claim',
      name: STORAGE_VOLUME,
      claim: {
        size: String(resources?.requests?.['storage'] ?? DEFAULT_SIZE),
        accessModes: accessModes === undefined || accessModes.length === 0 ? DEFAULT_ACCESS_MODES : accessModes,
        ...(storageClassName === undefined ? {} : { storageClassName }),
        reclaim: keepVolume === true ? 'Retain' : 'Delete',
      },
    },
    claims: { [STORAGE_VOLUME]: claimName(kode, lookup) },
  };
}

/**
 * The claim's name: `<kode>-pvc`, unless the claim that the first release made for this Kode is still there and holds its data.
 *
 * What was adopted once stays, whatever other Kodes come and go: the claim itself says whose it is by then. Of a claim that
 * names no owner only the namespace's one Kode with storage can be sure that the data is its own.
 */
function claimName(kode: KodeObject, lookup: Lookup): ClaimName {
  const namespace = namespaceOf(kode);
  const own = `${kode.metadata.name}-pvc`;
  const shared = lookup.get(PERSISTENT_VOLUME_CLAIM, { namespace, name: SHARED_CLAIM });
  if (!shared.found) return { name: own };
  const adopted: ClaimName = { name: SHARED_CLAIM, adopt: true };
  const { object } = shared;
  if (isMarkedFor(object, kode)) return adopted;
  if (
    object.metadata.deletionTimestamp !== undefined ||
    lookup.get(PERSISTENT_VOLUME_CLAIM, { namespace, name: own }).found
  )
    return { name: own };
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.some((owner) => owner.uid === kode.metadata.uid)) return adopted;
  if (owners.length > 0 || isMarked(object)) return { name: own };
  return isOnlyOneWithStorage(kode, lookup) ? adopted : { name: own };
}

/** True where the claim was applied for this Kode, or for one of its name before it was re-created. */
function isMarkedFor(claim: KubeObject, kode: KodeObject): boolean {
  const { labels, annotations } = claim.metadata;
  const { uid, name } = kode.metadata;
  return (
    (uid !== undefined && labels?.[OWNER_UID_LABEL] === uid) ||
    annotations?.[OWNER_ANNOTATION] === `${kindKey(KODE)}/${name}`
  );
}

function isMarked(claim: KubeObject): boolean {
  const { labels, annotations } = claim.metadata;
  return labels?.[OWNER_UID_LABEL] !== undefined || annotations?.[OWNER_ANNOTATION] !== undefined;
}

function isOnlyOneWithStorage(kode: KodeObject, lookup: Lookup): boolean {
  const others = lookup.list<KodeObject>(KODE, { namespace: namespaceOf(kode) });
  return !others.some(
    ({ metadata, spec }) =>
      metadata.name !== kode.metadata.name &&
      spec.storage !== undefined &&
      (spec.storage.existingVolumeClaim ?? '') === '',
  );
}

/** Two paths as one, without empty, `.` and `..` steps. */
function joined(directory: string, below: string): string {
  const steps: string[] = [];
  for (const step of `${directory}/${below}`.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return `/${steps.join('/')}`;
}
