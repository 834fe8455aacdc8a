/**
 * Which rights a log shows in use, and which were lacking. Pure.
 */
import type { PolicyRule } from '../../constructs/platform';
import type { AuditEvent } from './audit-log';

/** One verb on one resource: the smallest thing that RBAC grants. Written `verb resource.group`, with ` name` where it is bound to one. */
export type Right = string;

/** A role's rules, one right each, sorted. */
export function rightsOf(rules: readonly PolicyRule[]): readonly Right[] {
  const rights = rules.flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          resourceNames === undefined
            ? [rightOf(verb, group, resource)]
            : resourceNames.map((name) => `${rightOf(verb, group, resource)} ${name}`),
        ),
      ),
    ),
  );
  return [...new Set(rights)].sort();
}

/** A role as the API server names it in its reasons: `ClusterRole "edit"`. */
export type RoleName = `${'Role' | 'ClusterRole'} "${string}"`;

/**
 * The rights that a request uses of a role; none where another role, or none, allowed it. An apply that makes the object is a
 * patch for the API server, which asks for `create` beside it.
 */
export function usedRights(event: AuditEvent, role: RoleName): readonly Right[] {
  const { objectRef, annotations, verb, responseStatus } = event;
  if (objectRef?.resource === undefined || annotations?.[DECISION] !== 'allow') return [];
  if (annotations[REASON]?.includes(` of ${role} to ServiceAccount `) !== true) return [];
  const { apiGroup = '', name } = objectRef;
  const resource =
    objectRef.subresource === undefined ? objectRef.resource : `${objectRef.resource}/${objectRef.subresource}`;
  const verbs = verb === 'patch' && responseStatus?.code === 201 ? ['patch', 'create'] : [verb];
  return verbs.flatMap((used) => {
    const right = rightOf(used, apiGroup, resource);
    return name === undefined || name === '' ? [right] : [right, `${right} ${name}`];
  });
}

/**
 * What was refused for want of a right, in words; undefined where nothing was. Refusals by admission (a quota, Pod Security,
 * a namespace that goes) have the same code and are no matter of rights.
 */
export function lackingRight({ user, verb, objectRef, responseStatus, annotations }: AuditEvent): string | undefined {
  if (responseStatus?.code !== 403) return undefined;
  // Asked for beside the request, as `create` of an apply is, a right that is lacking shows in the message alone.
  const isLacking =
    annotations?.[DECISION] !== 'allow' || / cannot [a-z]+ resource /.test(responseStatus.message ?? '');
  if (!isLacking) return undefined;
  const asked = rightOf(verb, objectRef?.apiGroup ?? '', objectRef?.resource ?? '(no resource)');
  return `${user.username ?? ''}: ${asked}: ${responseStatus.message ?? ''}`;
}

/** How rights differ from what a log and the waivers say; each list empty where all is well. */
export interface RightsReview {
  /** Granted, never used, not waived: take it away, or show where it is needed. */
  readonly idle: readonly Right[];
  /** Waived though used or not granted: the waiver can go. */
  readonly needlessWaivers: readonly Right[];
}

/** Compares what is granted with what was used and what is waived. */
export function rightsReview(
  granted: readonly Right[],
  used: ReadonlySet<Right>,
  waived: readonly Right[],
): RightsReview {
  return {
    idle: granted.filter((right) => !used.has(right) && !waived.includes(right)),
    needlessWaivers: waived.filter((right) => used.has(right) || !granted.includes(right)),
  };
}

const DECISION = 'authorization.k8s.io/decision';
const REASON = 'authorization.k8s.io/reason';

function rightOf(verb: string, group: string, resource: string): Right {
  return group === '' ? `${verb} ${resource}` : `${verb} ${resource}.${group}`;
}
