/**
 * Jobs.
 * @see k8s.io/kubernetes/pkg/registry/batch/job/strategy.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, draftOf, ensureObject, findObject, findString } from '../../draft';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { internalPodTemplate } from '../checks/internal-pod-template';
import { findSelectorMatcher, hasInvalidLabelValue } from '../checks/label-selectors';
import { specOf, statusOf } from '../checks/object-parts';
import { STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import {
  dropDisabledTemplateFields,
  findMismatchErrors,
  podNameWarnings,
  setTemplateDefaults,
} from '../checks/workload-template';
import { flagAt, isSameValue, mapAt, numberAt, objectAt, optionalNumberAt, textAt } from '../json-members';
import { dnsLabelProblems, immutableErrors, labelSelectorErrors } from '../metadata';
import { jobSpecErrors, jobSpecWarnings, setFailurePolicyDefaults } from './job-spec';
import { jobStatusErrors } from './job-status';

const JOB_NAME = 'batch.kubernetes.io/job-name';
const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
/** The labels by which a job knows its pods, with the names that they had before. */
const NAME_LABELS = ['job-name', JOB_NAME];
const UID_LABELS = ['controller-uid', CONTROLLER_UID];
const DEFAULT_BACKOFF = 6;
const UNLIMITED = 2_147_483_647;
const TEMPLATE_METADATA = 'spec.template.metadata';

const preparations = statusPreparations();

export const jobStrategy: Strategy = {
  generation: 'spec',
  // Version 1 keeps pods, which tell how the job went.
  defaultPropagation: 'Orphan',
  resetFields: STATUS_RESET_FIELDS,
  fieldNames: ['status.successful'],
  fields: (job) => ({ 'status.successful': String(numberAt(statusOf(job), 'succeeded')) }),
  setDefaults,
  prepareForCreate(job, context) {
    if (!flagAt(findObject(job, 'spec'), 'manualSelector')) generateSelector(job);
    preparations.prepareForCreate(job, context);
    dropDisabledTemplateFields(findObject(job, 'spec'));
  },
  prepareForUpdate(job, old, context) {
    preparations.prepareForUpdate(job, old, context);
    if (context.subresource === '') dropDisabledTemplateFields(findObject(job, 'spec'));
  },
  validate: (job) => jobErrors(job, undefined),
  validateUpdate(job, old, { subresource }) {
    if (subresource === 'status') return jobStatusErrors(job, old);
    return [...jobErrors(job, old), ...updateErrors(specOf(job), old)];
  },
  warnings(job, old, { subresource }) {
    if (subresource !== '') return [];
    if (old === undefined) return [...podNameWarnings(job.metadata.name), ...jobSpecWarnings(specOf(job), 'spec')];
    return old.metadata.generation === job.metadata.generation ? [] : jobSpecWarnings(specOf(job), 'spec');
  },
};

function setDefaults(job: DraftObject): void {
  const spec = ensureObject(job, 'spec');
  setTemplateDefaults(spec);
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
  spec['parallelism'] ??= 1;
  spec['backoffLimit'] ??= spec['backoffLimitPerIndex'] === undefined ? DEFAULT_BACKOFF : UNLIMITED;
  takeTemplateLabels(job, spec);
  spec['completionMode'] ??= 'NonIndexed';
  spec['suspend'] ??= false;
  spec['podReplacementPolicy'] ??= spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed';
  spec['manualSelector'] ??= false;
  setFailurePolicyDefaults(spec);
}

/** A job without labels has those of its template; one and the same map, so that what is added there is added here. */
function takeTemplateLabels(job: DraftObject, spec: DraftObject): void {
  const labels = findObject(findObject(findObject(spec, 'template'), 'metadata'), 'labels');
  const metadata = ensureObject(job, 'metadata');
  if (labels === undefined || Object.keys(findObject(metadata, 'labels') ?? {}).length > 0) return;
  metadata['labels'] = labels;
}

function generateSelector(job: DraftObject): void {
  const spec = ensureObject(job, 'spec');
  const metadata = ensureObject(job, 'metadata');
  const name = findString(metadata, 'name') ?? '';
  const uid = findString(metadata, 'uid') ?? '';
  const templateMetadata = ensureObject(ensureObject(spec, 'template'), 'metadata');
  const before = findObject(templateMetadata, 'labels');
  const generated = {
    ...Object.fromEntries(NAME_LABELS.map((label) => [label, name])),
    ...Object.fromEntries(UID_LABELS.map((label) => [label, uid])),
  };
  const labels = inOrder({ ...generated, ...before });
  const own = findObject(metadata, 'labels');
  if (own === before || Object.keys(own ?? {}).length === 0) metadata['labels'] = draftOf(labels);
  templateMetadata['labels'] = labels;
  const selector = ensureObject(spec, 'selector');
  const matchLabels = ensureObject(selector, 'matchLabels');
  matchLabels[CONTROLLER_UID] ??= uid;
}

function inOrder(labels: DraftObject): DraftObject {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function jobErrors(job: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = specOf(job);
  const errors = [...generatedSelectorErrors(job, old), ...wholeSpecErrors(spec, old)];
  const completions = numberAt(spec, 'completions');
  if (textAt(spec, 'completionMode') !== 'Indexed' || completions <= 0) return errors;
  const { name } = job.metadata;
  const host = `${name}-${String(completions - 1)}`;
  if (dnsLabelProblems(host).length === 0) return errors;
  return [
    ...errors,
    invalidField('metadata.name', name, `will not able to create pod with invalid DNS label: ${host}`),
  ];
}

function templateLabels(job: KubeObject): Readonly<Record<string, string>> {
  return mapAt(objectAt(objectAt(specOf(job), 'template'), 'metadata'), 'labels');
}

/** Jobs of older servers have the labels under their old names alone. */
function needsPrefixedLabels(old: KubeObject | undefined): boolean {
  if (old === undefined) return true;
  const labels = templateLabels(old);
  return Object.hasOwn(labels, JOB_NAME) && Object.hasOwn(labels, CONTROLLER_UID);
}

function generatedSelectorErrors(job: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = specOf(job);
  const selector = objectAt(spec, 'selector');
  if (flagAt(spec, 'manualSelector') || selector === undefined) return [];
  const { name, uid = '' } = job.metadata;
  const errors: FieldError[] = uid === '' ? [requiredField('metadata.uid')] : [];
  const prefixed = needsPrefixedLabels(old);
  const expected: [string, string][] = [
    ['controller-uid', uid],
    ['job-name', name],
    ...(prefixed
      ? [[CONTROLLER_UID, uid] satisfies [string, string], [JOB_NAME, name] satisfies [string, string]]
      : []),
  ];
  for (const [label, value] of expected) errors.push(...labelValueErrors(job, label, value));
  const matches = findSelectorMatcher(selector);
  if (matches !== undefined && !matches(Object.fromEntries(expected))) {
    errors.push(invalidField('spec.selector', selector, '`selector` not auto-generated'));
  }
  return errors;
}

function labelValueErrors(job: KubeObject, label: string, value: string): FieldError[] {
  const labels = templateLabels(job);
  const path = `${TEMPLATE_METADATA}.labels[${label}]`;
  if (!Object.hasOwn(labels, label)) return [requiredField(path, `must be '${value}'`)];
  return labels[label] === value ? [] : [invalidField(path, labels, `must be '${value}'`)];
}

function wholeSpecErrors(spec: JsonObject, old: KubeObject | undefined): FieldError[] {
  const selector = objectAt(spec, 'selector');
  const errors = jobSpecErrors(spec, 'spec');
  const toleratesValues = old !== undefined && hasInvalidLabelValue(objectAt(specOf(old), 'selector'));
  if (selector === undefined) errors.push(requiredField('spec.selector'));
  else errors.push(...labelSelectorErrors(selector, 'spec.selector', toleratesValues));
  return [...errors, ...(findMismatchErrors(spec) ?? [])];
}

/** What only an update may do wrong. The server looks at the spec once more. */
function updateErrors(spec: JsonObject, oldJob: KubeObject): FieldError[] {
  const old = specOf(oldJob);
  const kept = (key: string) => immutableErrors(spec[key], old[key], `spec.${key}`);
  return [
    ...wholeSpecErrors(spec, oldJob),
    ...completionsErrors(spec, old),
    ...kept('selector'),
    ...templateChangeErrors(spec, oldJob),
    ...kept('completionMode'),
    ...kept('podFailurePolicy'),
    ...kept('backoffLimitPerIndex'),
    ...kept('managedBy'),
    ...kept('successPolicy'),
  ];
}

function completionsErrors(spec: JsonObject, old: JsonObject): FieldError[] {
  const path = 'spec.completions';
  const completions = optionalNumberAt(spec, 'completions');
  if (textAt(spec, 'completionMode') !== 'Indexed') return immutableErrors(completions, old['completions'], path);
  if (completions === undefined || completions === old['completions']) return [];
  if (completions === spec['parallelism']) return [];
  return [invalidField(path, completions, 'can only be modified in tandem with spec.parallelism')];
}

/** A job that never ran may still be told where its pods go. */
function templateChangeErrors(spec: JsonObject, oldJob: KubeObject): FieldError[] {
  const isMovable = flagAt(specOf(oldJob), 'suspend') && statusOf(oldJob)['startTime'] === undefined;
  const strip = isMovable ? withoutScheduling : (template: JsonObject | undefined) => template;
  const template = objectAt(spec, 'template');
  const isSame = isSameValue(strip(template), strip(objectAt(specOf(oldJob), 'template')));
  return isSame ? [] : [invalidField('spec.template', internalPodTemplate(template ?? {}), 'field is immutable')];
}

function withoutScheduling(template: JsonObject | undefined): JsonObject {
  const { labels: _labels, annotations: _annotations, ...metadata } = objectAt(template, 'metadata') ?? {};
  const {
    nodeSelector: _selector,
    tolerations: _tolerations,
    schedulingGates: _gates,
    affinity,
    ...podSpec
  } = objectAt(template, 'spec') ?? {};
  const { nodeAffinity: _node, ...otherAffinity } = (affinity ?? {}) as JsonObject;
  const kept = Object.keys(otherAffinity).length === 0 ? {} : { affinity: otherAffinity };
  return { metadata, spec: { ...podSpec, ...kept } };
}
