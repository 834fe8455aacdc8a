/** A label selector as the server prints its own value of it, in the one table where it does so. */
import type { JsonObject } from '../../../api/json';
import { listAt, mapAt, textAt, textsAt } from '../json-members';

/** `&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}` */
export function selectorDebugText(selector: JsonObject): string {
  const labels = Object.entries(mapAt(selector, 'matchLabels'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`);
  const expressions = listAt(selector, 'matchExpressions').map(
    (expression) =>
      `LabelSelectorRequirement{Key:${textAt(expression, 'key')},Operator:${textAt(expression, 'operator')},Values:[${textsAt(expression, 'values').join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
