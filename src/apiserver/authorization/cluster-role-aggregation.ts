/**
 * The rules of a cluster role that is made of others.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { objectAt, objectsAt } from '../authentication/json-members';
import { canonicalJson } from '../json/json-text';
import { labelSelectorMatcher } from '../selection/label-selector-object';

/**
 * The rules that an aggregated cluster role should have: those of the roles that its selectors name, in the order of the
 * selectors and of the roles' names, each rule once. Undefined where the role isn't aggregated.
 */
export function aggregatedRules(
  role: KubeObject,
  clusterRoles: readonly KubeObject[],
): readonly JsonObject[] | undefined {
  if (objectAt(role, 'aggregationRule') === undefined) return undefined;
  const byName = [...clusterRoles].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules = new Map<string, JsonObject>();
  for (const selector of objectsAt(role, 'aggregationRule', 'clusterRoleSelectors')) {
    const isSelected = labelSelectorMatcher(selector);
    for (const other of byName) {
      if (other.metadata.name === role.metadata.name || !isSelected(other.metadata.labels ?? {})) continue;
      for (const rule of objectsAt(other, 'rules')) {
        const text = canonicalJson(rule);
        if (!rules.has(text)) rules.set(text, rule);
      }
    }
  }
  return [...rules.values()];
}
