/**
 * The rights of the controller and of users, derived from the kinds. Nothing here is written by hand for one kind: a
 * planner that reads or applies one more type gets its right by declaring it, and loses it with the declaration.
 *
 * Two rights are wider than one would like, because RBAC can't say it more narrowly:
 * - *Secrets that a planner applies* are listed and watched in all namespaces. The controller asks only for those that
 *   carry its own label, but RBAC has no label selectors, so the grant covers them all. Secrets that a planner only reads
 *   are granted `get` alone.
 * - *Applied kinds* may be deleted anywhere: pruning is bounded by the inventory, not by RBAC.
 */

import { ENVIRONMENT_ACCESS } from '../../src/access/environment-access';
import type { ResourceType } from '../../src/api/resource-type';
import { kindKey } from '../../src/api/resource-type';
import { API_GROUP } from '../../src/api/well-known';
import type { Kind, ShippedRole } from '../../src/plan/kind';
import { IDENTITY_SECRET } from '../../src/tenancy/identity-schema';
import { QUOTA_ALLOCATION } from '../../src/tenancy/quota-allocation';
import { bindRule, type Grant, grant, type PolicyRule, policyRules, type Verb } from './policy-rule';

const READ: readonly Verb[] = ['get', 'list', 'watch'];
/** What a cache needs: objects that are read are never asked for one by one. */
const CACHE: readonly Verb[] = ['list', 'watch'];
const OWN: readonly Verb[] = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
const BOOK: readonly Verb[] = ['list', 'watch', 'create', 'patch'];
const EDIT: readonly Verb[] = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** Where the runtime keeps what it has applied for an object. */
const INVENTORIES = { group: API_GROUP, plural: 'inventories' } as const;
/** Kinds that only the controller writes: users get no rights on them, since by the second they would let themselves in. */
const BOOKS: readonly { readonly group: string; readonly plural: string }[] = [INVENTORIES, ENVIRONMENT_ACCESS.type];
const EVENTS = { group: 'events.k8s.io', plural: 'events' } as const;
const LEASES = { group: 'coordination.k8s.io', plural: 'leases' } as const;

/**
 * What the controller may do in the whole cluster, for these kinds and no others. Canonical: the order of kinds and of
 * their declarations doesn't show.
 *
 * | for | verbs |
 * |---|---|
 * | a kind with a planner | list, watch; `patch` on its status (on the object, where status is no subresource or the planner finalizes) |
 * | what a planner reads | list, watch; Secrets: get |
 * | what a planner applies | get, list, watch, create, patch, delete |
 * | what a planner observes | list, watch |
 * | what is fetched for a planner | get |
 * | what a planner's trees let others do | the same verbs |
 * | ClusterRoles that a planner's trees bind | bind, by name |
 * | inventories | list, watch, create, patch: each goes with its owner, by the garbage collector |
 * | events | create |
 */
export function controllerRules(kinds: readonly Kind[]): readonly PolicyRule[] {
  const bound = shippedRoles(kinds).map(({ name }) => name);
  return [
    ...policyRules([...kinds.flatMap(grantsOf), grant(INVENTORIES, BOOK), grant(EVENTS, ['create'])]),
    ...(bound.length === 0 ? [] : [bindRule(bound)]),
  ];
}

/** The ClusterRoles that these kinds bind, each once, by name. */
export function shippedRoles(kinds: readonly Kind[]): readonly ShippedRole[] {
  const roles = new Map(kinds.flatMap(({ planner }) => planner?.binds ?? []).map((role) => [role.name, role]));
  return [...roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What the controller may do in its own namespace: hold one Lease. `create` can't be bound to a name, since the name isn't
 * known when the request is authorised.
 */
export function leaseRules(leaseName: string): readonly PolicyRule[] {
  const rule = { apiGroups: [LEASES.group], resources: [LEASES.plural] };
  return [
    { ...rule, verbs: ['create'] },
    { ...rule, resourceNames: [leaseName], verbs: ['get', 'update'] },
  ];
}

/**
 * What the controller may do in its own namespace beside that: read the credentials for the identity provider, where it looks after
 * tenants and workspaces. Of these only the Secret that a Tenancy names by default.
 */
export function credentialRules(kinds: readonly Kind[]): readonly PolicyRule[] {
  if (!kinds.some(({ isTenancy }) => isTenancy === true)) return [];
  return [{ apiGroups: [''], resources: ['secrets'], resourceNames: [IDENTITY_SECRET], verbs: ['get'] }];
}

/**
 * What those who edit a namespace may do with our kinds in it; what is allocated of its quota they may only see. Cluster-scoped
 * kinds are left out, also for somebody whose `edit` holds in the whole cluster: a cluster template lends its author the controller's rights, so it is an administrator's.
 */
export function editorRules(kinds: readonly Kind[]): readonly PolicyRule[] {
  return policyRules(
    userKinds(kinds)
      .filter((type) => type.namespaced && kindKey(type) !== kindKey(QUOTA_ALLOCATION.type))
      .map((type) => grant(type, EDIT)),
  );
}

/** What those who view may see of our kinds: all of them, with their status. */
export function viewerRules(kinds: readonly Kind[]): readonly PolicyRule[] {
  return policyRules(userKinds(kinds).map((type) => grant(type, READ)));
}

function userKinds(kinds: readonly Kind[]): readonly ResourceType[] {
  return kinds
    .map(({ type }) => type)
    .filter((type) => !BOOKS.some(({ group, plural }) => group === type.group && plural === type.plural));
}

function grantsOf(kind: Kind): readonly Grant[] {
  const { planner, type } = kind;
  // A kind without a planner is granted where another planner declares that it reads it.
  if (planner === undefined) return [];
  return [
    grant(type, CACHE),
    kind.statusSubresource ? grant(type, ['patch'], 'status') : grant(type, ['patch']),
    ...(planner.finalizes === true ? [grant(type, ['patch'])] : []),
    ...planner.reads.map((read) => grant(read, kindKey(read) === 'Secret' ? ['get'] : CACHE)),
    ...planner.applies.map((applied) => grant(applied, OWN)),
    grant(type, planner.delegates ?? []),
    // Whose owners may change something of it, by admission: the controller changes labels and finalizers, and isn't one of them.
    ...(planner.delegates?.includes('own') === true ? [grant(type, ['administer'])] : []),
    ...planner.observes.map((observed) => grant(observed, CACHE)),
    ...(planner.fetches ?? []).map((fetched) => grant(fetched, ['get'])),
  ];
}
