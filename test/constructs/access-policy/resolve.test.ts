import { type AccessPolicyObject, rulesOf } from '../../../constructs/access-policy';
import { lookupOver } from '../environment/template-fixtures';

const PEOPLE = {
  namespace: 'team-a',
  grants: [
    { user: 'ada', level: 'Own' },
    { group: 'supervisors', level: 'View' },
  ],
} as const;

function policy(kind: 'AccessPolicy' | 'ClusterAccessPolicy', spec: object): AccessPolicyObject {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind,
    metadata: { name: 'sso', ...(kind === 'AccessPolicy' ? { namespace: 'team-a' } : {}) },
    spec,
  } as unknown as AccessPolicyObject;
}

function rules(kind: 'AccessPolicy' | 'ClusterAccessPolicy', spec: object) {
  return rulesOf({ kind, name: 'sso' }, PEOPLE, lookupOver(policy(kind, spec)));
}

const service = (namespace: string) => ({ service: { name: 'opa', namespace, port: 9191 } });

describe('the rules of a policy', () => {
  it('let the owner in, and those it is shared with, where nothing else is said', () => {
    expect(rules('AccessPolicy', { authenticate: { oidc: {} } })).toEqual({
      authenticate: { method: 'OIDC', oidc: { providers: [] } },
      authorize: [{ grants: PEOPLE.grants }],
    });
  });

  it('keep steps in order, further people beside the owner', () => {
    const external = { grpc: service('team-a'), timeoutMilliseconds: 100 };
    const further = [{ claim: { name: 'department', value: 'physics' }, level: 'Use' }];
    expect(
      rules('AccessPolicy', {
        authenticate: { oidc: { providers: ['company'] } },
        authorize: [{ owner: {}, grants: further }, { grants: further }, { external }],
      }).authorize,
    ).toEqual([{ grants: [...PEOPLE.grants, ...further] }, { grants: further }, { external }]);
  });

  it.each([
    [{ basic: { secretRef: { name: 'users' } } }, { method: 'Basic', basic: { secret: { name: 'users' } } }],
    [{ bearer: { secretRef: { name: 'tokens' } } }, { method: 'Bearer', bearer: { secret: { name: 'tokens' } } }],
    [{ none: {} }, { method: 'None' }],
  ])('carry the method over: %j', (authenticate, expected) => {
    expect(rules('AccessPolicy', { authenticate }).authenticate).toEqual(expected);
  });

  it('ask nobody’s name where nobody is known', () => {
    const external = { http: { ...service('policy'), upstreamHeaders: [] }, timeoutMilliseconds: 250 };
    expect(
      rules('ClusterAccessPolicy', { authenticate: { none: {} }, authorize: [{ owner: {} }, { external }] }).authorize,
    ).toEqual([{ external }]);
  });

  it('let nobody in where the policy isn’t there', () => {
    expect(rulesOf({ kind: 'AccessPolicy', name: 'sso' }, PEOPLE, lookupOver())).toEqual({
      closed: { reason: 'PolicyNotFound', message: expect.stringContaining('AccessPolicy team-a/sso') as string },
      authenticate: { method: 'None' },
      authorize: [],
    });
  });

  it('let nobody in where the policy is invalid, and name the field', () => {
    expect(rules('AccessPolicy', { authenticate: { oidc: {}, none: {} } }).closed).toEqual({
      reason: 'PolicyInvalid',
      message: expect.stringContaining('spec.authenticate') as string,
    });
  });

  it('let nobody in where a raw addition can’t be taken, and name the field', () => {
    const envoy = { httpFilters: [{ name: 'opa' }], clusters: [] };
    expect(rules('ClusterAccessPolicy', { authenticate: { oidc: {} }, envoy }).closed).toEqual({
      reason: 'PolicyInvalid',
      message: expect.stringContaining('spec.envoy.httpFilters[0].typed_config') as string,
    });
  });

  it('carry OPA over with the decision that its Envoy plugin asks for, where none is named', () => {
    const authorize = [{ external: { opa: service('team-a') } }];
    expect(rules('AccessPolicy', { authenticate: { oidc: {} }, authorize }).authorize).toEqual([
      {
        external: {
          opa: { ...service('team-a'), path: 'envoy/authz/allow', upstreamHeaders: [] },
          timeoutMilliseconds: 250,
        },
      },
    ]);
  });

  it.each(['/envoy/authz/allow', 'envoy/../../policies', 'envoy/authz/allow/', 'envoy/authz?x', ''])(
    'let nobody in where OPA would be asked for %j, which is no decision',
    (path) => {
      const authorize = [{ external: { opa: { ...service('team-a'), path } } }];
      expect(rules('AccessPolicy', { authenticate: { oidc: {} }, authorize }).closed).toEqual({
        reason: 'PolicyInvalid',
        message: expect.stringContaining('spec.authorize[0].external.opa.path') as string,
      });
    },
  );

  it.each([
    [{ grpc: service('team-a'), opa: service('team-a') }],
    [{ http: service('team-a'), opa: service('team-a') }],
    [{ timeoutMilliseconds: 100 }],
  ])('let nobody in where an authoriser isn’t asked in exactly one way: %j', (external) => {
    expect(rules('AccessPolicy', { authenticate: { oidc: {} }, authorize: [{ external }] }).closed).toEqual({
      reason: 'PolicyInvalid',
      message: expect.stringContaining('needs exactly one of grpc, http and opa') as string,
    });
  });

  it.each(['grpc', 'http', 'opa'])(
    'let nobody in where a namespace’s policy would have another namespace’s service asked by %s',
    (protocol) => {
      const authorize = [{ external: { [protocol]: service('kube-system') } }];
      expect(rules('AccessPolicy', { authenticate: { oidc: {} }, authorize }).closed).toEqual({
        reason: 'PolicyInvalid',
        message: expect.stringContaining(
          `spec.authorize[0].external.${protocol}.service.namespace must be team-a`,
        ) as string,
      });
      expect(rules('ClusterAccessPolicy', { authenticate: { oidc: {} }, authorize }).closed).toBeUndefined();
    },
  );
});
