/**
 * Pods: what their endpoints do beyond storing them.
 *
 * A pod's spec hardly changes once it is made; its status is the kubelet's, its node the scheduler's. A deletion waits for
 * the node to stop the containers, unless there is none.
 */
import type { JsonObject } from '../../../../api/json';
import type { KubeObject } from '../../../../api/object';
import { type DraftObject, ensureObject, findObject, objectsIn } from '../../../draft';
import { type FieldError, forbiddenField } from '../../../field-error';
import type { Strategy, StrategyContext } from '../../../resources/resource';
import { ipWarnings } from '../../checks/ip-addresses';
import { flagAt, jsonOf, listAt, objectAt, optionalNumberAt, textAt } from '../../json-members';
import type { KindFacts } from '../../kind-facts';
import { dnsLabelProblems } from '../../metadata';
import {
  dropDisabledFields,
  podTemplateWarnings,
  qosClassOf,
  setPodDefaults,
  validatePodSpec,
} from '../../pod-template';
import { addImageSpaceErrors } from '../../pod-template/containers';
import { applyMatchLabelKeys } from '../../pod-template/match-label-keys';
import {
  addPodAnnotationErrors,
  addPodAnnotationUpdateErrors,
  addProfileMatchErrors,
  annotationsOf,
} from '../../pod-template/pod-annotations';
import { keepMember, metadataErrors, metadataUpdateErrors, specOf, statusOf } from '../strategy-parts';
import { appArmorWarnings, applyAppArmorAnnotations } from './app-armor';
import { POD_COLUMNS } from './pod-columns';
import { podResizeErrors } from './pod-resize';
import { podStatusErrors, prepareStatusUpdate } from './pod-status';
import { ephemeralContainerErrors, podSpecUpdateErrors } from './pod-update';
import { keepAllBut, keepAllButResources } from './subresource-updates';

const NAMESPACED = { namespaced: true };

/** Members of a pod's spec that the endpoint for ephemeral containers takes from nobody. */
const OTHER_SPEC_FIELDS = [
  'activeDeadlineSeconds',
  'affinity',
  'automountServiceAccountToken',
  'containers',
  'dnsConfig',
  'dnsPolicy',
  'enableServiceLinks',
  'hostAliases',
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'hostUsers',
  'hostname',
  'hostnameOverride',
  'imagePullSecrets',
  'initContainers',
  'nodeName',
  'nodeSelector',
  'os',
  'overhead',
  'preemptionPolicy',
  'priority',
  'priorityClassName',
  'readinessGates',
  'resourceClaims',
  'resources',
  'restartPolicy',
  'runtimeClassName',
  'schedulerName',
  'schedulingGates',
  'securityContext',
  'serviceAccount',
  'serviceAccountName',
  'setHostnameAsFQDN',
  'shareProcessNamespace',
  'subdomain',
  'terminationGracePeriodSeconds',
  'tolerations',
  'topologySpreadConstraints',
  'volumes',
];

const strategy: Strategy = {
  setDefaults: setPodDefaults,
  prepareForCreate,
  prepareForUpdate,
  validate: (pod) => {
    const errors: FieldError[] = [];
    const spec = specOf(pod);
    addPodErrors(errors, pod);
    if (listAt(spec, 'ephemeralContainers').length > 0) {
      errors.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
    }
    if (textAt(spec, 'nodeName') !== '' && listAt(spec, 'schedulingGates').length > 0) {
      errors.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
    }
    addProfileMatchErrors(errors, { annotations: annotationsOf(jsonOf(pod)), spec }, 'spec');
    return errors;
  },
  validateUpdate,
  warnings,
  generation: 'spec',
  gracePeriodSeconds,
  fields,
  fieldNames: [
    'spec.nodeName',
    'spec.host',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  resetFields: {
    '': [['status']],
    status: [['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']],
    ephemeralcontainers: [['status'], ['metadata'], ...OTHER_SPEC_FIELDS.map((key) => ['spec', key])],
    resize: [
      ['status'],
      ['metadata'],
      ['spec', 'ephemeralContainers'],
      ...OTHER_SPEC_FIELDS.filter((key) => key !== 'containers' && key !== 'initContainers').map((key) => [
        'spec',
        key,
      ]),
    ],
  },
};

export const pods: KindFacts = { strategy, columns: POD_COLUMNS };

function prepareForCreate(pod: DraftObject, { now }: StrategyContext): void {
  const spec = ensureObject(pod, 'spec');
  dropDisabledFields(spec);
  const status: DraftObject = { phase: 'Pending', qosClass: qosClassOf(spec) };
  if (objectsIn(spec, 'schedulingGates').length > 0) status['conditions'] = [gatedCondition(now)];
  pod['status'] = status;
  applyMatchLabelKeys(pod);
  applyAppArmorAnnotations(pod);
}

function gatedCondition(now: Date): DraftObject {
  return {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: `${now.toISOString().slice(0, 19)}Z`,
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
}

function prepareForUpdate(pod: DraftObject, old: KubeObject, { subresource }: StrategyContext): void {
  switch (subresource) {
    case 'status':
      prepareStatusUpdate(pod, old);
      return;
    case 'ephemeralcontainers':
      keepAllBut(pod, old, 'ephemeralContainers');
      break;
    case 'resize':
      keepAllButResources(pod, old);
      break;
    default:
      keepMember(pod, old, 'status');
  }
  // What is kept of the old pod has no such fields, so that nothing shared is changed.
  const spec = findObject(pod, 'spec');
  if (spec !== undefined && subresource === '') dropDisabledFields(spec);
}

/** Checks of a pod that hold at creation and at each update, but for metadata. */
function addPodErrors(errors: FieldError[], pod: KubeObject): void {
  const spec = specOf(pod);
  addPodAnnotationErrors(errors, { annotations: annotationsOf(jsonOf(pod)), spec }, 'metadata.annotations');
  errors.push(...validatePodSpec(spec, { path: 'spec', metadata: jsonOf(pod.metadata) }));
  if (textAt(spec, 'serviceAccountName') === '') addTokenErrors(errors, spec);
  for (const key of ['containers', 'initContainers']) {
    for (const [index, container] of listAt(spec, key).entries()) {
      addImageSpaceErrors(errors, container, `spec.${key}[${String(index)}]`);
    }
  }
}

function addTokenErrors(errors: FieldError[], spec: JsonObject): void {
  for (const [index, volume] of listAt(spec, 'volumes').entries()) {
    for (const [sourceIndex, source] of listAt(objectAt(volume, 'projected'), 'sources').entries()) {
      if (source['serviceAccountToken'] === undefined) continue;
      const at = `spec.volumes[${String(index)}].projected.sources[${String(sourceIndex)}].serviceAccountToken`;
      errors.push(forbiddenField(at, 'must not be specified when serviceAccountName is not set'));
    }
  }
}

function validateUpdate(pod: KubeObject, old: KubeObject, { subresource }: StrategyContext): FieldError[] {
  const errors = metadataUpdateErrors(pod, old);
  if (subresource === 'status') return [...errors, ...podStatusErrors(pod, old)];
  errors.push(...metadataErrors(pod, NAMESPACED));
  addPodErrors(errors, pod);
  if (subresource === 'resize') return podResizeErrors(pod, old, errors);
  const annotations = annotationsOf(jsonOf(pod));
  addPodAnnotationUpdateErrors(errors, { annotations, old: annotationsOf(jsonOf(old)) }, 'metadata.annotations');
  addPodAnnotationErrors(errors, { annotations, spec: specOf(pod) }, 'metadata.annotations');
  if (subresource === 'ephemeralcontainers') return ephemeralContainerErrors(pod, old, errors);
  return [...errors, ...podSpecUpdateErrors(specOf(pod), specOf(old))];
}

function warnings(pod: KubeObject, old: KubeObject | undefined, { subresource }: StrategyContext): readonly string[] {
  if (subresource === 'status') return addressWarnings(pod);
  if (old !== undefined) return [];
  const problems = dnsLabelProblems(pod.metadata.name);
  const hint =
    "this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";
  return [
    ...appArmorWarnings(pod),
    ...(problems.length === 0 ? [] : [`metadata.name: ${hint}: [${problems.join(' ')}]`]),
    ...podTemplateWarnings(jsonOf(pod), ''),
  ];
}

function addressWarnings(pod: KubeObject): string[] {
  return ['podIPs', 'hostIPs'].flatMap((key) =>
    listAt(statusOf(pod), key).flatMap((address, index) =>
      ipWarnings(`status.${key}[${String(index)}].ip`, textAt(address, 'ip')),
    ),
  );
}

function gracePeriodSeconds(pod: KubeObject, asked: number | undefined): number {
  const spec = specOf(pod);
  const phase = textAt(statusOf(pod), 'phase');
  const needsNobody = textAt(spec, 'nodeName') === '' || phase === 'Failed' || phase === 'Succeeded';
  if (needsNobody) return 0;
  const period = asked ?? optionalNumberAt(spec, 'terminationGracePeriodSeconds') ?? 0;
  return period < 0 ? 1 : period;
}

function fields(pod: KubeObject): Readonly<Record<string, string>> {
  const spec = specOf(pod);
  const status = statusOf(pod);
  return {
    'spec.nodeName': textAt(spec, 'nodeName'),
    'spec.host': textAt(spec, 'nodeName'),
    'spec.restartPolicy': textAt(spec, 'restartPolicy'),
    'spec.schedulerName': textAt(spec, 'schedulerName'),
    'spec.serviceAccountName': textAt(spec, 'serviceAccountName'),
    'spec.hostNetwork': String(flagAt(spec, 'hostNetwork')),
    'status.phase': textAt(status, 'phase'),
    'status.podIP': textAt(listAt(status, 'podIPs')[0], 'ip'),
    'status.nominatedNodeName': textAt(status, 'nominatedNodeName'),
  };
}
