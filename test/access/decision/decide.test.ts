import fc from 'fast-check';
import { type Grant, LEVELS } from '../../../src/access/access-rules';
import { type Decision, decide } from '../../../src/access/decision/decide';
import { type RequestFacts, requestFacts } from '../../../src/access/decision/request-facts';
import type { EnvironmentAccessSpec } from '../../../src/access/environment-access';
import type { Identity } from '../../../src/access/identity';
import { facts, grant, identity, spec, step } from './access-arbitraries';

const ADA: Identity = {
  provider: 'idp',
  subject: '17',
  user: 'ada',
  email: 'ada@example.org',
  groups: ['staff'],
  claims: { dept: 'maths', roles: ['teacher', 'chair'], verified: true },
};
const LOOK: RequestFacts = { isLook: true, initiator: 'OwnPageOrUser' };
const CHANGE: RequestFacts = { isLook: false, initiator: 'OwnPageOrUser' };

function accessWith(grants: readonly Grant[], overrides: Partial<EnvironmentAccessSpec> = {}): EnvironmentAccessSpec {
  return {
    address: { scheme: 'https', host: 'env.example.org', path: '/' },
    listenPort: 8000,
    app: { port: 8888, basePath: 'Keep', view: 'None' },
    authenticate: { method: 'OIDC' },
    authorize: [{ grants }],
    ...overrides,
  };
}

/** 0 for a refusal, then by level. */
const rank = (decision: Decision): number => (decision.isAllowed ? 1 + LEVELS.indexOf(decision.level) : 0);
const reason = (decision: Decision): string => (decision.isAllowed ? decision.level : decision.reason);

describe('who gets into an environment', () => {
  const fits: readonly (readonly [because: string, grant: Grant])[] = [
    ['the user is named', { user: 'ada', level: 'Use' }],
    ['the verified address is named', { email: 'ada@example.org', level: 'Use' }],
    ['case of letters says nothing in an address', { email: 'Ada@Example.org', level: 'Use' }],
    ['the group is named', { group: 'staff', level: 'Use' }],
    ['the claim has the value', { claim: { name: 'dept', value: 'maths' }, level: 'Use' }],
    ['it is the account that never changes', { claim: { name: 'sub', value: '17' }, level: 'Use' }],
    ['the claim sub is who it is at the provider', { claim: { name: 'sub', value: '17' }, level: 'Use' }],
    ['the claim is a list with the value', { claim: { name: 'roles', value: 'chair' }, level: 'Use' }],
    ['the claim is a truth value, as it is written', { claim: { name: 'verified', value: 'true' }, level: 'Use' }],
    ['everybody who has signed in is meant', { anyone: 'SignedIn', level: 'Use' }],
  ];
  test.each(fits)('a grant fits where %s', (_because, fitting) => {
    expect(decide(accessWith([fitting]), ADA, CHANGE)).toEqual({ isAllowed: true, level: 'Use' });
  });

  const misses: readonly (readonly [because: string, grant: Grant])[] = [
    ['names of users are told apart by case', { user: 'Ada', level: 'Use' }],
    ['names of groups are told apart by case', { group: 'Staff', level: 'Use' }],
    ['no part of a name is enough', { user: 'ad', level: 'Use' }],
    ['a letter that only looks like another is another', { email: 'ada@example.orɡ', level: 'Use' }],
    ['a claim that everything has is nobody’s', { claim: { name: 'constructor', value: 'x' }, level: 'Use' }],
    ['a claim with another value is another', { claim: { name: 'dept', value: 'physics' }, level: 'Use' }],
    ['a grant that says two things says none', { user: 'ada', group: 'staff', level: 'Use' }],
    ['a grant that says nothing is nobody’s', { level: 'Own' }],
  ];
  test.each(misses)('a grant fits nobody else: %s', (_because, missing) => {
    expect(reason(decide(accessWith([missing]), ADA, CHANGE))).toBe('NotGranted');
  });

  test('an address that the provider has not verified gets nobody in', () => {
    const { email: _email, ...unverified } = ADA;
    expect(reason(decide(accessWith([{ email: 'ada@example.org', level: 'Own' }]), unverified, LOOK))).toBe(
      'NotGranted',
    );
  });

  test('the Kelvin sign is not the letter k of an address', () => {
    const kelvin = { ...ADA, email: '\u212Aim@example.org' };
    expect(reason(decide(accessWith([{ email: 'kim@example.org', level: 'Own' }]), kelvin, LOOK))).toBe('NotGranted');
  });

  test('the highest level that fits counts', () => {
    const grants: Grant[] = [
      { anyone: 'SignedIn', level: 'View' },
      { group: 'staff', level: 'Own' },
      { user: 'ada', level: 'Use' },
    ];
    expect(reason(decide(accessWith(grants), ADA, CHANGE))).toBe('Own');
  });

  test('of several steps all must agree, and the lowest level counts', () => {
    const authorize = [
      { grants: [{ user: 'ada', level: 'Own' }] },
      { grants: [{ group: 'staff', level: 'Use' }] },
    ] as const;
    expect(reason(decide(accessWith([], { authorize }), ADA, CHANGE))).toBe('Use');
    const stricter = [...authorize, { grants: [{ user: 'bob', level: 'Own' }] }] as const;
    expect(reason(decide(accessWith([], { authorize: stricter }), ADA, CHANGE))).toBe('NotGranted');
  });

  test('level View looks at an app that can be looked at, and changes nothing', () => {
    const view: Grant[] = [{ user: 'ada', level: 'View' }];
    const viewable = accessWith(view, { app: { port: 1, basePath: 'Keep', view: 'SafeMethods' } });
    expect(reason(decide(viewable, ADA, LOOK))).toBe('View');
    expect(reason(decide(viewable, ADA, CHANGE))).toBe('ViewOnly');
    expect(reason(decide(accessWith(view), ADA, LOOK))).toBe('ViewNotSupported');
  });

  test('without a step nobody gets in, unless nobody is asked who they are', () => {
    expect(reason(decide(accessWith([], { authorize: [] }), ADA, LOOK))).toBe('NoSteps');
    const open = accessWith([], { authorize: [], authenticate: { method: 'None' } });
    expect(reason(decide(open, undefined, CHANGE))).toBe('Use');
  });

  test('where nobody is asked who they are, no grant fits anybody', () => {
    const grants: Grant[] = [{ anyone: 'SignedIn', level: 'Use' }];
    expect(reason(decide(accessWith(grants, { authenticate: { method: 'None' } }), undefined, LOOK))).toBe(
      'NotGranted',
    );
  });

  test('where nobody is asked who they are, it doesn’t matter who they say they are', () => {
    const grants: Grant[] = [{ user: 'ada', level: 'Use' }];
    expect(reason(decide(accessWith(grants, { authenticate: { method: 'None' } }), ADA, LOOK))).toBe('NotGranted');
  });

  test('a step that asks nobody agrees with nobody', () => {
    expect(reason(decide(accessWith([], { authorize: [{}] }), ADA, LOOK))).toBe('NotGranted');
  });
});

describe('decisions, whatever the access', () => {
  test('nobody gets in without an identity, unless the method is None', () => {
    fc.assert(
      fc.property(spec, facts, (access, of) => {
        const isAllowed = decide(access, undefined, of).isAllowed;
        return !isAllowed || access.authenticate.method === 'None';
      }),
    );
  });

  test('a closed environment lets nobody in', () => {
    fc.assert(
      fc.property(spec, fc.option(identity, { nil: undefined }), facts, (access, person, of) => {
        const closed = { ...access, closed: { reason: 'Any', message: 'any' } };
        return reason(decide(closed, person, of)) === 'Closed';
      }),
    );
  });

  test('adding a grant takes no right away', () => {
    fc.assert(
      fc.property(fc.tuple(spec, fc.nat()), identity, facts, grant, ([access, where], person, of, added) => {
        const index = access.authorize.length === 0 ? 0 : where % access.authorize.length;
        const authorize = access.authorize.map((each, at) =>
          at === index && each.grants !== undefined ? { grants: [...each.grants, added] } : each,
        );
        return rank(decide({ ...access, authorize }, person, of)) >= rank(decide(access, person, of));
      }),
    );
  });

  test('a further step gives no right, but that of asking for anything at all', () => {
    fc.assert(
      fc.property(spec, identity, facts, step, (access, person, of, added) => {
        fc.pre(access.authorize.some(({ grants }) => grants !== undefined));
        const more = { ...access, authorize: [...access.authorize, added] };
        return rank(decide(more, person, of)) <= rank(decide(access, person, of));
      }),
    );
  });

  test('what another origin makes a browser send is refused', () => {
    fc.assert(
      fc.property(spec, identity, facts, (access, person, of) => {
        return !decide(access, person, { ...of, initiator: 'OtherOrigin' }).isAllowed;
      }),
    );
  });

  test('level View never changes anything', () => {
    fc.assert(
      fc.property(spec, identity, (access, person) => {
        const decision = decide(access, person, CHANGE);
        return !decision.isAllowed || decision.level !== 'View';
      }),
    );
  });
});

describe('the facts of a request', () => {
  const ADDRESS = { scheme: 'https', host: 'env.example.org', path: '/' } as const;
  const cases: readonly (readonly [title: string, method: string, headers: Record<string, string>, RequestFacts])[] = [
    ['a page load looks', 'GET', { 'sec-fetch-site': 'cross-site' }, LOOK],
    ['a link from elsewhere looks', 'GET', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, LOOK],
    ['a form of its own page changes', 'POST', { origin: 'https://env.example.org' }, CHANGE],
    ['case of letters says nothing in a host', 'POST', { origin: 'https://env.example.org' }, CHANGE],
    ['a program without a browser changes', 'DELETE', {}, CHANGE],
    ['a preflight changes nothing', 'OPTIONS', { origin: 'https://evil.example' }, CHANGE],
    [
      'a form from elsewhere is refused',
      'POST',
      { origin: 'https://evil.example' },
      { ...CHANGE, initiator: 'OtherOrigin' },
    ],
    ['a form from nowhere is refused', 'POST', { origin: 'null' }, { ...CHANGE, initiator: 'OtherOrigin' }],
    [
      'another scheme is another origin',
      'POST',
      { origin: 'http://env.example.org' },
      { ...CHANGE, initiator: 'OtherOrigin' },
    ],
    ['a sibling is another origin', 'POST', { 'sec-fetch-site': 'same-site' }, { ...CHANGE, initiator: 'OtherOrigin' }],
    [
      'a websocket of its own page changes',
      'GET',
      { upgrade: 'websocket', origin: 'https://env.example.org', 'sec-fetch-site': 'same-origin' },
      CHANGE,
    ],
    [
      'a websocket from elsewhere is refused',
      'GET',
      { upgrade: 'websocket', origin: 'https://evil.example' },
      { ...CHANGE, initiator: 'OtherOrigin' },
    ],
    [
      'a websocket is known by its key where a proxy took the upgrade off',
      'GET',
      { 'sec-websocket-key': 'x', origin: 'https://evil.example' },
      { ...CHANGE, initiator: 'OtherOrigin' },
    ],
    ['what the user typed is his own', 'POST', { 'sec-fetch-site': 'none' }, CHANGE],
  ];
  test.each(cases)('%s', (_title, method, headers, expected) => {
    expect(requestFacts({ method, host: ADDRESS.host, headers }, ADDRESS)).toEqual(expected);
  });

  test('an address with the scheme’s own port has the same origin as without', () => {
    const address = { scheme: 'https', host: 'Env.example.org:443', path: '/' } as const;
    const head = { method: 'POST', host: 'env.example.org', headers: { origin: 'https://env.example.org' } };
    expect(requestFacts(head, address)).toEqual(CHANGE);
  });

  it('has where it was asked for its origin where it has no address of its own', () => {
    const address = { scheme: 'http', host: '*', path: '/' } as const;
    const from = (origin: string): RequestFacts =>
      requestFacts({ method: 'POST', host: 'localhost:8000', headers: { origin } }, address);
    expect(from('http://localhost:8000').initiator).toBe('OwnPageOrUser');
    expect(from('http://elsewhere.example.org').initiator).toBe('OtherOrigin');
  });
});
