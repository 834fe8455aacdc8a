/**
 * What the matrix of rights asks: real requests, as dry runs where they would change something. Rows that are answered alike are
 * one line of the page.
 */
import { kinds } from '../../../constructs/kinds';
import type { ResourceType } from '../../../src/api/resource-type';
import type { Attempt, Person } from './person';
import { environmentOf, ingressIn, podIn, podManifest, serviceIn, tenantPath } from './scene';

/** Who asks, in the order of the columns. */
export const COLUMNS = [
  'anonymous',
  'stranger',
  'tenant',
  'candidate',
  'member',
  'manager',
  'administrator',
  'controller',
] as const;

export interface Entry {
  readonly name: string;
  readonly role: 'Candidate' | 'Member' | 'Manager';
}

/** One who asks. */
export interface Subject {
  readonly column: (typeof COLUMNS)[number];
  readonly who: Person;
  /** The user's name, for bindings that it would make for itself. */
  readonly user: string;
  /** Its own Tenant, where it has one, and the entries of it. */
  readonly tenant?: { readonly name: string; readonly entries: readonly Entry[] };
}

/** Names of what is there. */
export interface Surroundings {
  /** Workspaces that nobody is in, by their enrolment. */
  readonly open: Readonly<Record<'None' | 'Approval' | 'Immediate', string>>;
  /** The workspace of candidate, member and manager, and one that is none of theirs. */
  readonly own: string;
  readonly foreign: string;
  /** Another tenant, a Candidate of `own` and a Member of `foreign`; and another Manager of `own`. */
  readonly other: { readonly name: string; readonly entries: readonly Entry[] };
  readonly otherManager: string;
}

export interface Row {
  readonly what: string;
  /** Undefined where the question has no meaning for the subject. */
  readonly attempt: (subject: Subject) => Attempt | undefined;
  /** Codes that say that the request got past every check of rights. */
  readonly beyond?: readonly number[];
  /** True: the answer is that of an access review. */
  readonly isReview?: boolean;
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

type NamespaceOf = (subject: Subject) => string | undefined;

/** Every question, in the order of the page. */
export function rightsSections(there: Surroundings): readonly Section[] {
  const own: NamespaceOf = ({ tenant }) => tenant?.name;
  const other: NamespaceOf = () => there.other.name;
  return [
    { title: 'Its own Tenant', rows: tenantRows(own) },
    { title: 'Another’s Tenant', rows: tenantRows(other) },
    { title: 'Entries of its own Tenant', rows: ownEntryRows(there) },
    {
      title: 'Entries of another’s Tenant: the workspace is that of candidate, member and manager',
      rows: otherEntryRows(there),
    },
    { title: 'Its own namespace', rows: namespaceRows(prefixed('tenant-', own), own) },
    { title: 'Another tenant’s namespace', rows: namespaceRows(prefixed('tenant-', other), other) },
    { title: 'Its own sandbox', rows: sandboxRows(prefixed('sandbox-', own)) },
    { title: 'Another tenant’s sandbox', rows: sandboxRows(prefixed('sandbox-', other)) },
    {
      title: 'The namespace of the workspace of candidate, member and manager',
      rows: workspaceRows(`workspace-${there.own}`),
    },
    { title: 'The namespace of a workspace that is none of theirs', rows: workspaceRows(`workspace-${there.foreign}`) },
    { title: 'The cluster', rows: clusterRows(there) },
  ];
}

function prefixed(prefix: string, name: NamespaceOf): NamespaceOf {
  return (subject) => {
    const found = name(subject);
    return found === undefined ? undefined : `${prefix}${found}`;
  };
}

/** A question about something by its name, or none where there is no such thing. */
function about(
  what: string,
  nameOf: NamespaceOf,
  attempt: (name: string, subject: Subject) => Attempt,
  beyond?: readonly number[],
): Row {
  return {
    what,
    attempt: (subject) => {
      const name = nameOf(subject);
      return name === undefined ? undefined : attempt(name, subject);
    },
    ...(beyond === undefined ? {} : { beyond }),
  };
}

function tenantRows(nameOf: NamespaceOf): readonly Row[] {
  const patch = (what: string, body: object, subresource = ''): Row =>
    about(what, nameOf, (name) => ({ method: 'PATCH', path: `${tenantPath(name)}${subresource}`, body }));
  const field = (name: string, value: unknown): Row => patch(`change \`${name}\``, { spec: { [name]: value } });
  return [
    about('see it', nameOf, (name) => ({ method: 'GET', path: tenantPath(name) })),
    field('publicKeys', ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ someone']),
    field('lastLogin', '2026-01-01T00:00:00Z'),
    patch('take `lastLogin` away', { spec: { lastLogin: null } }),
    field('firstName', 'Other'),
    field('lastName', 'Other'),
    field('email', 'other@example.org'),
    field('quota', { cpu: '1000' }),
    field('sandbox', false),
    field('personalTemplates', true),
    patch('change labels', { metadata: { labels: { 'adrasteia.dev/role': 'manager' } } }),
    patch('change annotations', { metadata: { annotations: { 'adrasteia.dev/delete-volumes': 'true' } } }),
    patch('change finalizers', { metadata: { finalizers: null } }),
    patch('change owners', {
      metadata: {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Namespace', name: 'default', uid: '00000000-0000-4000-8000-000000000000' },
        ],
      },
    }),
    patch('change its status', { status: { user: 'other' } }, '/status'),
    about('delete it', nameOf, (name) => ({ method: 'DELETE', path: tenantPath(name) })),
  ];
}

/** Entries with one changed, added or taken away. */
function withEntry(entries: readonly Entry[], name: string, role?: Entry['role']): readonly Entry[] {
  return [...entries.filter((entry) => entry.name !== name), ...(role === undefined ? [] : [{ name, role }])];
}

function entering(tenant: string, workspaces: readonly Entry[]): Attempt {
  return { method: 'PATCH', path: tenantPath(tenant), body: { spec: { workspaces } } };
}

function ownEntryRows({ open, own }: Surroundings): readonly Row[] {
  const roles = ['Candidate', 'Member', 'Manager'] as const;
  const roleIn = ({ tenant }: Subject): Entry['role'] | undefined =>
    tenant?.entries.find(({ name }) => name === own)?.role;
  const enter = (mode: keyof typeof open): readonly Row[] =>
    roles.map((role) => ({
      what: `enter a workspace with enrolment \`${mode}\` as a ${role}`,
      attempt: ({ tenant }) =>
        tenant === undefined ? undefined : entering(tenant.name, withEntry(tenant.entries, open[mode], role)),
    }));
  return [
    ...enter('None'),
    ...enter('Approval'),
    ...enter('Immediate'),
    {
      what: 'leave the workspace',
      attempt: (subject) =>
        subject.tenant === undefined || roleIn(subject) === undefined
          ? undefined
          : entering(subject.tenant.name, withEntry(subject.tenant.entries, own)),
    },
    ...(['Member', 'Manager'] as const).map(
      (role): Row => ({
        what: `become ${role} of the workspace`,
        attempt: (subject) =>
          subject.tenant === undefined || roleIn(subject) === undefined || roleIn(subject) === role
            ? undefined
            : entering(subject.tenant.name, withEntry(subject.tenant.entries, own, role)),
      }),
    ),
  ];
}

function otherEntryRows({ own, foreign, other, otherManager }: Surroundings): readonly Row[] {
  const { name, entries } = other;
  const change = (what: string, attempt: Attempt): Row => ({ what, attempt: () => attempt });
  return [
    change('let a candidate into it as a Member', entering(name, withEntry(entries, own, 'Member'))),
    change('make somebody a Manager of it', entering(name, withEntry(entries, own, 'Manager'))),
    change('put somebody out of it', entering(name, withEntry(entries, own))),
    change('put out another Manager of it', entering(otherManager, [])),
    change('make somebody a Manager of another workspace', entering(name, withEntry(entries, foreign, 'Manager'))),
    change('put somebody out of another workspace', entering(name, withEntry(entries, foreign))),
    change(
      'change entries of it and of another workspace at once',
      entering(name, withEntry(withEntry(entries, own, 'Member'), foreign)),
    ),
    change('enter somebody in a workspace that isn’t there', entering(name, withEntry(entries, 'nowhere', 'Member'))),
  ];
}

const OURS = '/apis/adrasteia.dev/v1alpha1';
const OUR_TYPES: readonly ResourceType[] = kinds
  .map(({ type }) => type)
  .filter(({ group }) => group === 'adrasteia.dev');
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

const see = (path: string): Attempt => ({ method: 'GET', path });
const change = (path: string, body: object): Attempt => ({ method: 'PATCH', path, body });
const remove = (path: string): Attempt => ({ method: 'DELETE', path });
const make = (path: string, apiVersion: string, kind: string, body: object = {}): Attempt => ({
  method: 'POST',
  path,
  body: { apiVersion, kind, metadata: { name: 'attempt' }, ...body },
});
const makeOurs = (namespace: string, kind: string, plural: string): Attempt =>
  make(`${OURS}/namespaces/${namespace}/${plural}`, 'adrasteia.dev/v1alpha1', kind, { spec: {} });
const LABELS = { metadata: { labels: { 'adrasteia.dev/owner-uid': 'other' } } };

/** What only a node answers: who gets so far has the right. */
const NO_NODE = [400, 500, 501, 503];
/** The description is incomplete: who is told so has the right. */
const INCOMPLETE = [422];

function bindingOf(
  clusterRole: string,
  user: string,
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  path: string,
): Attempt {
  return make(path, 'rbac.authorization.k8s.io/v1', kind, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
}

/** What is in every namespace that is made for somebody. */
function guardRows(namespaceOf: NamespaceOf): readonly Row[] {
  const row = (what: string, attempt: (namespace: string, subject: Subject) => Attempt): Row =>
    about(what, namespaceOf, attempt);
  return [
    row('see the quota', (ns) => see(`/api/v1/namespaces/${ns}/resourcequotas`)),
    row('change the quota', (ns) =>
      change(`/api/v1/namespaces/${ns}/resourcequotas/adrasteia`, { spec: { hard: { 'requests.cpu': '1000' } } }),
    ),
    row('delete the quota', (ns) => remove(`/api/v1/namespaces/${ns}/resourcequotas/adrasteia`)),
    row('make network policies', (ns) =>
      make(`/apis/networking.k8s.io/v1/namespaces/${ns}/networkpolicies`, 'networking.k8s.io/v1', 'NetworkPolicy', {
        spec: { podSelector: {}, ingress: [{}] },
      }),
    ),
    row('delete network policies', (ns) =>
      remove(`/apis/networking.k8s.io/v1/namespaces/${ns}/networkpolicies/adrasteia`),
    ),
    row('see role bindings', (ns) => see(`${RBAC}/namespaces/${ns}/rolebindings`)),
    row('bind a role that the platform ships to itself', (ns, { user }) =>
      bindingOf('adrasteia-workspace-manager', user, 'RoleBinding', `${RBAC}/namespaces/${ns}/rolebindings`),
    ),
    row('bind `cluster-admin` to itself', (ns, { user }) =>
      bindingOf('cluster-admin', user, 'RoleBinding', `${RBAC}/namespaces/${ns}/rolebindings`),
    ),
    row('ask for tokens of service accounts', (ns) => ({
      method: 'POST',
      path: `/api/v1/namespaces/${ns}/serviceaccounts/default/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    })),
    row('change the namespace’s labels', (ns) =>
      change(`/api/v1/namespaces/${ns}`, { metadata: { labels: { a: 'b' } } }),
    ),
    row('delete the namespace', (ns) => remove(`/api/v1/namespaces/${ns}`)),
  ];
}

function podRows(namespaceOf: NamespaceOf): readonly Row[] {
  const inPod = (subresource: string): string => `pods/app/${subresource}`;
  const row = (what: string, attempt: (namespace: string) => Attempt, beyond?: readonly number[]): Row =>
    about(what, namespaceOf, attempt, beyond);
  const meant = (ns: string, subresource: string): Attempt => ({
    method: 'POST',
    path: `/api/v1/namespaces/${ns}/${inPod(subresource)}`,
    isMeant: true,
  });
  return [
    row('see pods', (ns) => see(`/api/v1/namespaces/${ns}/pods`)),
    row('read logs', (ns) => see(`/api/v1/namespaces/${ns}/${inPod('log')}`), NO_NODE),
    row('make pods', (ns) => podIn(ns)),
    row('delete pods', (ns) => remove(`/api/v1/namespaces/${ns}/pods/app`)),
    row('exec', (ns) => meant(ns, 'exec?command=ls&stdout=true'), NO_NODE),
    row(
      'exec, by the older verb',
      (ns) => see(`/api/v1/namespaces/${ns}/${inPod('exec')}?command=ls&stdout=true`),
      NO_NODE,
    ),
    row('attach', (ns) => meant(ns, 'attach?stdout=true'), NO_NODE),
    row('forward ports', (ns) => meant(ns, 'portforward'), NO_NODE),
    row('proxy', (ns) => see(`/api/v1/namespaces/${ns}/${inPod('proxy')}`), NO_NODE),
    row('add ephemeral containers', (ns) => ({
      method: 'PATCH',
      path: `/api/v1/namespaces/${ns}/${inPod('ephemeralcontainers')}`,
      contentType: 'application/strategic-merge-patch+json',
      body: {
        spec: {
          ephemeralContainers: [
            {
              name: 'attempt',
              image: 'registry.example.org/app:1',
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    })),
  ];
}

function dataRows(namespaceOf: NamespaceOf): readonly Row[] {
  const row = (what: string, attempt: (namespace: string) => Attempt): Row => about(what, namespaceOf, attempt);
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  return [
    row('list Secrets', (ns) => see(`/api/v1/namespaces/${ns}/secrets`)),
    row('read a Secret', (ns) => see(`/api/v1/namespaces/${ns}/secrets/token`)),
    row('make Secrets', (ns) => make(`/api/v1/namespaces/${ns}/secrets`, 'v1', 'Secret')),
    row('see ConfigMaps', (ns) => see(`/api/v1/namespaces/${ns}/configmaps`)),
    row('make ConfigMaps', (ns) => make(`/api/v1/namespaces/${ns}/configmaps`, 'v1', 'ConfigMap')),
    row('see claims', (ns) => see(`/api/v1/namespaces/${ns}/persistentvolumeclaims`)),
    row('make claims', (ns) =>
      make(`/api/v1/namespaces/${ns}/persistentvolumeclaims`, 'v1', 'PersistentVolumeClaim', { spec: claim }),
    ),
    row('delete claims', (ns) => remove(`/api/v1/namespaces/${ns}/persistentvolumeclaims/data`)),
  ];
}

/** Each kind of ours that lies in namespaces. */
function kindRows(namespaceOf: NamespaceOf, isAsked: (type: ResourceType) => boolean): readonly Row[] {
  const types = OUR_TYPES.filter((type) => type.namespaced && isAsked(type));
  return [
    ...types.map(({ kind, plural }) =>
      about(`see ${kind} objects`, namespaceOf, (ns) => see(`${OURS}/namespaces/${ns}/${plural}`)),
    ),
    ...types.map(({ kind, plural }) =>
      about(`make ${kind} objects`, namespaceOf, (ns) => makeOurs(ns, kind, plural), INCOMPLETE),
    ),
  ];
}

function namespaceRows(namespaceOf: NamespaceOf, ownerOf: NamespaceOf): readonly Row[] {
  const row = (
    what: string,
    attempt: (namespace: string, subject: Subject) => Attempt,
    beyond?: readonly number[],
  ): Row => about(what, namespaceOf, attempt, beyond);
  const thesis = (ns: string): string => `${OURS}/namespaces/${ns}/environments/thesis`;
  return [
    row('see environments', (ns) => see(`${OURS}/namespaces/${ns}/environments`)),
    row('make an environment of the namespace’s tenant', (ns, subject) => environmentOf(ns, ownerOf(subject) ?? '')),
    row('make an environment of somebody else', (ns) => environmentOf(ns, 'somebody')),
    row('change an environment', (ns) => change(thesis(ns), { spec: { desiredState: 'Stopped' } })),
    row('change an environment’s labels', (ns) => change(thesis(ns), LABELS)),
    row('change an environment’s status', (ns) => change(`${thesis(ns)}/status`, { status: { phase: 'Ready' } })),
    row('delete an environment', (ns) => remove(thesis(ns))),
    ...kindRows(namespaceOf, ({ kind }) => kind !== 'Environment'),
    row('see events', (ns) => see(`/apis/events.k8s.io/v1/namespaces/${ns}/events`)),
    ...podRows(namespaceOf),
    ...dataRows(namespaceOf),
    row('make Services', (ns) => serviceIn(ns)),
    row('make Ingresses', (ns) => ingressIn(ns, 'www.example.org')),
    row('see the namespace', (ns) => see(`/api/v1/namespaces/${ns}`)),
    ...guardRows(namespaceOf),
  ];
}

function sandboxRows(namespaceOf: NamespaceOf): readonly Row[] {
  const row = (what: string, attempt: (namespace: string, subject: Subject) => Attempt): Row =>
    about(what, namespaceOf, attempt);
  return [
    ...podRows(namespaceOf),
    row('make privileged pods', (ns) =>
      podIn(ns, {
        containers: [{ name: 'main', image: 'app', securityContext: { privileged: true } }],
      }),
    ),
    row('make pods with a priority of the system', (ns) => podIn(ns, { priorityClassName: 'system-node-critical' })),
    row('make Deployments', (ns) =>
      make(`/apis/apps/v1/namespaces/${ns}/deployments`, 'apps/v1', 'Deployment', {
        spec: {
          selector: { matchLabels: { app: 'attempt' } },
          template: { metadata: { labels: { app: 'attempt' } }, spec: podManifest(ns, 'attempt')['spec'] },
        },
      }),
    ),
    ...dataRows(namespaceOf),
    row('make Services', (ns) => serviceIn(ns)),
    row('make Services of type NodePort', (ns) => serviceIn(ns, { type: 'NodePort' })),
    row('make Services of type LoadBalancer', (ns) => serviceIn(ns, { type: 'LoadBalancer' })),
    row('make Services with externalIPs', (ns) => serviceIn(ns, { externalIPs: ['192.0.2.7'] })),
    row('make Ingresses', (ns) => ingressIn(ns, 'www.example.org')),
    row('make environments', (ns) => environmentOf(ns, ns.replace(/^sandbox-/, ''))),
    ...guardRows(namespaceOf),
  ];
}

function workspaceRows(namespace: string): readonly Row[] {
  const there: NamespaceOf = () => namespace;
  const templates = `${OURS}/namespaces/${namespace}/environmenttemplates`;
  return [
    about('see templates', there, () => see(templates)),
    about('make templates', there, (ns) => makeOurs(ns, 'EnvironmentTemplate', 'environmenttemplates'), INCOMPLETE),
    about('change templates', there, () => change(`${templates}/any`, { spec: { displayName: 'Other' } })),
    about('delete templates', there, () => remove(`${templates}/any`)),
    ...kindRows(there, ({ kind }) => kind !== 'EnvironmentTemplate'),
    about('see pods', there, (ns) => see(`/api/v1/namespaces/${ns}/pods`)),
    ...dataRows(there),
    about('see the namespace', there, (ns) => see(`/api/v1/namespaces/${ns}`)),
    ...guardRows(there),
  ];
}

function clusterRows({ own }: Surroundings): readonly Row[] {
  const row = (what: string, attempt: (user: string) => Attempt, beyond?: readonly number[]): Row => ({
    what,
    attempt: ({ user }) => attempt(user),
    ...(beyond === undefined ? {} : { beyond }),
  });
  const ours = (kind: string, plural: string): Attempt =>
    make(`${OURS}/${plural}`, 'adrasteia.dev/v1alpha1', kind, { spec: {} });
  const ofCluster = OUR_TYPES.filter(({ namespaced }) => !namespaced);
  const workspace = `${OURS}/workspaces/${own}`;
  return [
    ...ofCluster.map(({ kind, plural }) => row(`list ${kind} objects`, () => see(`${OURS}/${plural}`))),
    ...ofCluster.map(({ kind, plural }) => row(`make ${kind} objects`, () => ours(kind, plural), INCOMPLETE)),
    row('change the workspace’s enrolment', () => change(workspace, { spec: { enrolment: 'Immediate' } })),
    row('change the workspace’s quota', () => change(workspace, { spec: { quota: { cpu: '1000' } } })),
    row('delete the workspace', () => remove(workspace)),
    row('list namespaces', () => see('/api/v1/namespaces')),
    row('make namespaces', () => make('/api/v1/namespaces', 'v1', 'Namespace')),
    row('list Secrets of all namespaces', () => see('/api/v1/secrets?limit=1')),
    row('list nodes', () => see('/api/v1/nodes')),
    row('bind `cluster-admin` to itself', (user) =>
      bindingOf('cluster-admin', user, 'ClusterRoleBinding', `${RBAC}/clusterrolebindings`),
    ),
    row('bind `adrasteia-enroller` to itself', (user) =>
      bindingOf('adrasteia-enroller', user, 'ClusterRoleBinding', `${RBAC}/clusterrolebindings`),
    ),
    row('make a ClusterRole that administers tenants', () =>
      make(`${RBAC}/clusterroles`, 'rbac.authorization.k8s.io/v1', 'ClusterRole', {
        rules: [{ apiGroups: ['adrasteia.dev'], resources: ['tenants'], verbs: ['*'] }],
      }),
    ),
    row('delete the admission policies', () =>
      remove('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/adrasteia-tenants'),
    ),
    {
      what: 'act as somebody else (`impersonate`)',
      isReview: true,
      attempt: () => ({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        isMeant: true,
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { verb: 'impersonate', resource: 'users', name: 'somebody' } },
        },
      }),
    },
  ];
}
