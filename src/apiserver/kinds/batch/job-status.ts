/**
 * What the status of a job may say, and how it may change.
 * @see k8s.io/kubernetes/pkg/apis/batch/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { duplicateField, type FieldError, invalidField, requiredField } from '../../field-error';
import { hasTrueCondition } from '../checks/conditions';
import { addNegativeErrors } from '../checks/numbers';
import { specOf, statusOf } from '../checks/object-parts';
import {
  flagAt,
  isSameValue,
  listAt,
  numberAt,
  objectAt,
  optionalNumberAt,
  optionalTextAt,
  textAt,
  textsAt,
} from '../json-members';
import { findSharedIndex, readIndexes } from './indexes';

const CONDITIONS = 'status.conditions';

/** A status with what is asked of it often. */
interface JobState {
  readonly status: JsonObject;
  readonly isComplete: boolean;
  readonly isFailed: boolean;
  readonly isFinished: boolean;
  readonly isFailing: boolean;
  readonly isSucceeding: boolean;
}

function stateOf(job: KubeObject): JobState {
  const status = statusOf(job);
  const isComplete = hasTrueCondition(status, 'Complete');
  const isFailed = hasTrueCondition(status, 'Failed');
  return {
    status,
    isComplete,
    isFailed,
    isFinished: isComplete || isFailed,
    isFailing: hasTrueCondition(status, 'FailureTarget'),
    isSucceeding: hasTrueCondition(status, 'SuccessCriteriaMet'),
  };
}

/** A change of a job's status: rules hold for what changes, so that what is wrong already can still be written. */
interface StatusChange {
  readonly spec: JsonObject;
  readonly next: JobState;
  readonly old: JobState;
  /** True where one of the members, or what is said of the job as a whole, changes. */
  readonly changes: (...keys: readonly string[]) => boolean;
}

type StateClaim = Exclude<keyof JobState, 'status'>;

/** Problems of a new status. */
export function jobStatusErrors(job: KubeObject, oldJob: KubeObject): FieldError[] {
  const next = stateOf(job);
  const old = stateOf(oldJob);
  const change: StatusChange = {
    spec: specOf(job),
    next,
    old,
    changes: (...keys) =>
      keys.some((key) =>
        key.startsWith('is')
          ? next[key as StateClaim] !== old[key as StateClaim]
          : !isSameValue(next.status[key], old.status[key]),
      ),
  };
  return [
    ...countErrors(next.status),
    ...outcomeErrors(change),
    ...timeErrors(change),
    ...finishedErrors(change),
    ...indexErrors(change),
    ...podCountErrors(change),
    ...successErrors(change),
    ...regressionErrors(change, oldJob),
  ];
}

function conditionError(detail: string): FieldError {
  return { type: 'FieldValueInvalid', field: CONDITIONS, detail };
}

function countErrors(status: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  addNegativeErrors(errors, status, 'status', ['active', 'succeeded', 'failed', 'ready', 'terminating']);
  const uncounted = objectAt(status, 'uncountedTerminatedPods');
  const seen = new Set<string>();
  for (const key of ['succeeded', 'failed']) {
    for (const [index, uid] of textsAt(uncounted, key).entries()) {
      const path = `status.uncountedTerminatedPods.${key}[${String(index)}]`;
      if (uid === '') errors.push(invalidField(path, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicateField(path, uid));
      seen.add(uid);
    }
  }
  return errors;
}

function outcomeErrors({ next, changes }: StatusChange): FieldError[] {
  const errors: FieldError[] = [];
  if (changes('isComplete', 'isFailed') && next.isComplete && next.isFailed) {
    errors.push(conditionError('cannot set Complete=True and Failed=true conditions'));
  }
  if (changes('isComplete', 'isFailing') && next.isComplete && next.isFailing) {
    errors.push(conditionError('cannot set Complete=True and FailureTarget=true conditions'));
  }
  return errors;
}

function timeErrors({ next, changes }: StatusChange): FieldError[] {
  const { status, isComplete } = next;
  const errors: FieldError[] = [];
  const path = 'status.completionTime';
  const end = optionalTextAt(status, 'completionTime');
  const start = optionalTextAt(status, 'startTime');
  if (changes('isComplete', 'completionTime')) {
    if (end !== undefined && !isComplete) {
      errors.push(invalidField(path, end, 'cannot set completionTime when there is no Complete=True condition'));
    }
    if (end === undefined && isComplete) {
      errors.push(requiredField(path, 'completionTime is required for Complete jobs'));
    }
  }
  const isBackwards = start !== undefined && end !== undefined && Date.parse(end) < Date.parse(start);
  if (changes('startTime', 'completionTime') && isBackwards) {
    errors.push(invalidField(path, end, 'must be equal to or after `startTime`'));
  }
  return errors;
}

function finishedErrors({ spec, next, changes }: StatusChange): FieldError[] {
  const { status, isFinished } = next;
  const errors: FieldError[] = [];
  if (changes('isFailed', 'failedIndexes') && next.isFailed && !next.isFailing) {
    errors.push(conditionError('cannot set Failed=True condition without the FailureTarget=true condition'));
  }
  if (changes('isComplete', 'isSucceeding') && next.isComplete && !next.isSucceeding) {
    errors.push(conditionError('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'));
  }
  if (!isFinished) return errors;
  const active = numberAt(status, 'active');
  if (changes('isFinished', 'active') && active > 0) {
    errors.push(invalidField('status.active', active, 'active>0 is invalid for finished job'));
  }
  const neverRan = flagAt(spec, 'suspend') && spec['completions'] === 0;
  if (changes('isFinished', 'startTime') && !neverRan && status['startTime'] === undefined) {
    errors.push(requiredField('status.startTime', 'startTime is required for finished job'));
  }
  const uncounted = objectAt(status, 'uncountedTerminatedPods');
  const hasUncounted = textsAt(uncounted, 'failed').length + textsAt(uncounted, 'succeeded').length > 0;
  if (changes('isFinished', 'uncountedTerminatedPods') && hasUncounted) {
    const shown = { Succeeded: uncounted?.['succeeded'] ?? null, Failed: uncounted?.['failed'] ?? null };
    errors.push(invalidField('status.uncountedTerminatedPods', shown, 'must be empty for finished job'));
  }
  return errors;
}

function indexErrors({ spec, next: { status }, changes }: StatusChange): FieldError[] {
  const errors: FieldError[] = [];
  const completions = optionalNumberAt(spec, 'completions');
  const completed = textAt(status, 'completedIndexes');
  const failed = optionalTextAt(status, 'failedIndexes');
  const perIndex = spec['backoffLimitPerIndex'] !== undefined;
  const checkFormat = (key: string, text: string) => {
    const reading = readIndexes(text, completions ?? 0);
    if ('problem' in reading) {
      errors.push(invalidField(`status.${key}`, text, `error parsing ${key}: ${reading.problem}`));
    }
  };
  if (changes('completedIndexes') && completions !== undefined) checkFormat('completedIndexes', completed);
  if (changes('failedIndexes') && completions !== undefined && perIndex && failed !== undefined) {
    checkFormat('failedIndexes', failed);
  }
  if (changes('completedIndexes') && completed !== '' && textAt(spec, 'completionMode') !== 'Indexed') {
    const why = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalidField('status.completedIndexes', completed, why));
  }
  if (failed === undefined) return errors;
  if (changes('failedIndexes') && !perIndex) {
    const why = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalidField('status.failedIndexes', failed, why));
  }
  const shared = completions === undefined ? undefined : findSharedIndex(completed, failed, completions);
  if (changes('failedIndexes', 'completedIndexes') && shared !== undefined) {
    const why = `failedIndexes and completedIndexes overlap at index: ${String(shared)}`;
    errors.push(invalidField('status.failedIndexes', failed, why));
  }
  return errors;
}

function podCountErrors({ next: { status, isFinished }, changes }: StatusChange): FieldError[] {
  const errors: FieldError[] = [];
  const terminating = numberAt(status, 'terminating');
  if (changes('isFinished', 'terminating') && terminating > 0 && isFinished) {
    errors.push(invalidField('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  }
  const ready = numberAt(status, 'ready');
  if (changes('ready', 'active') && ready > numberAt(status, 'active')) {
    errors.push(invalidField('status.ready', ready, 'cannot set more ready pods than active'));
  }
  return errors;
}

function successErrors({ spec, next }: StatusChange): FieldError[] {
  const errors: FieldError[] = [];
  if (next.isSucceeding && next.isFailed) {
    errors.push(conditionError('cannot set SuccessCriteriaMet=True and Failed=true conditions'));
  }
  if (next.isSucceeding && next.isFailing) {
    errors.push(conditionError('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'));
  }
  if (objectAt(spec, 'successPolicy') !== undefined && !next.isSucceeding && next.isComplete) {
    const why = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True';
    errors.push(conditionError(why));
  }
  return errors;
}

/** What is final stays, and what is counted only grows. */
function regressionErrors({ spec, next, old, changes }: StatusChange, oldJob: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (hasTrueCondition(old.status, type) && !hasTrueCondition(next.status, type)) {
      errors.push(conditionError(`cannot disable the terminal ${type}=True condition`));
    }
  }
  const isElastic = textAt(spec, 'completionMode') === 'Indexed' && spec['completions'] === spec['parallelism'];
  for (const key of ['failed', ...(isElastic ? [] : ['succeeded'])]) {
    const count = numberAt(next.status, key);
    if (count < numberAt(old.status, key)) {
      errors.push(invalidField(`status.${key}`, count, `cannot decrease the ${key} counter`));
    }
  }
  const end = optionalTextAt(next.status, 'completionTime');
  const oldEnd = optionalTextAt(old.status, 'completionTime');
  if (end !== undefined && oldEnd !== undefined && end !== oldEnd) {
    errors.push(invalidField('status.completionTime', end, 'field is immutable'));
  }
  const isResuming = hasTrueCondition(statusOf(oldJob), 'Suspended') && hasFalseSuspension(next.status);
  const hadStart = old.status['startTime'] !== undefined;
  if (changes('startTime') && !isResuming && hadStart && !flagAt(spec, 'suspend')) {
    errors.push(requiredField('status.startTime', 'startTime cannot be removed for unsuspended job'));
  }
  if (old.isSucceeding && !next.isSucceeding) {
    errors.push(conditionError('cannot disable the SuccessCriteriaMet=True condition'));
  }
  if (old.isComplete && !old.isSucceeding && next.isSucceeding) {
    errors.push(conditionError('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'));
  }
  return errors;
}

function hasFalseSuspension(status: JsonObject): boolean {
  return listAt(status, 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Suspended' && textAt(condition, 'status') === 'False',
  );
}
