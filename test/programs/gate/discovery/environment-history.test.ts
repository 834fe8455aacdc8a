import fc from 'fast-check';
import type { EnvironmentAccessSpec } from '../../../../src/access/environment-access';
import { EnvironmentHistory } from '../../../../src/programs/gate/discovery/environment-history';
import {
  findRevision,
  LAYOUT,
  type SidecarRevision,
  writeRevision,
} from '../../../../src/programs/gate/discovery/revision';
import { environmentAccess } from '../../../support/envoy/access';

const grants = (...users: readonly string[]): Partial<EnvironmentAccessSpec> => ({
  authenticate: { method: 'OIDC' },
  authorize: [{ grants: users.map((user) => ({ user, level: 'Use' as const })) }],
});

const state = (generation: number, ...users: readonly string[]) =>
  environmentAccess({ generation, spec: grants(...users) });

/** What a sidecar has once it was answered. */
function served(history: EnvironmentHistory, version = ''): SidecarRevision {
  const revision = history.listenerAfter(version);
  if (revision === undefined) throw new Error('nothing was served');
  return revision;
}

describe('a sidecar', () => {
  test('that has nothing is given the present state, and then nothing until it changes', () => {
    const history = new EnvironmentHistory(state(1, 'ada'));
    const first = served(history);
    expect(first).toMatchObject({ layout: LAYOUT, uid: 'uid-1', generation: 1 });
    expect(history.listenerAfter(writeRevision(first))).toBeUndefined();
  });

  test.each(['nonsense', '{}', '[]', 'null', '{"uid":"uid-1"}', 'closed'])('that says %s has nothing', (version) => {
    const history = new EnvironmentHistory(state(1, 'ada'));
    expect(history.listenerAfter(version)).toEqual(served(history));
  });

  test('goes on where somebody gets more', () => {
    const history = new EnvironmentHistory(state(1, 'ada'));
    const first = served(history);
    history.take(state(2, 'ada', 'grace'));
    expect(served(history, writeRevision(first))).toEqual({ ...first, generation: 2 });
  });

  test('is cut where somebody gets less', () => {
    const history = new EnvironmentHistory(state(1, 'ada', 'grace'));
    const first = served(history);
    history.take(state(2, 'ada'));
    expect(served(history, writeRevision(first)).cut).not.toBe(first.cut);
  });

  test('is cut where somebody was let in and sent away between two of its questions', () => {
    const history = new EnvironmentHistory(state(1, 'ada'));
    const first = served(history);
    history.take(state(2, 'ada', 'grace'));
    history.take(state(3, 'ada'));
    expect(served(history, writeRevision(first)).cut).not.toBe(first.cut);
  });

  test('is cut once by each mark, and by none that is older', () => {
    const history = new EnvironmentHistory(state(1, 'ada'));
    const first = served(history);
    expect(history.raise('Credentials', '99')).toBe(true);
    const second = served(history, writeRevision(first));
    expect(second.cut).not.toBe(first.cut);
    expect(history.raise('Credentials', '99')).toBe(false);
    expect(history.raise('Credentials', '7')).toBe(false);
    expect(history.listenerAfter(writeRevision(second))).toBeUndefined();
    expect(history.raise('Credentials', '100')).toBe(true);
    expect(served(history, writeRevision(second)).cut).not.toBe(second.cut);
  });

  test('is cut where its environment was made anew under the same name', () => {
    const history = new EnvironmentHistory(state(1, 'ada'));
    const first = served(history);
    history.take(environmentAccess({ uid: 'uid-2', generation: 1, spec: grants('ada') }));
    expect(served(history, writeRevision(first)).cut).not.toBe(first.cut);
  });

  test('of an older layout is given the new one', () => {
    const history = new EnvironmentHistory(state(1, 'ada'));
    const old = { ...served(history), layout: LAYOUT - 1 };
    expect(served(history, writeRevision(old))).toEqual({ ...old, layout: LAYOUT });
  });

  test('of a newer layout keeps it, while replicas of two releases run', () => {
    const history = new EnvironmentHistory(state(1, 'ada'));
    expect(history.listenerAfter(writeRevision({ ...served(history), layout: LAYOUT + 1 }))).toBeUndefined();
  });
});

describe('a replica', () => {
  test('that starts cuts nobody who is at the present state', () => {
    const before = new EnvironmentHistory(state(1, 'ada', 'grace'));
    before.take(state(2, 'ada'));
    before.raise('SignOut', '1763747000000');
    const version = writeRevision(served(before));
    const started = new EnvironmentHistory(state(2, 'ada'));
    expect(started.listenerAfter(version)).toBeUndefined();
    // The record of the sign-out, when it has been read.
    started.raise('SignOut', '1763747000000');
    expect(started.listenerAfter(version)).toBeUndefined();
  });

  test('that hasn’t seen how an environment changed cuts', () => {
    const first = served(new EnvironmentHistory(state(1, 'ada')));
    const started = new EnvironmentHistory(state(2, 'ada', 'grace'));
    expect(served(started, writeRevision(first)).cut).not.toBe(first.cut);
  });

  test('whose watch has left out a step cuts', () => {
    const history = new EnvironmentHistory(state(1, 'ada'));
    const first = served(history);
    history.take(state(3, 'ada', 'grace'));
    expect(served(history, writeRevision(first)).cut).not.toBe(first.cut);
  });

  test('that lags behind a sidecar says nothing', () => {
    const ahead = new EnvironmentHistory(state(1, 'ada'));
    ahead.take(state(2, 'ada', 'grace'));
    expect(new EnvironmentHistory(state(1, 'ada')).listenerAfter(writeRevision(served(ahead)))).toBeUndefined();
  });
});

/** One step of a story: what happens in the cluster, or which replica learns of it, is asked, or starts anew. */
type Step =
  | { readonly step: 'Grow' | 'Shrink' | 'SignOut' }
  | { readonly step: 'Learn' | 'Ask' | 'Restart'; readonly replica: 0 | 1 };

const steps = fc.array(
  fc.oneof(
    fc.record({ step: fc.constantFrom('Grow' as const, 'Shrink' as const, 'SignOut' as const) }),
    fc.record({
      step: fc.constantFrom('Learn' as const, 'Learn' as const, 'Ask' as const, 'Restart' as const),
      replica: fc.constantFrom(0 as const, 1 as const),
    }),
  ),
  { maxLength: 40 },
) satisfies fc.Arbitrary<Step[]>;

/** A cluster whose changes two replicas see in order, each as late as it pleases, and one sidecar that asks either. */
class Story {
  readonly #states: { readonly users: readonly string[]; readonly mark: number; readonly isShrunk: boolean }[] = [
    { users: ['ada'], mark: 0, isShrunk: false },
  ];
  readonly #replicas: { history: EnvironmentHistory; seen: number }[] = [];
  version = '';
  /** Cuts without a loss, by replicas that couldn't know. */
  needless = 0;
  restarts = 0;

  constructor() {
    this.#replicas.push(this.#started(), this.#started());
  }

  play(step: Step): void {
    const { users, mark } = this.#last;
    switch (step.step) {
      case 'Grow':
        this.#states.push({ users: [...users, `user-${users.length}`], mark, isShrunk: false });
        break;
      case 'Shrink':
        this.#states.push({ users: users.slice(0, -1), mark, isShrunk: users.length > 0 });
        break;
      case 'SignOut':
        this.#states.push({ users, mark: mark + 1, isShrunk: false });
        break;
      case 'Learn':
        this.learn(step.replica);
        break;
      case 'Ask':
        this.ask(step.replica);
        break;
      case 'Restart':
        this.restarts += 1;
        this.#replicas[step.replica] = this.#started();
    }
  }

  learn(index: 0 | 1): void {
    const replica = this.#replicas[index];
    const next = replica === undefined ? undefined : this.#states[replica.seen + 1];
    if (replica === undefined || next === undefined) return;
    replica.seen += 1;
    replica.history.take(state(this.#generation(replica.seen), ...next.users));
    if (next.mark > 0) replica.history.raise('SignOut', String(next.mark));
  }

  learnAll(): void {
    for (const index of [0, 1] as const) this.#states.forEach(() => this.learn(index));
  }

  /** Asks a replica; checks that what stays open lost nothing. */
  ask(index: 0 | 1): boolean {
    const given = this.#replicas[index]?.history.listenerAfter(this.version);
    if (given === undefined) return false;
    const held = findRevision(this.version);
    if (held !== undefined) {
      const isShrunk = this.#states.some(
        (passed, place) =>
          passed.isShrunk && this.#generation(place) > held.generation && this.#generation(place) <= given.generation,
      );
      const lost = isShrunk || Number(given.marks.SignOut ?? 0) > Number(held.marks.SignOut ?? 0);
      if (lost) expect(given.cut).not.toBe(held.cut);
      else if (given.cut !== held.cut) this.needless += 1;
    }
    this.version = writeRevision(given);
    return true;
  }

  get #last() {
    const last = this.#states.at(-1);
    if (last === undefined) throw new Error('there is no state');
    return last;
  }

  /** Sign-outs change no spec. */
  #generation(place: number): number {
    return 1 + this.#states.slice(1, place + 1).filter(({ mark }, index) => mark === this.#states[index]?.mark).length;
  }

  #started() {
    const seen = this.#states.length - 1;
    const history = new EnvironmentHistory(state(this.#generation(seen), ...this.#last.users));
    if (this.#last.mark > 0) history.raise('SignOut', String(this.#last.mark));
    return { history, seen };
  }
}

describe('two replicas, each late as it pleases', () => {
  test('never leave open what somebody has lost, agree in the end, and cut nobody needlessly unless they start', () => {
    fc.assert(
      fc.property(steps, (played) => {
        const story = new Story();
        for (const step of played) story.play(step);
        story.learnAll();
        for (const replica of [0, 1, 0, 1] as const) story.ask(replica);
        expect(story.ask(0) || story.ask(1)).toBe(false);
        if (story.restarts === 0) expect(story.needless).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
