/** Which flow schema a request belongs to. Pure. @see https://kubernetes.io/docs/concepts/cluster-administration/flow-control/ */
import type { KubeObject } from '../../api/object';
import type { UserInfo } from '../authentication/authenticator';
import type { RequestInfo } from '../requests/request-info';

/** A FlowSchema's spec, as far as matching reads it. */
export interface FlowSchemaSpec {
  readonly matchingPrecedence: number;
  readonly priorityLevelConfiguration: { readonly name: string };
  readonly rules?: readonly FlowRule[];
}

interface FlowRule {
  readonly subjects: readonly FlowSubject[];
  readonly resourceRules?: readonly ResourceRule[];
  readonly nonResourceRules?: readonly PathRule[];
}

interface FlowSubject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly user?: { readonly name: string };
  readonly group?: { readonly name: string };
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
}

interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly clusterScope?: boolean;
  readonly namespaces?: readonly string[];
}

interface PathRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

export interface FlowRequest {
  readonly user: UserInfo;
  readonly info: RequestInfo;
}

const EVERY = '*';
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]*):([^:]*)$/;

/** The spec of a FlowSchema. */
export function flowSpecOf(schema: KubeObject): FlowSchemaSpec {
  return schema.spec as FlowSchemaSpec;
}

/** Flow schemas in the order in which they are tried. */
export function inMatchingOrder(schemas: readonly KubeObject[]): readonly KubeObject[] {
  return [...schemas].sort(
    (a, b) =>
      flowSpecOf(a).matchingPrecedence - flowSpecOf(b).matchingPrecedence ||
      (a.metadata.name < b.metadata.name ? -1 : 1),
  );
}

/** Whether a request is one of those that a flow schema speaks of. */
export function isInFlow({ rules = [] }: FlowSchemaSpec, request: FlowRequest): boolean {
  return rules.some(
    ({ subjects, resourceRules = [], nonResourceRules = [] }) =>
      subjects.some((subject) => isSubject(subject, request.user)) &&
      (request.info.isResource
        ? resourceRules.some((rule) => isResourceOf(rule, request.info))
        : nonResourceRules.some((rule) => isPathOf(rule, request.info))),
  );
}

function isSubject({ kind, user, group, serviceAccount }: FlowSubject, { username, groups }: UserInfo): boolean {
  switch (kind) {
    case 'User':
      return user?.name === EVERY || user?.name === username;
    case 'Group':
      return group?.name === EVERY || groups.includes(group?.name ?? '');
    case 'ServiceAccount': {
      const [, namespace, name = ''] = SERVICE_ACCOUNT.exec(username) ?? [];
      return namespace !== undefined && serviceAccount?.namespace === namespace && holds([serviceAccount.name], name);
    }
  }
}

function isResourceOf(
  { verbs, apiGroups, resources, clusterScope = false, namespaces = [] }: ResourceRule,
  { verb, group, resource, subresource, namespace }: RequestInfo,
): boolean {
  return (
    holds(verbs, verb) &&
    holds(apiGroups, group) &&
    holds(resources, subresource === '' ? resource : `${resource}/${subresource}`) &&
    (namespace === '' ? clusterScope : holds(namespaces, namespace))
  );
}

function isPathOf({ verbs, nonResourceURLs }: PathRule, { verb, path }: RequestInfo): boolean {
  return (
    holds(verbs, verb) &&
    nonResourceURLs.some((url) => (url.endsWith(EVERY) ? path.startsWith(url.slice(0, -1)) : url === path))
  );
}

function holds(names: readonly string[], name: string): boolean {
  return names.includes(name) || names.includes(EVERY);
}
