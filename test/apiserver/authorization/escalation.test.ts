import type { KubeObject } from '../../../src/api/object';
import { checkEscalation } from '../../../src/apiserver/authorization/escalation';
import { isStatusError, type StatusError } from '../../../src/apiserver/status-error';
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

const READER = role('reader', 'access-a', [
  { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
]);
const KATE = userOf('kate', 'devs', 'system:authenticated');
const KATE_TOLD =
  'user "kate" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:';

function policies(verbs: readonly string[]): KubeObject[] {
  const rbac = ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'];
  return [
    ...DEFAULT_POLICIES,
    READER,
    clusterRole('access-x', [
      { apiGroups: ['rbac.authorization.k8s.io'], resources: rbac, verbs: ['create', 'update', ...verbs] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      { nonResourceURLs: ['/a/*'], verbs: ['get'] },
    ]),
    clusterRoleBinding('access-x', 'access-x', [subject.user('kate')]),
  ];
}

function refusal(
  object: KubeObject,
  { oldObject, user = KATE, verbs = [] }: { oldObject?: KubeObject; user?: typeof KATE; verbs?: string[] } = {},
): StatusError['status'] | undefined {
  const authorizer = authorizerOf(policies(verbs));
  const type = { group: 'rbac.authorization.k8s.io', resource: `${object.kind.toLowerCase()}s` };
  const requestName = oldObject === undefined ? '' : object.metadata.name;
  try {
    const write = { object, user, requestName, ...(oldObject === undefined ? {} : { oldObject }) };
    checkEscalation(type, write, { authorizer, resolver: authorizer });
    return undefined;
  } catch (error) {
    if (isStatusError(error)) return error.status;
    throw error;
  }
}

describe('nobody grants what it does not hold', () => {
  it.each<[string, KubeObject, string]>([
    [
      'a role with more than the user may',
      role('r2', 'access-a', [
        { apiGroups: ['', 'apps'], resources: ['pods', 'secrets'], verbs: ['list', 'get', 'watch'] },
        { apiGroups: ['*'], resources: ['*'], verbs: ['*'], resourceNames: ['a', 'b'] },
      ]),
      `roles.rbac.authorization.k8s.io "r2" is forbidden: ${KATE_TOLD}\n{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["list" "get" "watch"]}\n{APIGroups:["*"], Resources:["*"], ResourceNames:["a"], Verbs:["*"]}\n{APIGroups:["*"], Resources:["*"], ResourceNames:["b"], Verbs:["*"]}\n{APIGroups:["apps"], Resources:["pods"], Verbs:["list" "get" "watch"]}\n{APIGroups:["apps"], Resources:["secrets"], Verbs:["list" "get" "watch"]}`,
    ],
    [
      'a role with other paths',
      clusterRole('access-r2', [{ nonResourceURLs: ['/a/b', '/c'], verbs: ['get', 'put'] }]),
      `clusterroles.rbac.authorization.k8s.io "access-r2" is forbidden: ${KATE_TOLD}\n{NonResourceURLs:["/a/b"], Verbs:["put"]}\n{NonResourceURLs:["/c"], Verbs:["get"]}\n{NonResourceURLs:["/c"], Verbs:["put"]}`,
    ],
    [
      'a role that takes in others',
      clusterRole('access-r3', [], { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }),
      'clusterroles.rbac.authorization.k8s.io "access-r3" is forbidden: must have cluster-admin privileges to use the aggregationRule',
    ],
    [
      'a binding of all power',
      clusterRoleBinding('access-b', 'cluster-admin', []),
      `clusterrolebindings.rbac.authorization.k8s.io "access-b" is forbidden: ${KATE_TOLD}\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}`,
    ],
    [
      'a binding of a cluster role that is not there',
      roleBinding('access-b', 'access-a', ['ClusterRole', 'nope'], []),
      'rolebindings.rbac.authorization.k8s.io "nope" not found',
    ],
    [
      'a binding of a role with more than the user may',
      roleBinding('access-b', 'access-a', ['Role', 'reader'], [subject.user('x')]),
      `rolebindings.rbac.authorization.k8s.io "access-b" is forbidden: ${KATE_TOLD}\n{APIGroups:[""], Resources:["pods"], Verbs:["list"]}\n{APIGroups:[""], Resources:["pods/log"], Verbs:["get" "list"]}\n{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}`,
    ],
  ])('by %s', (_how, object, message) => {
    expect(refusal(object)?.message).toBe(message);
  });

  it.each<[string, KubeObject, Parameters<typeof refusal>[1]]>([
    ['the user holds it all', role('r1', 'access-a', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]), {}],
    ['a master writes it', READER, { user: userOf('root', 'system:masters') }],
    ['the user may escalate', READER, { verbs: ['escalate'] }],
    ['the user may bind', roleBinding('b', 'access-a', ['Role', 'reader'], []), { verbs: ['bind'] }],
    [
      'only owners and finalizers change',
      { ...READER, metadata: { ...READER.metadata, finalizers: ['x/y'] } },
      { oldObject: READER },
    ],
  ])('but may write where %s', (_because, object, options) => {
    expect(refusal(object, options)).toBeUndefined();
  });

  it('by an update that changes anything else, be it a label', () => {
    const labelled = { ...READER, metadata: { ...READER.metadata, labels: { a: 'b' } } };
    expect(refusal(labelled, { oldObject: READER })).toMatchObject({
      code: 403,
      details: { name: 'reader', kind: 'roles' },
    });
  });
});
