/**
 * Role-based access control over the roles and bindings that the API holds.
 *
 * Bindings are indexed by their subjects, once for the cluster and once for each namespace that is asked about; an index is
 * made anew when something in it has changed. A decision looks at the bindings of the user and of its groups, and at no
 * others, however many objects there are.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
import type { UserInfo } from '../authentication/authenticator';
import type { ObjectReader } from '../resources/object-reader';
import { type GroupResource, notFound } from '../status-error';
import type { AccessAttributes, AccessDecision, Authorizer } from './authorizer';
import { BindingIndex, type RoleReference } from './binding-index';
import { isAllowedBy, type PolicyRule, rulesOf } from './policy-rule';

/** Members may do everything, whatever the roles say. */
export const PRIVILEGED_GROUP = 'system:masters';

const GROUP = 'rbac.authorization.k8s.io';
export const ROLES: GroupResource = { group: GROUP, resource: 'roles' };
export const ROLE_BINDINGS: GroupResource = { group: GROUP, resource: 'rolebindings' };
export const CLUSTER_ROLES: GroupResource = { group: GROUP, resource: 'clusterroles' };
export const CLUSTER_ROLE_BINDINGS: GroupResource = { group: GROUP, resource: 'clusterrolebindings' };

/** Where roles and bindings are read. */
export interface PolicySource {
  readonly reader: ObjectReader;
  /** Another number whenever an object of this type in the namespace (empty: of the cluster) was written or deleted. */
  revisionOf(type: GroupResource, namespace: string): number;
}

/** The rules of a user in one namespace, and what went wrong on the way. */
export interface UserRules {
  readonly rules: readonly PolicyRule[];
  /** Roles that bindings name and that aren't there; each once. */
  readonly errors: readonly string[];
}

/** Tells the rules that apply to a user. */
export interface RuleResolver {
  /** An empty namespace: only the rules that hold in the whole cluster. */
  rulesFor(user: UserInfo, namespace: string): UserRules;
  /**
   * The rules that a binding in the namespace (empty: of the cluster) refers to.
   * @throws StatusError 404 where the role isn't there.
   */
  rulesOfRole(role: RoleReference, namespace: string): readonly PolicyRule[];
}

interface CachedIndex {
  readonly revision: number;
  readonly index: BindingIndex;
}

interface CachedRoles {
  readonly revision: number;
  readonly rules: Map<string, readonly PolicyRule[] | undefined>;
}

/** Of so many namespaces an index is kept; beyond that all are made anew when they are asked about. */
const NAMESPACES_MAX = 20_000;

/** Decides by RBAC, after the privileged group. */
export class RbacAuthorizer implements Authorizer, RuleResolver {
  readonly #source: PolicySource;
  #cluster: CachedIndex | undefined;
  readonly #namespaces = new Map<string, CachedIndex>();
  readonly #roles = new Map<string, CachedRoles>();

  constructor(source: PolicySource) {
    this.#source = source;
  }

  decide(attributes: AccessAttributes): AccessDecision {
    const { user, namespace } = attributes;
    if (user.groups.includes(PRIVILEGED_GROUP)) return { allowed: true, reason: '' };
    const errors: string[] = [];
    for (const index of this.#indexes(namespace)) {
      for (const grant of index.grantsOf(user)) {
        const rules = this.#findRules(grant.role, grant.namespace);
        if (rules === undefined) errors.push(missingRole(grant.role));
        else if (rules.some((rule) => isAllowedBy(rule, attributes))) {
          return { allowed: true, reason: `RBAC: allowed by ${grant.describe(user)}` };
        }
      }
    }
    return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${joined(errors)}` };
  }

  rulesFor(user: UserInfo, namespace: string): UserRules {
    const rules: PolicyRule[] = [];
    const errors = new Set<string>();
    for (const index of this.#indexes(namespace)) {
      for (const grant of index.grantsOf(user)) {
        const found = this.#findRules(grant.role, grant.namespace);
        if (found === undefined) errors.add(missingRole(grant.role));
        else rules.push(...found);
      }
    }
    return { rules, errors: [...errors] };
  }

  rulesOfRole(role: RoleReference, namespace: string): readonly PolicyRule[] {
    const rules = this.#findRules(role, namespace);
    if (rules === undefined) throw notFound(role.kind === 'Role' ? ROLES : CLUSTER_ROLES, role.name);
    return rules;
  }

  *#indexes(namespace: string): Iterable<BindingIndex> {
    yield this.#clusterIndex();
    if (namespace !== '') yield this.#namespaceIndex(namespace);
  }

  #clusterIndex(): BindingIndex {
    const revision = this.#source.revisionOf(CLUSTER_ROLE_BINDINGS, '');
    if (this.#cluster?.revision !== revision) {
      const index = new BindingIndex('ClusterRoleBinding', this.#source.reader.list(CLUSTER_ROLE_BINDINGS, ''));
      this.#cluster = { revision, index };
    }
    return this.#cluster.index;
  }

  #namespaceIndex(namespace: string): BindingIndex {
    const revision = this.#source.revisionOf(ROLE_BINDINGS, namespace);
    const cached = this.#namespaces.get(namespace);
    if (cached?.revision === revision) return cached.index;
    const index = new BindingIndex('RoleBinding', this.#source.reader.list(ROLE_BINDINGS, namespace));
    // A namespace without bindings, a deleted one among them, takes no memory.
    if (index.isEmpty) this.#namespaces.delete(namespace);
    else keep(this.#namespaces, namespace, { revision, index });
    return index;
  }

  /** The rules of a role, read once for each version of the roles around it. */
  #findRules(role: RoleReference, namespace: string): readonly PolicyRule[] | undefined {
    const isCluster = role.kind === 'ClusterRole';
    if (!isCluster && role.kind !== 'Role') return undefined;
    const type = isCluster ? CLUSTER_ROLES : ROLES;
    const scope = isCluster ? '' : namespace;
    if (!isCluster && scope === '') return undefined;
    const revision = this.#source.revisionOf(type, scope);
    let cached = this.#roles.get(scope);
    if (cached?.revision !== revision) {
      cached = { revision, rules: new Map() };
      keep(this.#roles, scope, cached);
    }
    if (cached.rules.has(role.name)) return cached.rules.get(role.name);
    const found = this.#source.reader.find(type, scope, role.name);
    const rules = found === undefined ? undefined : rulesOf(found);
    cached.rules.set(role.name, rules);
    return rules;
  }
}

function keep<Value>(cache: Map<string, Value>, key: string, value: Value): void {
  if (cache.size >= NAMESPACES_MAX && !cache.has(key)) cache.clear();
  cache.set(key, value);
}

function missingRole({ kind, name }: RoleReference): string {
  if (kind !== 'Role' && kind !== 'ClusterRole') return `unsupported role reference kind: ${JSON.stringify(kind)}`;
  return notFound({ group: GROUP, resource: kind.toLowerCase() }, name).message;
}

/** Several errors as one text; each is told once. */
export function joined(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}
