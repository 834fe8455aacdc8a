/**
 * Rules of RBAC roles: what they allow, and what of one rule another covers.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */

import { objectsAt, stringsAt } from '../authentication/json-members';
import { quotedList } from '../authentication/quoted-text';
import type { AccessAttributes } from './authorizer';

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

const ALL = '*';

/** The rules of a Role or ClusterRole. */
export function rulesOf(role: unknown): readonly PolicyRule[] {
  return objectsAt(role, 'rules').map((rule) => ({
    verbs: stringsAt(rule, 'verbs'),
    apiGroups: stringsAt(rule, 'apiGroups'),
    resources: stringsAt(rule, 'resources'),
    resourceNames: stringsAt(rule, 'resourceNames'),
    nonResourceURLs: stringsAt(rule, 'nonResourceURLs'),
  }));
}

/** True if the rule allows what is asked. */
export function isAllowedBy(rule: PolicyRule, asked: AccessAttributes): boolean {
  if (!holds(rule.verbs, asked.verb)) return false;
  if (!asked.isResource) return rule.nonResourceURLs.some((url) => coversPath(url, asked.path));
  return (
    holds(rule.apiGroups, asked.group) &&
    coversResource(rule.resources, asked.resource, asked.subresource) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(asked.name))
  );
}

function holds(names: readonly string[], name: string): boolean {
  return names.includes(ALL) || names.includes(name);
}

function coversResource(resources: readonly string[], resource: string, subresource: string): boolean {
  if (holds(resources, subresource === '' ? resource : `${resource}/${subresource}`)) return true;
  return subresource !== '' && resources.includes(`*/${subresource}`);
}

function coversPath(url: string, path: string): boolean {
  if (url === ALL || url === path) return true;
  return url.endsWith(ALL) && path.startsWith(url.replace(/\*+$/, ''));
}

/** The smallest parts of the wanted rules that no held rule covers. */
export function uncoveredRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(smallestRules).filter((rule) => !held.some((owner) => coversRule(owner, rule)));
}

/** One rule for each verb on each resource, and each path. */
function smallestRules(rule: PolicyRule): readonly PolicyRule[] {
  const parts: PolicyRule[] = [];
  const names = rule.resourceNames.length === 0 ? [[]] : rule.resourceNames.map((name) => [name]);
  for (const group of rule.apiGroups) {
    for (const resource of rule.resources) {
      for (const verb of rule.verbs) {
        for (const resourceNames of names) {
          parts.push({ ...NO_RULE, verbs: [verb], apiGroups: [group], resources: [resource], resourceNames });
        }
      }
    }
  }
  for (const url of rule.nonResourceURLs) {
    for (const verb of rule.verbs) parts.push({ ...NO_RULE, verbs: [verb], nonResourceURLs: [url] });
  }
  return parts;
}

const NO_RULE: PolicyRule = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };

function coversRule(owner: PolicyRule, rule: PolicyRule): boolean {
  const hasNames =
    owner.resourceNames.length === 0 ||
    (rule.resourceNames.length > 0 && rule.resourceNames.every((name) => owner.resourceNames.includes(name)));
  return (
    hasNames &&
    rule.verbs.every((verb) => holds(owner.verbs, verb)) &&
    rule.apiGroups.every((group) => holds(owner.apiGroups, group)) &&
    rule.resources.every((path) => coversResourcePath(owner.resources, path)) &&
    rule.nonResourceURLs.every((url) => owner.nonResourceURLs.some((ownUrl) => coversUrl(ownUrl, url)))
  );
}

function coversResourcePath(resources: readonly string[], path: string): boolean {
  const slash = path.indexOf('/');
  return coversResource(resources, slash < 0 ? path : path.slice(0, slash), slash < 0 ? '' : path.slice(slash + 1));
}

/** A path pattern that covers another one. */
function coversUrl(owner: string, url: string): boolean {
  return owner === url || (owner.endsWith(ALL) && url.startsWith(owner.replace(/\*+$/, '')));
}

/** Rules on the same single resource as one, their verbs joined; other rules first, as they are. */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const others: PolicyRule[] = [];
  const simple = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = findSimpleKey(rule);
    if (key === undefined) {
      others.push(rule);
      continue;
    }
    const before = simple.get(key);
    simple.set(key, before === undefined ? rule : { ...before, verbs: [...before.verbs, ...rule.verbs] });
  }
  return [...others, ...simple.values()];
}

function findSimpleKey(rule: PolicyRule): string | undefined {
  if (rule.nonResourceURLs.length > 0 || rule.resourceNames.length > 1) return undefined;
  if (rule.apiGroups.length !== 1 || rule.resources.length !== 1) return undefined;
  return JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
}

/** A rule as messages show it: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export function ruleText(rule: PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const told = parts.filter(([, values]) => values.length > 0).map(([name, values]) => `${name}:${quotedList(values)}`);
  return `{${told.join(', ')}}`;
}
