/**
 * Cron jobs.
 * @see k8s.io/kubernetes/pkg/apis/batch/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { type DraftObject, ensureObject, findObject } from '../../draft';
import { type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { addNegativeErrors } from '../checks/numbers';
import { specOf } from '../checks/object-parts';
import { STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import { dropDisabledTemplateFields, podNameWarnings, setTemplateDefaults } from '../checks/workload-template';
import { flagAt, objectAt, optionalTextAt, textAt } from '../json-members';
import { findScheduleProblem } from './cron-schedule';
import { jobSpecErrors, jobSpecWarnings, setFailurePolicyDefaults } from './job-spec';
import { timeZoneErrors } from './time-zone';

/** The name of a job is that of its cron job and eleven characters. */
const NAME_MAX = 52;
const CONCURRENCY = ['Allow', 'Forbid', 'Replace'];
const JOB_SPEC = 'spec.jobTemplate.spec';

const preparations = statusPreparations();

export const cronJobStrategy: Strategy = {
  generation: 'spec',
  resetFields: STATUS_RESET_FIELDS,
  setDefaults(cronJob) {
    const spec = ensureObject(cronJob, 'spec');
    const jobSpec = ensureObject(ensureObject(spec, 'jobTemplate'), 'spec');
    setTemplateDefaults(jobSpec);
    setFailurePolicyDefaults(jobSpec);
    if (textAt(spec, 'concurrencyPolicy') === '') spec['concurrencyPolicy'] = 'Allow';
    spec['suspend'] ??= false;
    spec['successfulJobsHistoryLimit'] ??= 3;
    spec['failedJobsHistoryLimit'] ??= 1;
  },
  prepareForCreate(cronJob, context) {
    preparations.prepareForCreate(cronJob, context);
    dropDisabledTemplateFields(findJobSpec(cronJob));
  },
  prepareForUpdate(cronJob, old, context) {
    preparations.prepareForUpdate(cronJob, old, context);
    if (context.subresource === '') dropDisabledTemplateFields(findJobSpec(cronJob));
  },
  validate(cronJob) {
    const { name } = cronJob.metadata;
    const errors = specErrors(specOf(cronJob), undefined);
    if (Buffer.byteLength(name) <= NAME_MAX) return errors;
    return [...errors, invalidField('metadata.name', name, `must be no more than ${String(NAME_MAX)} characters`)];
  },
  validateUpdate: (cronJob, old, { subresource }) =>
    subresource === 'status' ? [] : specErrors(specOf(cronJob), specOf(old)),
  warnings(cronJob, old, { subresource }) {
    if (subresource !== '') return [];
    const ofJobs = () => jobSpecWarnings(jobSpecOf(specOf(cronJob)), JOB_SPEC);
    if (old === undefined) return [...podNameWarnings(cronJob.metadata.name), ...ofJobs()];
    const hasZone = textAt(specOf(cronJob), 'schedule').includes('TZ');
    return [
      ...(old.metadata.generation === cronJob.metadata.generation ? [] : ofJobs()),
      ...(hasZone
        ? [
            'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
          ]
        : []),
    ];
  },
};

function findJobSpec(cronJob: DraftObject): DraftObject | undefined {
  return findObject(findObject(findObject(cronJob, 'spec'), 'jobTemplate'), 'spec');
}

function jobSpecOf(spec: JsonObject): JsonObject {
  return objectAt(objectAt(spec, 'jobTemplate'), 'spec') ?? {};
}

function specErrors(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors = scheduleErrors(spec, old);
  addNegativeErrors(errors, spec, 'spec', ['startingDeadlineSeconds']);
  const zone = optionalTextAt(spec, 'timeZone');
  if (zone !== undefined && zone !== old?.['timeZone']) errors.push(...timeZoneErrors(zone, 'spec.timeZone'));
  const concurrency = textAt(spec, 'concurrencyPolicy');
  if (concurrency === '') errors.push(requiredField('spec.concurrencyPolicy'));
  else if (!CONCURRENCY.includes(concurrency)) {
    errors.push(notSupportedField('spec.concurrencyPolicy', concurrency, CONCURRENCY));
  }
  errors.push(...jobTemplateErrors(jobSpecOf(spec)));
  addNegativeErrors(errors, spec, 'spec', ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit']);
  return errors;
}

function scheduleErrors(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const path = 'spec.schedule';
  const schedule = textAt(spec, 'schedule');
  if (schedule === '') return [requiredField(path)];
  const problem = findScheduleProblem(schedule);
  const errors = problem === undefined ? [] : [invalidField(path, schedule, problem)];
  if (!schedule.includes('TZ')) return errors;
  // A zone in the schedule is kept where there was one already.
  if (!textAt(old, 'schedule').includes('TZ')) {
    const why = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    return [...errors, invalidField(path, schedule, why)];
  }
  if (spec['timeZone'] === undefined) return errors;
  return [...errors, invalidField(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule')];
}

function jobTemplateErrors(jobSpec: JsonObject): FieldError[] {
  const errors = jobSpecErrors(jobSpec, JOB_SPEC);
  const selector = objectAt(jobSpec, 'selector');
  if (selector !== undefined) {
    errors.push(invalidField(`${JOB_SPEC}.selector`, selector, '`selector` will be auto-generated'));
  }
  if (flagAt(jobSpec, 'manualSelector')) {
    errors.push(notSupportedField(`${JOB_SPEC}.manualSelector`, true, ['nil', 'false']));
  }
  return errors;
}
