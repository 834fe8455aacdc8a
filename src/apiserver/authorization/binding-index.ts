/** Role bindings by the users and groups that they bind. */
import type { KubeObject } from '../../api/object';
import type { UserInfo } from '../authentication/authenticator';
import { objectAt, objectsAt, stringAt } from '../authentication/json-members';
import { serviceAccountUsername } from '../authentication/service-account-user';
import { goQuoted } from '../schema/go-text';

/** The role that a binding grants. */
export interface RoleReference {
  readonly kind: string;
  readonly name: string;
}

interface Subject {
  readonly kind: string;
  /** As messages show it. */
  readonly name: string;
  /** The user or the group that it stands for; undefined for nobody. */
  readonly username?: string;
  readonly group?: string;
}

/** One binding: who gets which role. */
export class Grant {
  readonly role: RoleReference;
  /** Empty for a cluster role binding. */
  readonly namespace: string;
  readonly subjects: readonly Subject[];
  readonly #kind: string;
  readonly #name: string;

  constructor(kind: string, binding: KubeObject) {
    const role = objectAt(binding, 'roleRef');
    this.#kind = kind;
    this.#name = binding.metadata.name;
    this.namespace = binding.metadata.namespace ?? '';
    this.role = { kind: stringAt(role, 'kind'), name: stringAt(role, 'name') };
    this.subjects = objectsAt(binding, 'subjects').map((subject) => subjectOf(subject, this.namespace));
  }

  /** `RoleBinding "b/ns" of Role "r" to User "u"`, by the first subject that binds the user. */
  describe(user: UserInfo): string {
    const subject = this.subjects.find(
      ({ username, group }) => username === user.username || (group !== undefined && user.groups.includes(group)),
    );
    const name = this.namespace === '' ? this.#name : `${this.#name}/${this.namespace}`;
    const to = subject === undefined ? '' : ` to ${subject.kind} ${goQuoted(subject.name)}`;
    return `${this.#kind} ${goQuoted(name)} of ${this.role.kind} ${goQuoted(this.role.name)}${to}`;
  }
}

/** Finds the bindings of a user without looking at those of others. */
export class BindingIndex {
  readonly #byUser = new Map<string, Grant[]>();
  readonly #byGroup = new Map<string, Grant[]>();
  readonly #order = new Map<Grant, number>();

  constructor(kind: 'ClusterRoleBinding' | 'RoleBinding', bindings: readonly KubeObject[]) {
    for (const binding of bindings) {
      const grant = new Grant(kind, binding);
      for (const { username, group } of grant.subjects) {
        if (username !== undefined) add(this.#byUser, username, grant);
        else if (group !== undefined) add(this.#byGroup, group, grant);
        else continue;
        this.#order.set(grant, this.#order.size);
      }
    }
  }

  /** True if it binds nobody. */
  get isEmpty(): boolean {
    return this.#order.size === 0;
  }

  /** The bindings of a user and of its groups, each once, in the order of their names. */
  grantsOf(user: UserInfo): readonly Grant[] {
    const found: Grant[][] = [];
    const own = this.#byUser.get(user.username);
    if (own !== undefined) found.push(own);
    for (const group of user.groups) {
      const grants = this.#byGroup.get(group);
      if (grants !== undefined) found.push(grants);
    }
    if (found.length <= 1) return found[0] ?? [];
    return [...new Set(found.flat())].sort((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0));
  }
}

function add(index: Map<string, Grant[]>, key: string, grant: Grant): void {
  const grants = index.get(key);
  if (grants === undefined) index.set(key, [grant]);
  else if (grants.at(-1) !== grant) grants.push(grant);
}

function subjectOf(subject: unknown, bindingNamespace: string): Subject {
  const kind = stringAt(subject, 'kind');
  const name = stringAt(subject, 'name');
  switch (kind) {
    case 'User':
      return { kind, name, username: name };
    case 'Group':
      return { kind, name, group: name };
    case 'ServiceAccount': {
      const own = stringAt(subject, 'namespace');
      const namespace = own === '' ? bindingNamespace : own;
      const shown = `${name}/${namespace}`;
      // In a cluster role binding a service account without a namespace is nobody.
      return namespace === ''
        ? { kind, name: shown }
        : { kind, name: shown, username: serviceAccountUsername({ namespace, name }) };
    }
    default:
      return { kind, name };
  }
}
