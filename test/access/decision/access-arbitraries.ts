/** EnvironmentAccesses, people and requests by chance, from few names so that grants often fit. */
import fc from 'fast-check';
import { type Grant, LEVELS } from '../../../src/access/access-rules';
import type { RequestFacts } from '../../../src/access/decision/request-facts';
import type { AuthorizeStep, EnvironmentAccessSpec } from '../../../src/access/environment-access';
import type { Identity } from '../../../src/access/identity';

const NAMES = ['ada', 'bob', 'Ada'] as const;
const EMAILS = ['ada@example.org', 'ADA@example.org', 'bob@example.org'] as const;
const GROUPS = ['staff', 'students'] as const;

const level = fc.constantFrom(...LEVELS);

export const grant: fc.Arbitrary<Grant> = fc.oneof(
  fc.record({ user: fc.constantFrom(...NAMES), level }),
  fc.record({ email: fc.constantFrom(...EMAILS), level }),
  fc.record({ group: fc.constantFrom(...GROUPS), level }),
  fc.record({ claim: fc.record({ name: fc.constantFrom('dept', 'roles'), value: fc.constantFrom('x', 'y') }), level }),
  fc.record({ anyone: fc.constant('SignedIn' as const), level }),
);

const external = fc.record({
  http: fc.record({
    service: fc.record({ name: fc.constantFrom('one', 'two'), namespace: fc.constant('auth'), port: fc.constant(80) }),
    upstreamHeaders: fc.constant([]),
  }),
  timeoutMilliseconds: fc.constant(250),
});

export const step: fc.Arbitrary<AuthorizeStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ grants: fc.array(grant, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ external }) },
);

export const identity: fc.Arbitrary<Identity> = fc.record(
  {
    provider: fc.constant('idp'),
    subject: fc.constant('1'),
    user: fc.constantFrom(...NAMES),
    email: fc.constantFrom(...EMAILS),
    groups: fc.subarray([...GROUPS]),
    claims: fc.record({ dept: fc.constantFrom('x', 'y'), roles: fc.subarray(['x', 'y']) }, { requiredKeys: [] }),
  },
  { requiredKeys: ['provider', 'subject', 'user', 'groups', 'claims'] },
);

export const facts: fc.Arbitrary<RequestFacts> = fc.record({
  isLook: fc.boolean(),
  initiator: fc.constantFrom('OwnPageOrUser', 'OtherOrigin'),
});

const method = fc.constantFrom('None', 'OIDC', 'Basic', 'Bearer');

export const spec: fc.Arbitrary<EnvironmentAccessSpec> = fc
  .record(
    {
      steps: fc.array(step, { maxLength: 3 }),
      method,
      view: fc.constantFrom('SafeMethods' as const, 'None' as const),
      closed: fc.boolean(),
      providers: fc.subarray(['one', 'two']),
      path: fc.constantFrom('/', '/x'),
    },
    { noNullPrototype: true },
  )
  .map(({ steps, method: of, view, closed, providers, path }) => ({
    address: { scheme: 'https', host: 'env.example.org', path },
    listenPort: 8000,
    app: { port: 8888, basePath: 'Keep', view },
    ...(closed ? { closed: { reason: 'BypassPossible', message: 'why' } } : {}),
    authenticate: { method: of, ...(of === 'OIDC' ? { oidc: { providers } } : {}) },
    authorize: steps,
  }));
