/**
 * What Kubernetes fills into pods and pod templates that say nothing of it.
 *
 * Order matters as it does there: what a pod alone gets comes first, then what its spec gets wherever it stands, then
 * volumes and containers.
 * @see k8s.io/kubernetes/pkg/apis/core/v1/defaults.go, v1.34
 */
import { type DraftObject, ensureObject, findNumber, findObject, findString, objectsIn } from '../../draft';
import { removeMember } from '../draft-members';
import { hasKey } from '../json-members';
import { setContainerDefaults } from './container-defaults';
import { setAbsent, setDefault } from './defaults-setting';
import {
  aggregateAmounts,
  isHugePageResource,
  isOvercommitAllowed,
  isPodLevelResource,
  roundAmounts,
} from './resource-amounts';
import { setVolumeDefaults } from './volume-defaults';

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'];
const STATUS_LISTS = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];
const INIT_CONTAINER_ANNOTATIONS = [
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
];

/** Defaults of a pod, in place. */
export function setPodDefaults(pod: DraftObject): void {
  const spec = ensureObject(pod, 'spec');
  for (const key of ['containers', 'initContainers']) {
    for (const container of objectsIn(spec, key)) takeRequestsFromLimits(container);
  }
  setPodLevelAmounts(spec);
  setAbsent(spec, 'enableServiceLinks', true);
  if (spec['hostNetwork'] === true) setHostPorts(spec);
  const period = findNumber(spec, 'terminationGracePeriodSeconds');
  if (period !== undefined && period < 0) spec['terminationGracePeriodSeconds'] = 1;
  dropInitContainerAnnotations(pod);
  setPodSpecDefaults(spec);
  setPodStatusDefaults(findObject(pod, 'status'));
}

/** Defaults of a `PodTemplateSpec` inside a workload, in place. */
export function setPodTemplateDefaults(template: DraftObject): void {
  dropInitContainerAnnotations(template);
  setPodSpecDefaults(ensureObject(template, 'spec'));
}

/** Defaults of a `PodSpec` wherever it stands, in place. */
function setPodSpecDefaults(spec: DraftObject): void {
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'restartPolicy', 'Always');
  setAbsent(spec, 'securityContext', {});
  setAbsent(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'schedulerName', 'default-scheduler');
  mirrorServiceAccount(spec);
  for (const volume of objectsIn(spec, 'volumes')) setVolumeDefaults(volume);
  for (const key of CONTAINER_LISTS) {
    for (const container of objectsIn(spec, key)) setContainerDefaults(container);
  }
  roundAmounts(spec, 'overhead');
  const resources = findObject(spec, 'resources');
  roundAmounts(resources, 'limits');
  roundAmounts(resources, 'requests');
}

/** The old name of the field says the same as the new one. */
function mirrorServiceAccount(spec: DraftObject): void {
  const name = findString(spec, 'serviceAccountName') ?? findString(spec, 'serviceAccount');
  if (name === undefined || name === '') return;
  spec['serviceAccountName'] = name;
  spec['serviceAccount'] = name;
}

function takeRequestsFromLimits(container: DraftObject): void {
  const resources = findObject(container, 'resources');
  const limits = findObject(resources, 'limits');
  if (resources === undefined || limits === undefined) return;
  const requests = ensureObject(resources, 'requests');
  for (const [name, limit] of Object.entries(limits)) {
    if (!hasKey(requests, name)) requests[name] = limit;
  }
}

/** What a pod as a whole asks for, where it says a part of it. */
function setPodLevelAmounts(spec: DraftObject): void {
  const resources = findObject(spec, 'resources');
  if (resources === undefined) return;
  const asked = findObject(resources, 'requests') ?? {};
  const allowed = findObject(resources, 'limits') ?? {};
  if (Object.keys(asked).length + Object.keys(allowed).length > 0) {
    for (const [name, limit] of Object.entries(aggregateAmounts(spec, 'limits'))) {
      if (isHugePageResource(name) && !hasKey(asked, name) && !hasKey(allowed, name)) allowed[name] = limit;
    }
    if (Object.keys(allowed).length > 0) resources['limits'] = allowed;
  }
  if (Object.keys(allowed).length === 0) return;
  for (const [name, request] of Object.entries(aggregateAmounts(spec, 'requests'))) {
    if (!hasKey(asked, name) && isPodLevelResource(name) && isOvercommitAllowed(name)) asked[name] = request;
  }
  for (const [name, limit] of Object.entries(allowed)) {
    if (!hasKey(asked, name) && isPodLevelResource(name)) asked[name] = limit;
  }
  if (Object.keys(asked).length > 0) resources['requests'] = asked;
}

function setHostPorts(spec: DraftObject): void {
  for (const key of ['containers', 'initContainers']) {
    for (const container of objectsIn(spec, key)) {
      for (const port of objectsIn(container, 'ports')) setDefault(port, 'hostPort', port['containerPort'] ?? 0);
    }
  }
}

function setPodStatusDefaults(status: DraftObject | undefined): void {
  if (status === undefined) return;
  for (const key of STATUS_LISTS) {
    for (const container of objectsIn(status, key)) {
      roundAmounts(container, 'allocatedResources');
      const resources = findObject(container, 'resources');
      roundAmounts(resources, 'limits');
      roundAmounts(resources, 'requests');
    }
  }
  mirrorPodIp(status);
}

/** `podIP` is the first of `podIPs`; where they differ, the single one is what is meant. */
function mirrorPodIp(status: DraftObject): void {
  const ip = findString(status, 'podIP');
  const first = findString(objectsIn(status, 'podIPs')[0], 'ip');
  if (ip !== undefined && ip !== '') {
    if (first !== ip) status['podIPs'] = [{ ip }];
  } else if (first !== undefined) {
    status['podIP'] = first;
  }
}

function dropInitContainerAnnotations(object: DraftObject): void {
  const metadata = findObject(object, 'metadata');
  const annotations = findObject(metadata, 'annotations');
  if (metadata === undefined || annotations === undefined) return;
  if (!INIT_CONTAINER_ANNOTATIONS.some((key) => hasKey(annotations, key))) return;
  for (const key of INIT_CONTAINER_ANNOTATIONS) removeMember(annotations, key);
  if (Object.keys(annotations).length === 0) delete metadata['annotations'];
}
