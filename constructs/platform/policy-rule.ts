/**
 * RBAC rules as values, and their one canonical form: two sets of grants that allow the same give the same bytes.
 */
import type { ResourceType } from '../../src/api/resource-type';

/** The verbs that Adrasteia grants, in the order in which they are written. No wildcard, no `escalate`, no `impersonate`; `bind` only by `bindRule`. */
export const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] as const;
/** Verbs that only admission asks for. */
const ADMISSION_VERBS = ['own', 'administer'] as const;
export type Verb = (typeof VERBS)[number] | (typeof ADMISSION_VERBS)[number];

/**
 * rbac.authorization.k8s.io/v1 PolicyRule, without non-resource URLs.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/
 */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly (Verb | 'bind')[];
  /** Absent: every object of the resource. */
  readonly resourceNames?: readonly string[];
}

/** Verbs on one resource; `resource` may name a subresource, as in `environments/status`. */
export interface Grant {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly Verb[];
}

/** The grant of some verbs on a type, or on a subresource of it. */
export function grant(
  type: Pick<ResourceType, 'group' | 'plural'>,
  verbs: readonly Verb[],
  subresource?: string,
): Grant {
  return {
    group: type.group,
    resource: subresource === undefined ? type.plural : `${type.plural}/${subresource}`,
    verbs,
  };
}

/**
 * The rules that allow exactly what the grants allow: each resource once, with the union of its verbs; resources of a
 * group that have the same verbs share a rule. Sorted by group, then by first resource.
 */
export function policyRules(grants: readonly Grant[]): readonly PolicyRule[] {
  const verbsOf = new Map<string, Set<Verb>>();
  for (const { group, resource, verbs } of grants) {
    const key = JSON.stringify([group, resource]);
    verbsOf.set(key, new Set([...(verbsOf.get(key) ?? []), ...verbs]));
  }
  const rules = new Map<string, { group: string; resources: string[]; verbs: readonly Verb[] }>();
  for (const key of [...verbsOf.keys()].sort()) {
    const [group, resource] = JSON.parse(key) as [string, string];
    const verbs = [...VERBS, ...ADMISSION_VERBS].filter((verb) => verbsOf.get(key)?.has(verb) === true);
    if (verbs.length === 0) continue;
    const shared = JSON.stringify([group, verbs]);
    const rule = rules.get(shared) ?? { group, resources: [], verbs };
    rule.resources.push(resource);
    rules.set(shared, rule);
  }
  return [...rules.values()].map(({ group, resources, verbs }) => ({ apiGroups: [group], resources, verbs }));
}

/** The right to bind these ClusterRoles, each by its name. */
export function bindRule(clusterRoles: readonly string[]): PolicyRule {
  return {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterroles'],
    resourceNames: clusterRoles,
    verbs: ['bind'],
  };
}

/** The same rules for generated classes, which take lists that can be changed. */
export function mutableRules(rules: readonly PolicyRule[]): MutableRule[] {
  return rules.map(({ apiGroups, resources, resourceNames, verbs }) => ({
    apiGroups: [...apiGroups],
    resources: [...resources],
    ...(resourceNames === undefined ? {} : { resourceNames: [...resourceNames] }),
    verbs: [...verbs],
  }));
}

interface MutableRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}
