/** Labels of nodes that have other names now. */
import type { JsonObject } from '../../../api/json';
import { listAt, mapAt, textAt } from '../json-members';

const DEPRECATED: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

/** What to say of a label's key; undefined for one that is good. */
export function findNodeLabelWarning(key: string): string | undefined {
  return DEPRECATED.get(key);
}

/** What to say of a selector of nodes. */
export function nodeSelectorWarnings(selector: JsonObject | undefined, path: string): string[] {
  const ofExpressions = listAt(selector, 'matchExpressions').flatMap((expression, index) => {
    const key = textAt(expression, 'key');
    const warning = DEPRECATED.get(key);
    return warning === undefined ? [] : [`${path}.matchExpressions[${String(index)}].key: ${key} is ${warning}`];
  });
  const ofLabels = Object.keys(mapAt(selector, 'matchLabels')).flatMap((key) => {
    const warning = DEPRECATED.get(key);
    return warning === undefined ? [] : [`${path}.matchLabels.${key}: ${warning}`];
  });
  return [...ofExpressions, ...ofLabels];
}
