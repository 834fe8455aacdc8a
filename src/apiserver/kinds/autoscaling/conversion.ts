/**
 * Autoscalers in version 1, which knows one metric: how busy processors are. What it doesn't know stands in annotations.
 * @see k8s.io/kubernetes/pkg/apis/autoscaling/v1/conversion.go, v1.34
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { specOf, statusOf } from '../checks/object-parts';
import { jsonOf, listAt, mapAt, numberAt, objectAt, optionalNumberAt, textAt } from '../json-members';
import { behaviorFromText, behaviorText } from './behavior-text';
import { metricFromV1, metricStatusFromV1, metricStatusToV1, metricToV1 } from './metric-conversion';
import { cpuMetric } from './metric-specs';

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const CARRIED: ReadonlySet<string> = new Set([METRICS, CURRENT_METRICS, BEHAVIOR, CONDITIONS]);
const DEFAULT_CPU_PERCENT = 80;
const CONDITION_MEMBERS = ['type', 'status', 'lastTransitionTime', 'reason', 'message'];

/** An autoscaler in the version given: `v1` or `v2`. The same object where it is in it already. */
export function convertHorizontalPodAutoscaler(autoscaler: KubeObject, version: string): KubeObject {
  if (autoscaler.apiVersion === `autoscaling/${version}`) return autoscaler;
  return version === 'v1' ? toV1(autoscaler) : toV2(autoscaler);
}

function toV1(autoscaler: KubeObject): KubeObject {
  const spec = specOf(autoscaler);
  const status = statusOf(autoscaler);
  const metrics = listAt(spec, 'metrics');
  const others = metrics.filter((metric) => findCpuPercent(metric) === undefined);
  const currentMetrics = listAt(status, 'currentMetrics');
  const conditions = listAt(status, 'conditions');
  const behavior = objectAt(spec, 'behavior');
  const annotations = {
    ...ownAnnotations(autoscaler),
    ...(others.length > 0 ? { [METRICS]: goJson(others.map(metricToV1)) } : {}),
    ...(currentMetrics.length > 0 ? { [CURRENT_METRICS]: goJson(currentMetrics.map(metricStatusToV1)) } : {}),
    ...(behavior === undefined ? {} : { [BEHAVIOR]: behaviorText(behavior) }),
    ...(conditions.length > 0
      ? { [CONDITIONS]: goJson(conditions.map((condition) => pick(condition, CONDITION_MEMBERS))) }
      : {}),
  };
  const percent = metrics.map(findCpuPercent).find((found) => found !== undefined);
  const currentPercent = currentMetrics.map(findCurrentCpuPercent).findLast((found) => found !== undefined);
  return {
    kind: autoscaler.kind,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(autoscaler, annotations),
    spec: {
      ...pick(spec, ['scaleTargetRef', 'minReplicas', 'maxReplicas']),
      ...(percent === undefined ? {} : { targetCPUUtilizationPercentage: percent }),
    },
    status: {
      ...pick(status, ['observedGeneration', 'lastScaleTime']),
      currentReplicas: numberAt(status, 'currentReplicas'),
      desiredReplicas: numberAt(status, 'desiredReplicas'),
      ...(currentPercent === undefined ? {} : { currentCPUUtilizationPercentage: currentPercent }),
    },
  };
}

function toV2(autoscaler: KubeObject): KubeObject {
  const spec = specOf(autoscaler);
  const status = statusOf(autoscaler);
  const carried = mapAt(jsonOf(autoscaler.metadata), 'annotations');
  const percent = optionalNumberAt(spec, 'targetCPUUtilizationPercentage');
  const metrics: JsonValue[] = [
    ...listIn(carried[METRICS]).map(metricFromV1),
    ...(percent === undefined ? [] : [cpuMetric(percent)]),
  ];
  const behavior = behaviorFromText(carried[BEHAVIOR]);
  const currentMetrics =
    carried[CURRENT_METRICS] === undefined
      ? currentCpuMetrics(status)
      : listIn(carried[CURRENT_METRICS]).map(metricStatusFromV1);
  const conditions = listIn(carried[CONDITIONS]);
  return {
    kind: autoscaler.kind,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(autoscaler, ownAnnotations(autoscaler)),
    spec: {
      ...pick(spec, ['scaleTargetRef', 'minReplicas', 'maxReplicas']),
      metrics: metrics.length === 0 ? [cpuMetric(DEFAULT_CPU_PERCENT)] : metrics,
      ...(behavior === undefined ? {} : { behavior }),
    },
    status: {
      ...pick(status, ['observedGeneration', 'lastScaleTime']),
      ...(numberAt(status, 'currentReplicas') === 0 ? {} : pick(status, ['currentReplicas'])),
      desiredReplicas: numberAt(status, 'desiredReplicas'),
      // A Go server never leaves this out.
      currentMetrics: currentMetrics.length === 0 ? null : currentMetrics,
      ...(conditions.length === 0 ? {} : { conditions }),
    },
  };
}

function findCpuPercent(metric: JsonObject): number | undefined {
  const resource = textAt(metric, 'type') === 'Resource' ? objectAt(metric, 'resource') : undefined;
  if (textAt(resource, 'name') !== 'cpu') return undefined;
  return optionalNumberAt(objectAt(resource, 'target'), 'averageUtilization');
}

function findCurrentCpuPercent(metric: JsonObject): number | undefined {
  const resource = textAt(metric, 'type') === 'Resource' ? objectAt(metric, 'resource') : undefined;
  if (textAt(resource, 'name') !== 'cpu') return undefined;
  return optionalNumberAt(objectAt(resource, 'current'), 'averageUtilization');
}

function currentCpuMetrics(status: JsonObject): JsonValue[] {
  const percent = optionalNumberAt(status, 'currentCPUUtilizationPercentage');
  if (percent === undefined) return [];
  return [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percent } } }];
}

function ownAnnotations(autoscaler: KubeObject): Record<string, string> {
  const annotations = Object.entries(autoscaler.metadata.annotations ?? {});
  return Object.fromEntries(annotations.filter(([key]) => !CARRIED.has(key)));
}

/** Metadata with other annotations, in the order of their keys; without the member where there are none. */
function withAnnotations({ metadata }: KubeObject, annotations: Record<string, string>): KubeObject['metadata'] {
  const { annotations: _old, ...rest } = metadata;
  const entries = Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(entries) };
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]));
}

/** The objects of a list that stands in a text; none where the text is something else. */
function listIn(text: string | undefined): readonly JsonObject[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isJsonObject) : [];
  } catch {
    return [];
  }
}

/** JSON as Go writes it: what could end a script is escaped. */
function goJson(value: JsonValue): string {
  return JSON.stringify(value).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
