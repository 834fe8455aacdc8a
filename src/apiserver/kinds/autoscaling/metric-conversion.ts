/**
 * Metrics and their statuses between the forms of version 1 (in annotations) and version 2.
 * @see k8s.io/kubernetes/pkg/apis/autoscaling/v1/conversion.go, v1.34
 */
import type { JsonObject, JsonValue } from '../../../api/json';
import { objectAt, textAt } from '../json-members';

type Source = JsonObject | undefined;

const MEMBERS = ['object', 'pods', 'resource', 'containerResource', 'external'] as const;
type Member = (typeof MEMBERS)[number];

/** The object without members that are undefined. */
function compact(object: Record<string, JsonValue | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function mapped(metric: JsonObject, convert: (source: Source, member: Member) => JsonObject): JsonObject {
  return {
    type: textAt(metric, 'type'),
    ...Object.fromEntries(
      MEMBERS.flatMap((member) => {
        const source = objectAt(metric, member);
        return source === undefined ? [] : [[member, convert(source, member)]];
      }),
    ),
  };
}

/** The members of a reference in the order that version 1 has them. */
function reference(described: Source): JsonObject {
  return compact({
    kind: textAt(described, 'kind'),
    name: textAt(described, 'name'),
    apiVersion: described?.['apiVersion'],
  });
}

export function metricToV1(metric: JsonObject): JsonObject {
  return mapped(metric, (source, member) => {
    const target = objectAt(source, 'target');
    const identity = objectAt(source, 'metric');
    const { value, averageValue, averageUtilization } = target ?? {};
    const name = textAt(source, 'name');
    const metricName = textAt(identity, 'name');
    const selector = identity?.['selector'];
    switch (member) {
      case 'object':
        return compact({
          target: reference(objectAt(source, 'describedObject')),
          metricName,
          targetValue: value ?? '0',
          selector,
          averageValue,
        });
      case 'pods':
        return compact({ metricName, targetAverageValue: averageValue ?? '0', selector });
      case 'resource':
        return compact({ name, targetAverageUtilization: averageUtilization, targetAverageValue: averageValue });
      case 'containerResource':
        return compact({
          name,
          targetAverageUtilization: averageUtilization,
          targetAverageValue: averageValue,
          container: textAt(source, 'container'),
        });
      case 'external':
        return compact({
          metricName,
          metricSelector: selector,
          targetValue: value,
          targetAverageValue: averageValue,
        });
    }
  });
}

export function metricFromV1(metric: JsonObject): JsonObject {
  return mapped(metric, (source, member) => {
    const { targetValue, targetAverageValue, averageValue, targetAverageUtilization } = source ?? {};
    const identity = compact({
      name: textAt(source, 'metricName'),
      selector: source?.['selector'] ?? source?.['metricSelector'],
    });
    const name = textAt(source, 'name');
    const share = compact({
      type: targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
      averageValue: targetAverageValue,
      averageUtilization: targetAverageUtilization,
    });
    switch (member) {
      case 'object':
        return {
          describedObject: reference(objectAt(source, 'target')),
          target: compact({
            type: averageValue === undefined ? 'Value' : 'AverageValue',
            value: targetValue ?? '0',
            averageValue,
          }),
          metric: identity,
        };
      case 'pods':
        return { metric: identity, target: { type: 'AverageValue', averageValue: targetAverageValue ?? '0' } };
      case 'resource':
        return { name, target: share };
      case 'containerResource':
        return { name, target: share, container: textAt(source, 'container') };
      case 'external':
        return {
          metric: identity,
          target: compact({
            type: targetValue === undefined ? 'AverageValue' : 'Value',
            value: targetValue,
            averageValue: targetAverageValue,
          }),
        };
    }
  });
}

export function metricStatusToV1(metric: JsonObject): JsonObject {
  return mapped(metric, (source, member) => {
    const { value, averageValue, averageUtilization } = objectAt(source, 'current') ?? {};
    const identity = objectAt(source, 'metric');
    const metricName = textAt(identity, 'name');
    const selector = identity?.['selector'];
    const share = {
      name: textAt(source, 'name'),
      currentAverageUtilization: averageUtilization,
      currentAverageValue: averageValue ?? '0',
    };
    switch (member) {
      case 'object':
        return compact({
          target: reference(objectAt(source, 'describedObject')),
          metricName,
          currentValue: value ?? '0',
          selector,
          averageValue,
        });
      case 'pods':
        return compact({ metricName, currentAverageValue: averageValue ?? '0', selector });
      case 'resource':
        return compact(share);
      case 'containerResource':
        return compact({ ...share, container: textAt(source, 'container') });
      case 'external':
        return compact({
          metricName,
          metricSelector: selector,
          currentValue: value ?? '0',
          currentAverageValue: averageValue,
        });
    }
  });
}

export function metricStatusFromV1(metric: JsonObject): JsonObject {
  return mapped(metric, (source, member) => {
    const { currentValue, currentAverageValue, averageValue, currentAverageUtilization } = source ?? {};
    const identity = compact({
      name: textAt(source, 'metricName'),
      selector: source?.['selector'] ?? source?.['metricSelector'],
    });
    const name = textAt(source, 'name');
    const share = compact({
      averageValue: currentAverageValue ?? '0',
      averageUtilization: currentAverageUtilization,
    });
    switch (member) {
      case 'object':
        return {
          metric: identity,
          current: compact({ value: currentValue ?? '0', averageValue }),
          describedObject: reference(objectAt(source, 'target')),
        };
      case 'pods':
        return { metric: identity, current: { averageValue: currentAverageValue ?? '0' } };
      case 'resource':
        return { name, current: share };
      case 'containerResource':
        return { name, current: share, container: textAt(source, 'container') };
      case 'external':
        return {
          metric: identity,
          current: compact({ value: currentValue ?? '0', averageValue: currentAverageValue }),
        };
    }
  });
}
