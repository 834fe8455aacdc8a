/** Columns of the tables of jobs and cron jobs. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import type { Column } from '../../resources/resource';
import { hasTrueCondition } from '../checks/conditions';
import { containersOf } from '../checks/containers';
import { selectorCell } from '../checks/label-selectors';
import { specOf, statusOf } from '../checks/object-parts';
import { flagAt, listAt, numberAt, objectAt, optionalNumberAt, optionalTextAt, textAt } from '../json-members';
import { AGE_COLUMN, column, containerCells, humanDuration, NAME_COLUMN, timeSince } from '../table-cells';

const WIDE = { isWide: true } as const;

function statusCell(object: KubeObject): string {
  const status = statusOf(object);
  if (hasTrueCondition(status, 'Complete')) return 'Complete';
  if (hasTrueCondition(status, 'Failed')) return 'Failed';
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return (
    ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find((type) => hasTrueCondition(status, type)) ?? 'Running'
  );
}

function completionsCell(object: KubeObject): string {
  const spec = specOf(object);
  const succeeded = String(numberAt(statusOf(object), 'succeeded'));
  const completions = optionalNumberAt(spec, 'completions');
  if (completions !== undefined) return `${succeeded}/${String(completions)}`;
  const parallelism = numberAt(spec, 'parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${String(parallelism)}` : `${succeeded}/1`;
}

function durationCell(object: KubeObject, now: Date): string {
  const start = optionalTextAt(statusOf(object), 'startTime');
  if (start === undefined) return '';
  const end = optionalTextAt(statusOf(object), 'completionTime');
  return humanDuration((end === undefined ? now.getTime() : Date.parse(end)) - Date.parse(start));
}

export const jobColumns: readonly Column[] = [
  NAME_COLUMN,
  column('Status', 'Status of the job.', statusCell),
  column(
    'Completions',
    'The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, it may decrease in reaction to scale down of elastic indexed jobs.',
    completionsCell,
  ),
  column('Duration', 'Time required to complete the job.', durationCell),
  AGE_COLUMN,
  column(
    'Containers',
    'Names of each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).names,
    WIDE,
  ),
  column(
    'Images',
    'Images referenced by each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).images,
    WIDE,
  ),
  column(
    'Selector',
    'A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
    (object) => selectorCell(objectAt(specOf(object), 'selector')),
    WIDE,
  ),
];

function jobSpecOf(object: KubeObject): JsonObject {
  return objectAt(objectAt(specOf(object), 'jobTemplate'), 'spec') ?? {};
}

function suspendCell(spec: JsonObject): string {
  if (spec['suspend'] === undefined) return '<unset>';
  return flagAt(spec, 'suspend') ? 'True' : 'False';
}

function lastScheduleCell(status: JsonObject, now: Date): string {
  const time = optionalTextAt(status, 'lastScheduleTime');
  return time === undefined ? '<none>' : timeSince(time, now);
}

export const cronJobColumns: readonly Column[] = [
  NAME_COLUMN,
  column('Schedule', 'The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.', (object) =>
    textAt(specOf(object), 'schedule'),
  ),
  column(
    'Timezone',
    'The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. If not specified, this will default to the time zone of the kube-controller-manager process. The set of valid time zone names and the time zone offset is loaded from the system-wide time zone database by the API server during CronJob validation and the controller manager during execution. If no system-wide time zone database can be found a bundled version of the database is used instead. If the time zone name becomes invalid during the lifetime of a CronJob or due to a change in host configuration, the controller will stop creating new new Jobs and will create a system event with the reason UnknownTimeZone. More information can be found in https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones',
    (object) => optionalTextAt(specOf(object), 'timeZone') ?? '<none>',
  ),
  column(
    'Suspend',
    'This flag tells the controller to suspend subsequent executions, it does not apply to already started executions.  Defaults to false.',
    (object) => suspendCell(specOf(object)),
    { type: 'boolean' },
  ),
  column(
    'Active',
    'A list of pointers to currently running jobs.',
    (object) => listAt(statusOf(object), 'active').length,
    { type: 'integer' },
  ),
  column('Last Schedule', 'Information when was the last time the job was successfully scheduled.', (object, now) =>
    lastScheduleCell(statusOf(object), now),
  ),
  AGE_COLUMN,
  column(
    'Containers',
    'Names of each container in the template.',
    (object) => containerCells(containersOf(jobSpecOf(object))).names,
    WIDE,
  ),
  column(
    'Images',
    'Images referenced by each container in the template.',
    (object) => containerCells(containersOf(jobSpecOf(object))).images,
    WIDE,
  ),
  column(
    'Selector',
    'A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
    (object) => selectorCell(objectAt(jobSpecOf(object), 'selector')),
    WIDE,
  ),
];
