/**
 * What careful workloads do without.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
import type { JsonObject } from '../../../api/json';
import { booleanAt, numberAt, objectAt, objectsAt, stringAt, stringsAt } from '../../authentication/json-members';
import { seccompProfile, seccompTypeOf } from './baseline-checks';
import {
  type Check,
  type CheckedPod,
  containersOf,
  containersText,
  containersWhere,
  isWindows,
  type PodCheck,
  plural,
  quotedNames,
  settersText,
  sortedSet,
  type Violation,
} from './check';

function allowPrivilegeEscalation(pod: CheckedPod): Violation | undefined {
  const containers = containersWhere(
    pod,
    (container) => booleanAt(container, 'securityContext', 'allowPrivilegeEscalation') !== false,
  );
  if (containers.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersText(containers)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities(pod: CheckedPod): Violation | undefined {
  const listOf = (container: JsonObject, list: 'add' | 'drop'): readonly string[] =>
    stringsAt(container, 'securityContext', 'capabilities', list);
  const added = (container: JsonObject): readonly string[] =>
    listOf(container, 'add').filter((name) => name !== 'NET_BIND_SERVICE');
  const keeping = containersWhere(pod, (container) => !listOf(container, 'drop').includes('ALL'));
  const adding = containersWhere(pod, (container) => added(container).length > 0);
  const details: string[] = [];
  if (keeping.length > 0) {
    details.push(`${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`);
  }
  if (adding.length > 0) {
    const names = quotedNames(sortedSet(containersOf(pod).flatMap(added)));
    details.push(`${containersText(adding)} must not include ${names} in securityContext.capabilities.add`);
  }
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
}

const ALLOWED_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const;
const RESTRICTED_VOLUMES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
] as const;

function restrictedVolumes({ spec }: CheckedPod): Violation | undefined {
  const hasAny = (volume: JsonObject, types: readonly string[]): string | undefined =>
    types.find((type) => objectAt(volume, type) !== undefined);
  const volumes = objectsAt(spec, 'volumes').filter((volume) => hasAny(volume, ALLOWED_VOLUMES) === undefined);
  if (volumes.length === 0) return undefined;
  const names = volumes.map((volume) => stringAt(volume, 'name'));
  const types = sortedSet(volumes.map((volume) => hasAny(volume, RESTRICTED_VOLUMES) ?? 'unknown'));
  const use = names.length === 1 ? 'uses' : 'use';
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', names.length)} ${quotedNames(names)} ${use} ${plural('restricted volume type', types.length)} ${quotedNames(types)}`,
  };
}

function runAsNonRoot(pod: CheckedPod): Violation | undefined {
  const settingOf = (holder: JsonObject): boolean | undefined => booleanAt(holder, 'securityContext', 'runAsNonRoot');
  const podSetting = settingOf(pod.spec);
  const reason = 'runAsNonRoot != true';
  const setters = settersText(
    podSetting === false,
    containersWhere(pod, (container) => settingOf(container) === false),
  );
  if (setters !== '') return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` };
  const silent = podSetting === true ? [] : containersWhere(pod, (container) => settingOf(container) === undefined);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true` };
}

function runAsUser(pod: CheckedPod): Violation | undefined {
  const isRoot = (holder: JsonObject): boolean => numberAt(holder, 'securityContext', 'runAsUser') === 0;
  const setters = settersText(isRoot(pod.spec), containersWhere(pod, isRoot));
  return setters === '' ? undefined : { reason: 'runAsUser=0', detail: `${setters} must not set runAsUser=0` };
}

function requiredSeccompProfile(pod: CheckedPod): Violation | undefined {
  const explicit = seccompProfile(pod);
  if (explicit !== undefined) return explicit;
  if (seccompTypeOf(pod.spec) !== undefined) return undefined;
  const silent = containersWhere(pod, (container) => seccompTypeOf(container) === undefined);
  if (silent.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${containersText(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
}

/** Windows knows no such thing. */
function exceptOnWindows(check: PodCheck): PodCheck {
  return (pod) => (isWindows(pod) ? undefined : check(pod));
}

/** In the order in which their violations are told, after those of the baseline. */
export const RESTRICTED_CHECKS: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    versions: [
      { since: 8, check: allowPrivilegeEscalation },
      { since: 25, check: exceptOnWindows(allowPrivilegeEscalation) },
    ],
  },
  {
    id: 'capabilities_restricted',
    versions: [
      { since: 22, check: capabilities, overrides: ['capabilities_baseline'] },
      { since: 25, check: exceptOnWindows(capabilities), overrides: ['capabilities_baseline'] },
    ],
  },
  { id: 'restrictedVolumes', versions: [{ since: 0, check: restrictedVolumes, overrides: ['hostPathVolumes'] }] },
  { id: 'runAsNonRoot', versions: [{ since: 0, check: runAsNonRoot }] },
  { id: 'runAsUser', versions: [{ since: 23, check: runAsUser }] },
  {
    id: 'seccompProfile_restricted',
    versions: [
      { since: 19, check: requiredSeccompProfile, overrides: ['seccompProfile_baseline'] },
      { since: 25, check: exceptOnWindows(requiredSeccompProfile), overrides: ['seccompProfile_baseline'] },
    ],
  },
];
