/**
 * What an autoscaler measures and aims at, in a table: `cpu: 35%/80%, 12/20 + 1 more...`.
 * @see k8s.io/kubernetes/pkg/printers/internalversion/printers.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { objectAt, optionalNumberAt, optionalTextAt, textAt } from '../json-members';

const SHOWN = 2;
const UNKNOWN = '<unknown>';

const MEMBERS: ReadonlyMap<string, string> = new Map([
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Object', 'object'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
]);

export function metricsCell(specs: readonly JsonObject[], statuses: readonly JsonObject[]): string {
  if (specs.length === 0) return '<none>';
  const texts = specs.map((spec, index) => metricText(spec, statuses[index]));
  const text = texts.slice(0, SHOWN).join(', ');
  return texts.length > SHOWN ? `${text} + ${String(texts.length - SHOWN)} more...` : text;
}

function metricText(spec: JsonObject, status: JsonObject | undefined): string {
  const member = MEMBERS.get(textAt(spec, 'type'));
  if (member === undefined) return '<unknown type>';
  const source = objectAt(spec, member);
  const target = objectAt(source, 'target');
  const current = objectAt(objectAt(status, member), 'current');
  const amounts = (key: string) => `${optionalTextAt(current, key) ?? UNKNOWN}/${optionalTextAt(target, key) ?? '0'}`;
  const isAverage = target?.['averageValue'] !== undefined;
  switch (member) {
    case 'pods':
      return amounts('averageValue');
    case 'external':
    case 'object':
      return isAverage ? `${amounts('averageValue')} (avg)` : amounts('value');
    default: {
      const name = textAt(source, 'name');
      if (isAverage) return `${name}: ${amounts('averageValue')}`;
      const share = percentText(optionalNumberAt(current, 'averageUtilization')) ?? UNKNOWN;
      return `${name}: ${share}/${percentText(optionalNumberAt(target, 'averageUtilization')) ?? '<auto>'}`;
    }
  }
}

function percentText(percent: number | undefined): string | undefined {
  return percent === undefined ? undefined : `${String(percent)}%`;
}
