/**
 * Stateful sets.
 * @see k8s.io/kubernetes/pkg/apis/apps/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, ensureObject, findObject, objectsIn } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { addNegativeErrors, intOrPercent, intOrPercentErrors, over100PercentErrors } from '../checks/numbers';
import { specOf, statusOf } from '../checks/object-parts';
import { STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import {
  decrementErrors,
  dropDisabledTemplateFields,
  everlastingErrors,
  exceedingErrors,
  findMismatchErrors,
  setTemplateDefaults,
  workloadSelectorErrors,
} from '../checks/workload-template';
import { isSameValue, listAt, mapAt, numberAt, objectAt, optionalNumberAt, textAt } from '../json-members';
import { addProblems, annotationErrors, dnsLabelProblems, isDnsLabelName, labelErrors } from '../metadata';
import {
  addClaimSpecErrors,
  claimSpecWarnings,
  podTemplateWarnings,
  setClaimSpecDefaults,
  validatePodTemplate,
} from '../pod-template';

const POD_MANAGEMENT = ['OrderedReady', 'Parallel'];
const RETENTION = ['Retain', 'Delete'];
const DEFAULT_HISTORY = 10;
/** What an update may change. */
const MUTABLE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
];
const IMMUTABLE_WHY =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

const preparations = statusPreparations();

export const statefulSetStrategy: Strategy = {
  generation: 'spec',
  resetFields: STATUS_RESET_FIELDS,
  validateName: isDnsLabelName,
  setDefaults,
  prepareForCreate(set, context) {
    preparations.prepareForCreate(set, context);
    dropDisabled(set, undefined);
  },
  prepareForUpdate(set, old, context) {
    preparations.prepareForUpdate(set, old, context);
    if (context.subresource === '') dropDisabled(set, old);
  },
  validate: (set) => specErrors(specOf(set), { isNew: true, checksTemplate: true }),
  validateUpdate(set, old, { subresource }) {
    if (subresource === 'status') return statusErrors(statusOf(set), statusOf(old));
    return updateErrors(specOf(set), specOf(old));
  },
  warnings(set, old, { subresource }) {
    if (subresource !== '') return [];
    const spec = specOf(set);
    const isChanged = old === undefined || old.metadata.generation !== set.metadata.generation;
    const claimPath = (index: number) =>
      `spec.volumeClaimTemplates[${String(index)}]${old === undefined ? '' : '.Spec'}`;
    return [
      ...(isChanged ? podTemplateWarnings(objectAt(spec, 'template') ?? {}, 'spec.template') : []),
      ...listAt(spec, 'volumeClaimTemplates').flatMap((claim, index) =>
        claimSpecWarnings(objectAt(claim, 'spec') ?? {}, claimPath(index)),
      ),
      ...(numberAt(spec, 'revisionHistoryLimit') < 0
        ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
        : []),
    ];
  },
};

function setDefaults(set: DraftObject): void {
  const spec = ensureObject(set, 'spec');
  setTemplateDefaults(spec);
  if (textAt(spec, 'podManagementPolicy') === '') spec['podManagementPolicy'] = 'OrderedReady';
  const strategy = ensureObject(spec, 'updateStrategy');
  if (textAt(strategy, 'type') === '') {
    strategy['type'] = 'RollingUpdate';
    ensureObject(strategy, 'rollingUpdate');
  }
  const rollingUpdate = findObject(strategy, 'rollingUpdate');
  if (strategy['type'] === 'RollingUpdate' && rollingUpdate !== undefined) rollingUpdate['partition'] ??= 0;
  const retention = ensureObject(spec, 'persistentVolumeClaimRetentionPolicy');
  for (const key of ['whenDeleted', 'whenScaled']) if (textAt(retention, key) === '') retention[key] = 'Retain';
  spec['replicas'] ??= 1;
  spec['revisionHistoryLimit'] ??= DEFAULT_HISTORY;
  for (const claim of objectsIn(spec, 'volumeClaimTemplates')) setClaimDefaults(claim);
}

/** A template of a claim is a claim of its own: it has a kind and, though nobody reads it, a phase. */
function setClaimDefaults(claim: DraftObject): void {
  claim['kind'] = 'PersistentVolumeClaim';
  claim['apiVersion'] = 'v1';
  setClaimSpecDefaults(ensureObject(claim, 'spec'));
  const status = ensureObject(claim, 'status');
  if (textAt(status, 'phase') === '') status['phase'] = 'Pending';
}

/** How many pods may be missing belongs to a feature that is off by default; where it was set, it may be. */
function dropDisabled(set: DraftObject, old: KubeObject | undefined): void {
  const spec = findObject(set, 'spec');
  dropDisabledTemplateFields(spec);
  const before = old === undefined ? undefined : objectAt(objectAt(specOf(old), 'updateStrategy'), 'rollingUpdate');
  const rollingUpdate = findObject(findObject(spec, 'updateStrategy'), 'rollingUpdate');
  if (rollingUpdate !== undefined && before?.['maxUnavailable'] === undefined) delete rollingUpdate['maxUnavailable'];
}

interface SpecRules {
  /** Claims and the name of the service never change, and are checked once. */
  readonly isNew: boolean;
  /** Off where the stored template is wrong already. */
  readonly checksTemplate: boolean;
}

function updateErrors(spec: JsonObject, old: JsonObject): FieldError[] {
  const wasGood = specErrors(old, { isNew: false, checksTemplate: true }).length === 0;
  const errors = specErrors(spec, { isNew: false, checksTemplate: wasGood });
  const isFrozen = [...new Set([...Object.keys(spec), ...Object.keys(old)])].every(
    (key) => MUTABLE.includes(key) || isSameValue(spec[key], old[key]),
  );
  return isFrozen ? errors : [...errors, forbiddenField('spec', IMMUTABLE_WHY)];
}

function specErrors(spec: JsonObject, { isNew, checksTemplate }: SpecRules): FieldError[] {
  const errors: FieldError[] = [];
  const management = textAt(spec, 'podManagementPolicy');
  if (management === '') errors.push(requiredField('spec.podManagementPolicy'));
  else if (!POD_MANAGEMENT.includes(management)) {
    const why = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalidField('spec.podManagementPolicy', management, why));
  }
  errors.push(...updateStrategyErrors(objectAt(spec, 'updateStrategy')));
  errors.push(...retentionErrors(objectAt(spec, 'persistentVolumeClaimRetentionPolicy')));
  if (isNew) {
    for (const [index, claim] of listAt(spec, 'volumeClaimTemplates').entries()) {
      addClaimSpecErrors(errors, objectAt(claim, 'spec') ?? {}, `spec.volumeClaimTemplates[${String(index)}].spec`);
    }
  }
  addNegativeErrors(errors, spec, 'spec', ['replicas', 'minReadySeconds']);
  addNegativeErrors(errors, objectAt(spec, 'ordinals'), 'spec.ordinals', ['start']);
  const service = textAt(spec, 'serviceName');
  if (isNew && service !== '') addProblems(errors, 'spec.serviceName', service, dnsLabelProblems(service));
  errors.push(...workloadSelectorErrors(spec, 'statefulset'));
  return [...errors, ...templateErrors(spec, checksTemplate), ...everlastingErrors(spec, 'StatefulSet')];
}

function updateStrategyErrors(strategy: JsonObject | undefined): FieldError[] {
  const path = 'spec.updateStrategy';
  const rollingUpdate = objectAt(strategy, 'rollingUpdate');
  switch (textAt(strategy, 'type')) {
    case 'OnDelete': {
      if (rollingUpdate === undefined) return [];
      const why = "only allowed for updateStrategy 'RollingUpdate'";
      return [invalidField(`${path}.rollingUpdate`, shownRollingUpdate(rollingUpdate), why)];
    }
    case 'RollingUpdate':
      return rollingUpdate === undefined ? [] : rollingUpdateErrors(rollingUpdate, `${path}.rollingUpdate`);
    default: {
      const shown = { Type: textAt(strategy, 'type'), RollingUpdate: shownRollingUpdate(rollingUpdate) };
      return [invalidField(path, shown, "must be 'RollingUpdate' or 'OnDelete'")];
    }
  }
}

/** The members with the server's own names of them. */
function shownRollingUpdate(rollingUpdate: JsonObject | undefined): JsonObject | null {
  if (rollingUpdate === undefined) return null;
  return { Partition: numberAt(rollingUpdate, 'partition'), MaxUnavailable: rollingUpdate['maxUnavailable'] ?? null };
}

function rollingUpdateErrors(rollingUpdate: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  addNegativeErrors(errors, rollingUpdate, path, ['partition']);
  const { maxUnavailable } = rollingUpdate;
  if (maxUnavailable === undefined) return errors;
  errors.push(...intOrPercentErrors(maxUnavailable, `${path}.maxUnavailable`));
  if (intOrPercent(maxUnavailable) === 0) {
    errors.push(invalidField(`${path}.maxUnavailable`, maxUnavailable, 'cannot be 0'));
  }
  return [...errors, ...over100PercentErrors(maxUnavailable, `${path}.maxUnavailable`)];
}

function retentionErrors(retention: JsonObject | undefined): FieldError[] {
  if (retention === undefined) return [];
  return ['whenDeleted', 'whenScaled'].flatMap((key) => {
    const policy = textAt(retention, key);
    if (RETENTION.includes(policy)) return [];
    return [notSupportedField(`spec.persistentVolumeClaimRetentionPolicy.${key}`, policy, RETENTION)];
  });
}

function templateErrors(spec: JsonObject, checksTemplate: boolean): FieldError[] {
  const mismatch = findMismatchErrors(spec);
  if (mismatch === undefined) return [invalidField('spec.selector', spec['selector'], '')];
  const template = templateAsPods(spec);
  const metadata = objectAt(template, 'metadata');
  return [
    ...mismatch,
    ...(checksTemplate ? validatePodTemplate(template, 'spec.template') : []),
    // The server checks these twice.
    ...labelErrors(mapAt(metadata, 'labels'), 'spec.template.labels'),
    ...annotationErrors(mapAt(metadata, 'annotations'), 'spec.template.annotations'),
  ];
}

/** The template as the controller makes pods of it: names of its own, and a volume for each claim. */
function templateAsPods(spec: JsonObject): JsonObject {
  const template = objectAt(spec, 'template') ?? {};
  const { subdomain: _subdomain, hostname: _hostname, ...podSpec } = objectAt(template, 'spec') ?? {};
  const claims = listAt(spec, 'volumeClaimTemplates').map((claim) => textAt(objectAt(claim, 'metadata'), 'name'));
  if (claims.length === 0) return { ...template, spec: podSpec };
  const names = new Set(claims);
  const volumes = [
    ...[...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...listAt(podSpec, 'volumes').filter((volume) => !names.has(textAt(volume, 'name'))),
  ];
  return { ...template, spec: { ...podSpec, volumes } };
}

function statusErrors(status: JsonObject, old: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const counts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'];
  addNegativeErrors(errors, status, 'status', ['replicas', ...counts, 'observedGeneration', 'collisionCount']);
  return [
    ...errors,
    ...exceedingErrors(status, counts, { limit: 'replicas', shownAs: 'status.replicas' }),
    ...exceedingErrors(status, ['availableReplicas'], { limit: 'readyReplicas', shownAs: 'status.readyReplicas' }),
    ...(optionalNumberAt(old, 'collisionCount') === undefined ? [] : decrementErrors(status, old, 'collisionCount')),
  ];
}
