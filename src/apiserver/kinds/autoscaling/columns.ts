/** Columns of the table of horizontal pod autoscalers. */
import type { JsonObject } from '../../../api/json';
import type { Column } from '../../resources/resource';
import { specOf, statusOf } from '../checks/object-parts';
import { listAt, numberAt, objectAt, optionalNumberAt, textAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';
import { metricsCell } from './metrics-cell';

function referenceCell(reference: JsonObject | undefined): string {
  return `${textAt(reference, 'kind')}/${textAt(reference, 'name')}`;
}

function minimumCell(minimum: number | undefined): string {
  return minimum === undefined ? '<unset>' : String(minimum);
}

export const horizontalPodAutoscalerColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Reference',
    'scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be collected, as well as to actually change the replica count.',
    (object) => referenceCell(objectAt(specOf(object), 'scaleTargetRef')),
  ),
  column(
    'Targets',
    'metrics contains the specifications for which to use to calculate the desired replica count (the maximum replica count across all metrics will be used).  The desired replica count is calculated multiplying the ratio between the target value and the current value by the current number of pods.  Ergo, metrics used must decrease as the pod count is increased, and vice-versa.  See the individual metric source types for more information about how each type of metric must respond.',
    (object) => metricsCell(listAt(specOf(object), 'metrics'), listAt(statusOf(object), 'currentMetrics')),
  ),
  column(
    'MinPods',
    'minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It defaults to 1 pod.  minReplicas is allowed to be 0 if the alpha feature gate HPAScaleToZero is enabled and at least one Object or External metric is configured.  Scaling is active as long as at least one metric value is available.',
    (object) => minimumCell(optionalNumberAt(specOf(object), 'minReplicas')),
  ),
  column(
    'MaxPods',
    'maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It cannot be less that minReplicas.',
    (object) => numberAt(specOf(object), 'maxReplicas'),
  ),
  column(
    'Replicas',
    'currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by the autoscaler.',
    (object) => numberAt(statusOf(object), 'currentReplicas'),
  ),
  AGE_COLUMN,
];
