import type { KubeObject } from '../../../src/api/object';
import type { AccessAttributes } from '../../../src/apiserver/authorization/authorizer';
import { forbiddenRequest } from '../../../src/apiserver/authorization/forbidden-request';
import { RbacAuthorizer } from '../../../src/apiserver/authorization/rbac-authorizer';
import { storedObjects } from '../authentication/stored-objects';
import {
  authorizerOf,
  clusterRole,
  clusterRoleBinding,
  DEFAULT_POLICIES,
  role,
  roleBinding,
  subject,
  userOf,
} from './policies';

const NOTHING: AccessAttributes = {
  user: userOf('nobody'),
  verb: 'get',
  isResource: true,
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  namespace: '',
  name: '',
  path: '',
};

const READER_RULES = [
  { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
];

/** The policies that the answers below were recorded with. */
const POLICIES: readonly KubeObject[] = [
  ...DEFAULT_POLICIES,
  role('reader', 'access-a', READER_RULES),
  roleBinding('b1', 'access-a', ['Role', 'reader'], [subject.user('jane'), subject.account('builder', 'access-a')]),
  roleBinding('b2', 'access-a', ['Role', 'missing'], [subject.user('jane'), subject.user('kim')]),
  roleBinding('b3', 'access-a', ['ClusterRole', 'missing-cluster'], [subject.user('kim')]),
];

describe('role-based access control', () => {
  const authorizer = authorizerOf(POLICIES);
  const JANE = { user: userOf('jane'), namespace: 'access-a' };
  const BY_B1 = 'RBAC: allowed by RoleBinding "b1/access-a" of Role "reader" to';

  it.each<[string, Partial<AccessAttributes>, boolean, string]>([
    ['a role in the namespace allows it', JANE, true, `${BY_B1} User "jane"`],
    ['it allows the subresource', { ...JANE, subresource: 'log', name: 'x' }, true, `${BY_B1} User "jane"`],
    [
      'another subresource is another thing, and a role is missing',
      { ...JANE, subresource: 'exec', name: 'x' },
      false,
      'RBAC: role.rbac.authorization.k8s.io "missing" not found',
    ],
    [
      'all that the user has is missing',
      { user: userOf('kim'), namespace: 'access-a' },
      false,
      'RBAC: [role.rbac.authorization.k8s.io "missing" not found, clusterrole.rbac.authorization.k8s.io "missing-cluster" not found]',
    ],
    ['the binding is of another namespace', { ...JANE, namespace: 'default' }, false, ''],
    ['the binding does not reach the whole cluster', { ...JANE, namespace: '' }, false, ''],
    ['masters may do everything', { user: userOf('', 'system:masters'), namespace: 'access-a' }, true, ''],
    [
      'everybody who is known may look around',
      { user: userOf('jane', 'system:authenticated'), isResource: false, path: '/apis/apps' },
      true,
      'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
    ],
    [
      'a path pattern ends in a star',
      { user: userOf('jane', 'system:authenticated'), isResource: false, path: '/apisx' },
      false,
      '',
    ],
    [
      'the verb is another one',
      { user: userOf('jane', 'system:authenticated'), isResource: false, path: '/api', verb: 'post' },
      false,
      '',
    ],
    [
      'a service account is bound by its name and namespace',
      {
        user: userOf('system:serviceaccount:access-a:builder'),
        verb: 'list',
        group: 'apps',
        resource: 'deployments',
        namespace: 'access-a',
      },
      true,
      `${BY_B1} ServiceAccount "builder/access-a"`,
    ],
  ])('decides: %s', (_because, asked, allowed, reason) => {
    expect(authorizer.decide({ ...NOTHING, ...asked })).toEqual({ allowed, reason });
  });

  it.each<[string, object, Partial<AccessAttributes>, boolean]>([
    ['names', { resourceNames: ['a'] }, { name: 'a' }, true],
    ['other names', { resourceNames: ['a'] }, { name: 'b' }, false],
    ['a list where names are given', { resourceNames: ['a'] }, { name: '', verb: 'list' }, false],
    ['every subresource of this name', { resources: ['*/scale'] }, { subresource: 'scale' }, true],
    ['the resource itself by its subresource', { resources: ['*/scale'] }, {}, false],
    ['subresources by the resource', { resources: ['pods'] }, { subresource: 'log' }, false],
    ['everything', { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { group: 'x', subresource: 'y' }, true],
  ])('%s: a rule %o of %o is %s', (_what, members, asked, allowed) => {
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['*'], ...members };
    const one = authorizerOf([clusterRole('r', [rule]), clusterRoleBinding('b', 'r', [subject.user('jane')])]);
    expect(one.decide({ ...NOTHING, user: userOf('jane'), ...asked }).allowed).toBe(allowed);
  });

  it('binds a service account of the binding’s own namespace where it names none', () => {
    const one = authorizerOf([
      role('reader', 'a', READER_RULES),
      roleBinding('b', 'a', ['Role', 'reader'], [subject.account('x')]),
    ]);
    const asked = { ...NOTHING, namespace: 'a' };
    expect(one.decide({ ...asked, user: userOf('system:serviceaccount:a:x') }).allowed).toBe(true);
    expect(one.decide({ ...asked, user: userOf('system:serviceaccount:b:x') }).allowed).toBe(false);
  });

  it('follows changes, and reads nothing anew without one', () => {
    const objects = [...POLICIES];
    let revision = 1;
    let reads = 0;
    const stored = storedObjects(objects);
    const reader: typeof stored = {
      ...stored,
      find: (...args) => {
        reads++;
        return stored.find(...args);
      },
      list: (...args) => {
        reads++;
        return stored.list(...args);
      },
    };
    const changing = new RbacAuthorizer({ reader, revisionOf: () => revision });
    const asked = { ...NOTHING, ...JANE };
    changing.decide(asked);
    const before = reads;
    expect(changing.decide(asked).allowed).toBe(true);
    expect(reads).toBe(before);
    objects.splice(
      objects.findIndex(({ metadata }) => metadata.name === 'b1'),
      1,
    );
    revision++;
    expect(changing.decide(asked).allowed).toBe(false);
  });
});

describe('the refusal of a request', () => {
  it.each<[Partial<AccessAttributes>, string, string, object]>([
    [
      { user: userOf('system:anonymous'), verb: 'list' },
      '',
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
      { kind: 'pods' },
    ],
    [
      { user: userOf('x'), isResource: false, verb: 'post', path: '/foo', resource: '' },
      '',
      'forbidden: User "x" cannot post path "/foo"',
      {},
    ],
    [
      { user: userOf('<b>"x"é'), subresource: 'log', name: 'x', namespace: 'access-a' },
      '',
      'pods "x" is forbidden: User "&lt;b&gt;\\"x\\"é" cannot get resource "pods/log" in API group "" in the namespace "access-a"',
      { name: 'x', kind: 'pods' },
    ],
    [
      { user: userOf('x'), verb: 'deletecollection', group: 'apps', resource: 'deployments', namespace: 'access-a' },
      '',
      'deployments.apps is forbidden: User "x" cannot deletecollection resource "deployments" in API group "apps" in the namespace "access-a"',
      { group: 'apps', kind: 'deployments' },
    ],
    [
      { user: userOf('kim'), verb: 'delete', name: 'x', namespace: 'access-a' },
      'RBAC: role.rbac.authorization.k8s.io "missing" not found',
      'pods "x" is forbidden: User "kim" cannot delete resource "pods" in API group "" in the namespace "access-a": RBAC: role.rbac.authorization.k8s.io "missing" not found',
      { name: 'x', kind: 'pods' },
    ],
    [
      { user: userOf('a\u0007\n\u007f') },
      '',
      'pods is forbidden: User "a\\a\\n\\x7f" cannot get resource "pods" in API group "" at the cluster scope',
      { kind: 'pods' },
    ],
  ])('of %o with the reason "%s" is "%s"', (asked, reason, message, details) => {
    const { status } = forbiddenRequest({ ...NOTHING, ...asked }, reason);
    expect(status).toMatchObject({ code: 403, reason: 'Forbidden', message, details });
  });
});
