/**
 * The spec of a job, on its own and as a template of a cron job.
 * @see k8s.io/kubernetes/pkg/apis/batch/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { type DraftObject, findObject, objectsIn } from '../../draft';
import { type FieldError, invalidField, notSupportedField, requiredField, tooLongField } from '../../field-error';
import { domainPrefixedPathErrors } from '../checks/domain-names';
import { addNegativeErrors } from '../checks/numbers';
import { numberAt, objectAt, optionalNumberAt, optionalTextAt, textAt } from '../json-members';
import { podTemplateWarnings, validatePodTemplate } from '../pod-template';
import { failurePolicyErrors, successPolicyErrors } from './job-policies';

const MANAGED_BY_MAX = 63;
const COMPLETION_MODES = ['NonIndexed', 'Indexed'];
const REPLACEMENT_POLICIES = ['Failed', 'TerminatingOrFailed'];
const INDEXED_MAX = 100_000;
const MANY_COMPLETIONS = 100_000;
const PARALLELISM_MAX_OF_MANY = 10_000;

/** Completes the failure policy, in place. */
export function setFailurePolicyDefaults(spec: DraftObject | undefined): void {
  for (const rule of objectsIn(findObject(spec, 'podFailurePolicy'), 'rules')) {
    for (const pattern of objectsIn(rule, 'onPodConditions')) {
      if (textAt(pattern, 'status') === '') pattern['status'] = 'True';
    }
  }
}

/** Problems of a spec but for its selector. */
export function jobSpecErrors(spec: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  addNegativeErrors(errors, spec, path, [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ]);
  if (spec['maxFailedIndexes'] !== undefined && spec['backoffLimitPerIndex'] === undefined) {
    errors.push(requiredField(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  const manager = optionalTextAt(spec, 'managedBy');
  if (manager !== undefined) {
    errors.push(...domainPrefixedPathErrors(manager, `${path}.managedBy`));
    if (Buffer.byteLength(manager) > MANAGED_BY_MAX) errors.push(tooLongField(`${path}.managedBy`, MANAGED_BY_MAX));
  }
  errors.push(...completionModeErrors(spec, path));
  if (objectAt(spec, 'podFailurePolicy') !== undefined) {
    errors.push(...failurePolicyErrors(spec, `${path}.podFailurePolicy`));
  }
  if (objectAt(spec, 'successPolicy') !== undefined) errors.push(...successErrors(spec, `${path}.successPolicy`));
  errors.push(...replacementErrors(spec, `${path}.podReplacementPolicy`));
  errors.push(...validatePodTemplate(objectAt(spec, 'template') ?? {}, `${path}.template`));
  return [...errors, ...restartPolicyErrors(spec, `${path}.template.spec.restartPolicy`)];
}

function completionModeErrors(spec: JsonObject, path: string): FieldError[] {
  const mode = optionalTextAt(spec, 'completionMode');
  const errors: FieldError[] = [];
  if (mode !== undefined && !COMPLETION_MODES.includes(mode)) {
    errors.push(notSupportedField(`${path}.completionMode`, mode, COMPLETION_MODES));
  }
  if (mode === 'Indexed') errors.push(...indexedErrors(spec, path));
  if (mode !== undefined && mode !== 'NonIndexed') return errors;
  for (const key of ['backoffLimitPerIndex', 'maxFailedIndexes']) {
    if (spec[key] !== undefined) {
      errors.push(invalidField(`${path}.${key}`, spec[key], 'requires indexed completion mode'));
    }
  }
  return errors;
}

function indexedErrors(spec: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const completions = optionalNumberAt(spec, 'completions');
  const parallelism = numberAt(spec, 'parallelism');
  const failed = optionalNumberAt(spec, 'maxFailedIndexes');
  const refuse = (key: string, value: number, why: string) => errors.push(invalidField(`${path}.${key}`, value, why));
  const atMost = `must be less than or equal to ${String(INDEXED_MAX)}`;
  if (completions === undefined) errors.push(requiredField(`${path}.completions`, 'when completion mode is Indexed'));
  if (parallelism > INDEXED_MAX) refuse('parallelism', parallelism, `${atMost} when completion mode is Indexed`);
  if (completions !== undefined && failed !== undefined && failed > completions) {
    refuse('maxFailedIndexes', failed, 'must be less than or equal to completions');
  }
  if (failed !== undefined && failed > INDEXED_MAX) refuse('maxFailedIndexes', failed, atMost);
  if ((completions ?? 0) <= MANY_COMPLETIONS || spec['backoffLimitPerIndex'] === undefined) return errors;
  const many = `must be less than or equal to ${String(PARALLELISM_MAX_OF_MANY)} when completions are above ${String(MANY_COMPLETIONS)} and used with backoff limit per index`;
  if (failed === undefined) {
    const why = `must be specified when completions is above ${String(MANY_COMPLETIONS)}`;
    errors.push(requiredField(`${path}.maxFailedIndexes`, why));
  }
  if (parallelism > PARALLELISM_MAX_OF_MANY) refuse('parallelism', parallelism, many);
  if (failed !== undefined && failed > PARALLELISM_MAX_OF_MANY) refuse('maxFailedIndexes', failed, many);
  return errors;
}

function successErrors(spec: JsonObject, path: string): FieldError[] {
  if (textAt(spec, 'completionMode') === 'Indexed') return successPolicyErrors(spec, path);
  const rules = objectAt(spec, 'successPolicy')?.['rules'];
  const shown = Array.isArray(rules)
    ? (rules as readonly JsonObject[]).map((rule) => ({
        SucceededIndexes: rule['succeededIndexes'] ?? null,
        SucceededCount: rule['succeededCount'] ?? null,
      }))
    : null;
  return [invalidField(path, { Rules: shown }, 'requires indexed completion mode')];
}

function replacementErrors(spec: JsonObject, path: string): FieldError[] {
  const policy = optionalTextAt(spec, 'podReplacementPolicy');
  const allowed = objectAt(spec, 'podFailurePolicy') === undefined ? REPLACEMENT_POLICIES : ['Failed'];
  return policy === undefined || allowed.includes(policy) ? [] : [notSupportedField(path, policy, allowed)];
}

function restartPolicyErrors(spec: JsonObject, path: string): FieldError[] {
  const policy = textAt(objectAt(objectAt(spec, 'template'), 'spec'), 'restartPolicy');
  if (policy === 'Always' || policy === '') return [requiredField(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupportedField(path, policy, ['OnFailure', 'Never'])];
  if (policy === 'Never' || objectAt(spec, 'podFailurePolicy') === undefined) return [];
  return [invalidField(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

/** Texts for warnings about a spec. */
export function jobSpecWarnings(spec: JsonObject, path: string): string[] {
  const isLarge =
    textAt(spec, 'completionMode') === 'Indexed' &&
    numberAt(spec, 'completions') > MANY_COMPLETIONS &&
    numberAt(spec, 'parallelism') > PARALLELISM_MAX_OF_MANY;
  const large = `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`;
  return [...(isLarge ? [large] : []), ...podTemplateWarnings(objectAt(spec, 'template') ?? {}, `${path}.template`)];
}
