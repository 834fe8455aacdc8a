import { array, assert, integer, nat, property, record, string } from 'fast-check';
import {
  claimsOfSession,
  endOfSession,
  type Session,
  secondsLeftOf,
  sessionOfClaims,
  stageOfSession,
} from '../../../../src/programs/gate/sessions/session';

const ALICE = { provider: 'sso', subject: 's1', user: 'alice', groups: ['team-a'], claims: { level: 3 } };
const SESSION: Session = {
  id: 'x',
  identity: ALICE,
  issuerUrl: 'https://sso.example.org',
  startedAtMs: 0,
  seenAtMs: 0,
};

describe('a session in a token', () => {
  it('is read as it was written', () => {
    const session = { ...SESSION, identity: { ...ALICE, email: 'alice@example.org' }, startedAtMs: 5, seenAtMs: 7 };
    expect(sessionOfClaims(claimsOfSession(session))).toEqual(session);
  });

  it('is packed where it is long, so that hundreds of groups fit in a cookie', () => {
    const groups = Array.from({ length: 300 }, (_, index) => `/faculty/department-${index % 7}/project-${index}`);
    const session = { ...SESSION, identity: { ...ALICE, groups } };
    const claims = claimsOfSession(session);
    expect(sessionOfClaims(claims)).toEqual(session);
    expect(JSON.stringify(claims).length).toBeLessThan(JSON.stringify(session).length / 3);
  });

  it('survives any names', () => {
    const identity = record({ provider: string(), subject: string(), user: string(), groups: array(string()) });
    assert(
      property(identity, (names) => {
        const session = { ...SESSION, identity: { ...names, claims: {} } };
        expect(sessionOfClaims(claimsOfSession(session))).toEqual(session);
      }),
    );
  });

  it.each([
    {},
    { ...claimsOfSession(SESSION), identity: undefined },
    { ...claimsOfSession(SESSION), identity: null },
    { ...claimsOfSession(SESSION), identity: { ...ALICE, user: 1 } },
    { ...claimsOfSession(SESSION), started: '0' },
    { ...claimsOfSession(SESSION), packed: 'not deflated' },
    { ...claimsOfSession(SESSION), packed: 7 },
  ])('is none where a part is missing or another thing (%#)', (claims) => {
    expect(sessionOfClaims(claims)).toBeUndefined();
  });
});

describe('the life of a session', () => {
  const limits = { environmentSeconds: 300, idleSeconds: 1000, maxSeconds: 5000 };

  it('is over after its idle time or at its greatest age, whichever comes first', () => {
    expect(endOfSession(SESSION, limits)).toBe(1_000_000);
    expect(endOfSession({ ...SESSION, seenAtMs: 4_500_000 }, limits)).toBe(5_000_000);
  });

  it('is looked at again after the time that environments believe it', () => {
    expect(stageOfSession(SESSION, limits, 299_999)).toBe('Live');
    expect(stageOfSession(SESSION, limits, 300_000)).toBe('Due');
    expect(stageOfSession(SESSION, limits, 999_999)).toBe('Due');
    expect(stageOfSession(SESSION, limits, 1_000_000)).toBe('Over');
  });

  it('has so many whole seconds left by its age, however it is used', () => {
    const session = { ...SESSION, seenAtMs: 4_990_000 };
    const left = [0, 1, 4_990_000, 4_999_999].map((nowMs) => secondsLeftOf(session, limits, nowMs));
    expect(left).toEqual([5000, 5000, 10, 1]);
  });

  it('in use never ends for being idle', () => {
    const seconds = integer({ min: 60, max: 100_000 });
    assert(
      property(seconds, seconds, nat(), (environmentSeconds, idleSeconds, startedAtMs) => {
        const any = { environmentSeconds, idleSeconds, maxSeconds: 10 * idleSeconds };
        const session = { ...SESSION, startedAtMs, seenAtMs: startedAtMs };
        // Whoever uses it more often than half its idle time meets it while it can be renewed.
        const stages = [0.5, 0.75, 0.999].map((part) =>
          stageOfSession(session, any, startedAtMs + part * idleSeconds * 1000),
        );
        expect(stages).not.toContain('Over');
        expect(stages[0] === 'Due' || environmentSeconds < idleSeconds / 2).toBe(true);
      }),
    );
  });
});
