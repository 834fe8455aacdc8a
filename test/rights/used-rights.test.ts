import { leaseRules } from '../../constructs/platform';
import type { AuditEvent } from './audit-log';
import { lackingRight, rightsOf, rightsReview, usedRights } from './used-rights';

const ROLE = 'ClusterRole "adrasteia-controller"';
const REASON = 'authorization.k8s.io/reason';
const DECISION = 'authorization.k8s.io/decision';
const USER = 'system:serviceaccount:adrasteia-system:adrasteia-controller';

function event(change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    verb: 'get',
    user: { username: USER },
    objectRef: { apiGroup: 'apps', resource: 'statefulsets', namespace: 'team-a', name: 'thesis' },
    responseStatus: { code: 200 },
    annotations: {
      [DECISION]: 'allow',
      [REASON]: `RBAC: allowed by ClusterRoleBinding "one" of ${ROLE} to ServiceAccount "adrasteia-controller/adrasteia-system"`,
    },
    ...change,
  };
}

describe('rights', () => {
  it('are one verb on one resource each, with the name that a rule binds them to', () => {
    expect(rightsOf(leaseRules('leader'))).toEqual([
      'create leases.coordination.k8s.io',
      'get leases.coordination.k8s.io leader',
      'update leases.coordination.k8s.io leader',
    ]);
  });

  it('are used by a request that the role allowed, on the resource as on the name', () => {
    expect(usedRights(event(), ROLE)).toEqual(['get statefulsets.apps', 'get statefulsets.apps thesis']);
  });

  it.each([
    { because: 'another role allowed the request', role: 'ClusterRole "adrasteia"' as const, change: {} },
    {
      because: 'the request was refused',
      role: ROLE as typeof ROLE,
      change: { annotations: { [DECISION]: 'forbid' } },
    },
    { because: 'the request was for no resource', role: ROLE as typeof ROLE, change: { objectRef: undefined } },
  ])('are not used where $because', ({ role, change }) => {
    expect(usedRights(event(change), role)).toEqual([]);
  });

  it('are told apart by subresource', () => {
    const objectRef = { resource: 'pods', subresource: 'log', namespace: 'team-a' };
    expect(usedRights(event({ objectRef }), ROLE)).toEqual(['get pods/log']);
  });

  it.each([
    { code: 201, because: 'the object was made', used: ['patch secrets', 'create secrets'] },
    { code: 200, because: 'the object was there', used: ['patch secrets'] },
  ])('of an apply are $used where $because', ({ code, used }) => {
    const applied = event({ verb: 'patch', objectRef: { resource: 'secrets' }, responseStatus: { code } });
    expect(usedRights(applied, ROLE)).toEqual(used);
  });
});

describe('a refusal', () => {
  const forbidden = (message: string, decision: string) =>
    lackingRight(event({ responseStatus: { code: 403, message }, annotations: { [DECISION]: decision } }));

  it('for want of a right is told with who and what', () => {
    const message = `statefulsets.apps "thesis" is forbidden: User "${USER}" cannot get resource "statefulsets"`;
    expect(forbidden(message, 'forbid')).toBe(`${USER}: get statefulsets.apps: ${message}`);
  });

  it('of a right that is asked for beside the request is told too, though the request was allowed', () => {
    expect(
      forbidden(`User "${USER}" cannot create resource "statefulsets" in API group "apps"`, 'allow'),
    ).toBeDefined();
  });

  it('by admission is no matter of rights', () => {
    expect(forbidden('pods "thesis" is forbidden: exceeded quota: small', 'allow')).toBeUndefined();
    expect(lackingRight(event({ responseStatus: { code: 409 } }))).toBeUndefined();
  });
});

describe('a review of rights', () => {
  it('finds nothing where each right is either used or waived', () => {
    expect(rightsReview(['get a', 'get b'], new Set(['get a']), ['get b'])).toEqual({ idle: [], needlessWaivers: [] });
  });

  it('finds rights that are neither used nor waived', () => {
    expect(rightsReview(['get a', 'get b'], new Set(['get a']), []).idle).toEqual(['get b']);
  });

  it('finds waivers of rights that are used, and of such as nobody has', () => {
    const { needlessWaivers } = rightsReview(['get a'], new Set(['get a']), ['get a', 'get c']);
    expect(needlessWaivers).toEqual(['get a', 'get c']);
  });
});
