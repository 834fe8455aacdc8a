import { findGate } from '../../src/access/find-gate';
import { GATE, GATE_NAME } from '../../src/access/gate';
import type { KubeObject } from '../../src/api/object';
import { accessModel } from '../../src/model/access-model';
import type { AccessRules } from '../../src/model/environment-model';
import { lookupOver } from '../constructs/environment/template-fixtures';

const RULES: AccessRules = {
  authenticate: { method: 'OIDC', oidc: { providers: [] } },
  authorize: [{ grants: [{ user: 'ada', level: 'Own' }] }],
};
const GUARD = { askedBy: 'AccessPolicy team-a/sso', rules: RULES };

const gate = (spec: object = {}): KubeObject => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: GATE.type.kind,
  metadata: { name: GATE_NAME },
  spec: { url: 'https://gate.example.org', ...spec },
});
const found = (spec?: object) => findGate(lookupOver(gate(spec)));
const none = findGate(lookupOver());

describe('the gate that is found', () => {
  it('has its defaults', () => {
    expect(found()).toMatchObject({
      outcome: 'Found',
      spec: { service: { name: 'adrasteia-gate', authorizationPort: 9001 }, networkPolicies: 'Unknown' },
    });
  });

  it('is missing where it is invalid, with its problems', () => {
    expect(found({ url: 'not a url' })).toEqual({
      outcome: 'Missing',
      message: expect.stringContaining('spec.url') as string,
    });
  });
});

describe('an environment without a policy', () => {
  const ask = { hasEntry: true, listens: 'AllInterfaces' } as const;

  it('is its own guard where there is no gate', () => {
    expect(accessModel({ ...ask, gate: none })).toEqual({ mode: 'Open' });
  });

  it('has a sidecar all the same where there is one, so that a policy changes no pod', () => {
    expect(accessModel({ ...ask, gate: found() })).toMatchObject({
      mode: 'Gate',
      rules: { authenticate: { method: 'None' }, authorize: [] },
    });
  });

  it('has none without an entry', () => {
    expect(accessModel({ ...ask, hasEntry: false, gate: found() })).toEqual({ mode: 'Open' });
  });
});

describe('an environment with a policy', () => {
  const ask = { guard: GUARD, hasEntry: true, listens: 'Loopback' } as const;

  it('is guarded by the gate', () => {
    expect(accessModel({ ...ask, gate: found() })).toMatchObject({ mode: 'Gate', rules: RULES });
  });

  it('is closed without a gate', () => {
    expect(accessModel({ ...ask, gate: none })).toMatchObject({
      mode: 'Closed',
      reason: 'AccessLayerMissing',
      message: expect.stringContaining('AccessPolicy team-a/sso') as string,
    });
  });

  it('is closed where people would have to sign in and there is no address for it', () => {
    expect(accessModel({ ...ask, hasEntry: false, gate: found() })).toMatchObject({ reason: 'EntryMissing' });
  });

  it('needs no address for a password', () => {
    const rules: AccessRules = { ...RULES, authenticate: { method: 'Basic', basic: { secret: { name: 'users' } } } };
    expect(accessModel({ ...ask, guard: { ...GUARD, rules }, hasEntry: false, gate: found() }).mode).toBe('Gate');
  });

  it.each<[string, AccessRules]>([
    ['a sign-in', RULES],
    ['an authoriser', { authenticate: { method: 'None' }, authorize: [{ grants: [] }] }],
    ['a filter', { authenticate: { method: 'None' }, authorize: [], envoy: { httpFilters: [{}], clusters: [] } }],
    ['a policy that isn’t there', { ...RULES, closed: { reason: 'PolicyNotFound', message: 'gone' } }],
  ])('is closed where %s could be gone around, unless an administrator says that the network keeps it', (_, rules) => {
    const around = { ...ask, guard: { ...GUARD, rules }, listens: 'AllInterfaces' } as const;
    expect(accessModel({ ...around, gate: found() })).toMatchObject({ mode: 'Closed', reason: 'BypassPossible' });
    expect(accessModel({ ...around, gate: found({ networkPolicies: 'Enforced' }) }).mode).toBe('Gate');
  });
});
