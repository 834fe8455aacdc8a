import { findImpersonatedUser, ImpersonationWithoutUser } from '../../../src/apiserver/authorization/impersonation';
import { authorizerOf, clusterRole, clusterRoleBinding, DEFAULT_POLICIES, subject, userOf } from './policies';

const ADMIN = userOf('admin', 'system:masters');
const AUTHORIZER = authorizerOf([
  ...DEFAULT_POLICIES,
  clusterRole('imp', [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }]),
  clusterRoleBinding('imp', 'imp', [subject.user('proxy')]),
]);

describe('impersonation', () => {
  it.each<[string, Record<string, string[]>, object]>([
    [
      'has the groups that are named',
      { 'impersonate-user': ['jane'], 'impersonate-group': ['a', 'b'] },
      { username: 'jane', groups: ['a', 'b', 'system:authenticated'] },
    ],
    [
      'has a UID and extras, whose keys are percent-encoded',
      { 'impersonate-user': ['jane'], 'impersonate-uid': ['7'], 'impersonate-extra-foo%2fbar': ['x', 'y'] },
      { username: 'jane', uid: '7', groups: ['system:authenticated'], extra: { 'foo/bar': ['x', 'y'] } },
    ],
    [
      'of a service account has the groups of one',
      { 'impersonate-user': ['system:serviceaccount:ns1:sa1'] },
      {
        username: 'system:serviceaccount:ns1:sa1',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:ns1', 'system:authenticated'],
      },
    ],
    [
      'of nobody is unauthenticated',
      { 'impersonate-user': ['system:anonymous'] },
      { username: 'system:anonymous', groups: ['system:unauthenticated'] },
    ],
    [
      'leaves groups alone that say it themselves',
      { 'impersonate-user': ['jane'], 'impersonate-group': ['system:unauthenticated'] },
      { username: 'jane', groups: ['system:unauthenticated'] },
    ],
    [
      'reads headers as UTF-8',
      { 'impersonate-user': [Buffer.from('é').toString('latin1')] },
      { username: 'é', groups: ['system:authenticated'] },
    ],
  ])('%s', (_what, headersDistinct, user) => {
    expect(findImpersonatedUser({ headersDistinct }, ADMIN, AUTHORIZER)).toEqual(user);
  });

  it('is not asked for by a request without its headers', () => {
    expect(findImpersonatedUser({ headersDistinct: {} }, ADMIN, AUTHORIZER)).toBeUndefined();
  });

  const BY = 'User "proxy" cannot impersonate resource';

  it.each<[Record<string, string[]>, string, object]>([
    [
      { 'impersonate-user': ['system:serviceaccount:a:b'] },
      `serviceaccounts "b" is forbidden: ${BY} "serviceaccounts" in API group "" in the namespace "a"`,
      { name: 'b', kind: 'serviceaccounts' },
    ],
    [
      { 'impersonate-user': ['u'], 'impersonate-group': ['g'] },
      `groups "g" is forbidden: ${BY} "groups" in API group "" at the cluster scope`,
      { name: 'g', kind: 'groups' },
    ],
    [
      { 'impersonate-user': ['u'], 'impersonate-extra-foo%2fbar': ['g'] },
      `userextras.authentication.k8s.io "g" is forbidden: ${BY} "userextras/foo/bar" in API group "authentication.k8s.io" at the cluster scope`,
      { name: 'g', group: 'authentication.k8s.io', kind: 'userextras' },
    ],
    [
      { 'impersonate-user': ['u'], 'impersonate-extra-foo%zz': ['g'] },
      `userextras.authentication.k8s.io "g" is forbidden: ${BY} "userextras/foo%zz" in API group "authentication.k8s.io" at the cluster scope`,
      { name: 'g', group: 'authentication.k8s.io', kind: 'userextras' },
    ],
    [
      { 'impersonate-user': ['u'], 'impersonate-uid': ['g'] },
      `uids.authentication.k8s.io "g" is forbidden: ${BY} "uids" in API group "authentication.k8s.io" at the cluster scope`,
      { name: 'g', group: 'authentication.k8s.io', kind: 'uids' },
    ],
  ])('by %o is refused to who may only be other users', (headersDistinct, message, details) => {
    let refusal: unknown;
    try {
      findImpersonatedUser({ headersDistinct }, userOf('proxy'), AUTHORIZER);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ status: { code: 403, message, details } });
  });

  it.each<[Record<string, string[]>, string]>([
    [{ 'impersonate-group': ['x'] }, 'requested [{Group  x    }] without impersonating a user'],
    [
      {
        'impersonate-group': ['a', 'b'],
        'impersonate-extra-foo%2fbar': ['x'],
        'impersonate-uid': ['7'],
      },
      'requested [{Group  a    } {Group  b    } {UserExtra  x  authentication.k8s.io/v1  foo/bar} {UID  7  authentication.k8s.io/v1  }] without impersonating a user',
    ],
  ])('by %o alone means nobody', (headersDistinct, message) => {
    const ask = (): unknown => findImpersonatedUser({ headersDistinct }, ADMIN, AUTHORIZER);
    expect(ask).toThrow(new ImpersonationWithoutUser(message));
  });
});
