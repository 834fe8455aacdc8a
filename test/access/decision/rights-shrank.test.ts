import fc from 'fast-check';
import { type Grant, LEVELS } from '../../../src/access/access-rules';
import { type Decision, decide } from '../../../src/access/decision/decide';
import { type AccessState, rightsShrank } from '../../../src/access/decision/rights-shrank';
import type { EnvironmentAccessSpec } from '../../../src/access/environment-access';
import { facts, grant, identity, spec, step } from './access-arbitraries';

const state = (of: EnvironmentAccessSpec, uid = '1'): AccessState => ({ metadata: { uid }, spec: of });
const rank = (decision: Decision): number => (decision.isAllowed ? 1 + LEVELS.indexOf(decision.level) : 0);
const externals = ({ authorize }: EnvironmentAccessSpec): readonly string[] =>
  authorize.flatMap(({ external }) => (external === undefined ? [] : [JSON.stringify(external)]));

/** A small change, as people make it. */
const small = fc
  .record({
    of: fc.constantFrom('drop grant', 'set level', 'drop step', 'add step', 'add grant'),
    at: fc.nat(),
    in: fc.nat(),
  })
  .chain((where) => fc.tuple(fc.constant(where), grant, step))
  .map(([where, otherGrant, otherStep]) => (before: EnvironmentAccessSpec): EnvironmentAccessSpec => {
    const steps = [...before.authorize];
    const index = steps.length === 0 ? 0 : where.at % steps.length;
    const grants = [...(steps[index]?.grants ?? [])];
    const inner = grants.length === 0 ? 0 : where.in % grants.length;
    const chosen = grants[inner];
    if (where.of === 'drop step') steps.splice(index, 1);
    else if (where.of === 'add step') steps.push(otherStep);
    else if (steps[index]?.grants !== undefined) {
      if (where.of === 'add grant') grants.push(otherGrant);
      else if (where.of === 'drop grant') grants.splice(inner, 1);
      else if (chosen !== undefined) grants[inner] = { ...chosen, level: otherGrant.level };
      steps[index] = { grants };
    }
    return { ...before, authorize: steps };
  });

/** Two states: the second differs in a few things, or by a small change. */
const change = fc.oneof(
  fc
    .tuple(spec, spec, fc.subarray(['authorize', 'authenticate', 'app', 'closed', 'address'] as const))
    .map(
      ([before, other, keys]) =>
        [before, { ...before, ...Object.fromEntries(keys.map((key) => [key, other[key]])) }] as const,
    ),
  fc.tuple(spec, small).map(([before, made]) => [before, made(before)] as const),
);

const ANYBODY = { user: 'ada', level: 'Use' } as const;

function accessWith(overrides: Partial<EnvironmentAccessSpec>): EnvironmentAccessSpec {
  return {
    address: { scheme: 'https', host: 'env.example.org', path: '/' },
    listenPort: 8000,
    app: { port: 8888, basePath: 'Keep', view: 'None' },
    authenticate: { method: 'OIDC' },
    authorize: [{ grants: [ANYBODY] }],
    ...overrides,
  };
}

const viewable = (view: 'SafeMethods' | 'None') => ({ app: { port: 8888, basePath: 'Keep', view } }) as const;
const offering = (...providers: string[]) => ({ authenticate: { method: 'OIDC', oidc: { providers } } }) as const;
const granting = (...grants: Grant[]) => ({ authorize: [{ grants }] });

describe('whether a change takes rights away', () => {
  test('is told of every change after which somebody may do less', () => {
    fc.assert(
      fc.property(change, fc.option(identity, { nil: undefined }), facts, ([before, after], person, of) => {
        const isLess = rank(decide(after, person, of)) < rank(decide(before, person, of));
        return !isLess || rightsShrank(state(before), state(after));
      }),
      { numRuns: 5000 },
    );
  });

  test('is told of every change after which an authoriser is asked who was not asked before', () => {
    fc.assert(
      fc.property(change, ([before, after]) => {
        fc.pre(before.closed === undefined);
        const asked = new Set(externals(before));
        const isAskedNew = externals(after).some((one) => !asked.has(one));
        return !isAskedNew || rightsShrank(state(before), state(after));
      }),
    );
  });

  type Change = Partial<EnvironmentAccessSpec>;
  const losses: readonly (readonly [what: string, before: Change, after: Change])[] = [
    ['a grant is gone', granting(ANYBODY, { user: 'bob', level: 'Use' }), granting(ANYBODY)],
    ['a level is lower', granting({ user: 'ada', level: 'Own' }), granting(ANYBODY)],
    ['a step is added', granting(ANYBODY), { authorize: [{ grants: [ANYBODY] }, { grants: [] }] }],
    ['all steps are gone', granting(ANYBODY), { authorize: [] }],
    ['the app can’t be looked at any more', viewable('SafeMethods'), viewable('None')],
    ['a provider is gone', offering('one', 'two'), offering('one')],
    ['of all providers one is left', offering(), offering('one')],
    ['the method is another', {}, { authenticate: { method: 'None' } }],
    [
      'the Secret is another',
      { authenticate: { method: 'Basic', basic: { secret: { name: 'one' } } } },
      { authenticate: { method: 'Basic', basic: { secret: { name: 'two' } } } },
    ],
    ['the address is another', {}, { address: { scheme: 'https', host: 'env.example.org', path: '/x' } }],
  ];
  test.each(losses)('something is taken away where %s', (_what, before, after) => {
    expect(rightsShrank(state(accessWith(before)), state(accessWith(after)))).toBe(true);
  });

  const gains: readonly (readonly [what: string, before: Change, after: Change])[] = [
    ['a level is higher', granting(ANYBODY), granting({ user: 'ada', level: 'Own' })],
    ['everybody is let in', granting(ANYBODY), granting({ anyone: 'SignedIn', level: 'Use' })],
    [
      'grants are in another order',
      granting(ANYBODY, { user: 'bob', level: 'Own' }),
      granting({ user: 'bob', level: 'Own' }, ANYBODY),
    ],
    ['a step is gone', { authorize: [{ grants: [ANYBODY] }, { grants: [ANYBODY] }] }, granting(ANYBODY)],
    ['the app can be looked at', viewable('None'), viewable('SafeMethods')],
    ['a provider is added', offering('one'), offering('one', 'two')],
    ['all providers are offered', offering('one'), offering()],
  ];
  test.each(gains)('nothing is taken away where %s', (_what, before, after) => {
    expect(rightsShrank(state(accessWith(before)), state(accessWith(after)))).toBe(false);
  });

  test('adding a grant takes nothing away', () => {
    fc.assert(
      fc.property(spec, grant, (before, added) => {
        const authorize = before.authorize.map((each) =>
          each.grants === undefined ? each : { grants: [added, ...each.grants] },
        );
        return !rightsShrank(state(before), state({ ...before, authorize }));
      }),
    );
  });

  test('a change of what people read takes nothing away', () => {
    fc.assert(
      fc.property(spec, (before) => !rightsShrank(state(before), state({ ...before, displayName: 'Another name' }))),
    );
  });

  test('everybody who was in loses what is deleted, closed or made anew', () => {
    fc.assert(
      fc.property(spec, (open) => {
        fc.pre(open.closed === undefined);
        const closed = { ...open, closed: { reason: 'Any', message: 'any' } };
        expect(rightsShrank(state(open), undefined)).toBe(true);
        expect(rightsShrank(state(open), state(closed))).toBe(true);
        expect(rightsShrank(state(open), state(open, '2'))).toBe(true);
      }),
    );
  });

  test('nobody loses what nobody had', () => {
    fc.assert(
      fc.property(spec, spec, (before, after) => {
        expect(rightsShrank(undefined, state(after))).toBe(false);
        expect(rightsShrank(state({ ...before, closed: { reason: 'Any', message: 'any' } }), state(after))).toBe(false);
      }),
    );
  });
});
