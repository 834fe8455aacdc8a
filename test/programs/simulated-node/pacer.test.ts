import { AdrasteiaError } from '../../../src/errors';
import { resolveOptions } from '../../../src/programs/simulated-node/options';
import { Pacer } from '../../../src/programs/simulated-node/pacer';
import { POD } from '../../../src/programs/simulated-node/resource-types';
import type { Step } from '../../../src/programs/simulated-node/step';
import { FakeClock, settle } from '../../support/fake-clock';
import { silentLogger } from '../../support/silent-logger';
import { pod } from './lives';

const NAME = { namespace: 'team', name: 'thesis' };

/** A pacer over one object, whose steps are those that are left. */
function pacing(steps: string[], perform?: (step: string) => Promise<void>) {
  const clock = new FakeClock();
  const log = silentLogger();
  const done: string[] = [];
  const pacer = new Pacer({
    clock,
    log,
    type: POD,
    delays: resolveOptions({ delays: { run: 100 } }).delays,
    next: () => (steps[0] === undefined ? undefined : stepCalled(steps[0])),
    perform: async ({ name }) => {
      await perform?.(name);
      done.push(name);
      steps.shift();
    },
  });
  return { clock, log, done, pacer };
}

function stepCalled(name: string): Step {
  return { name, after: 'run', action: { verb: 'Delete', type: POD, object: pod() } };
}

describe('the pacer', () => {
  it('does one step after another, each after its time', async () => {
    const { clock, done, pacer } = pacing(['One', 'Two']);
    pacer.consider(NAME);
    clock.advance(99);
    expect(done).toEqual([]);
    clock.advance(1);
    await settle();
    expect(done).toEqual(['One']);
    clock.advance(100);
    await settle();
    expect(done).toEqual(['One', 'Two']);
    expect(clock.pending).toBe(0);
  });

  it('does not begin to wait anew when the object changes in the same stage', async () => {
    const { clock, done, pacer } = pacing(['One']);
    pacer.consider(NAME);
    clock.advance(60);
    pacer.consider(NAME);
    clock.advance(40);
    await settle();
    expect(done).toEqual(['One']);
  });

  it('waits anew for a step that replaces another, and not at all where none is due any more', async () => {
    const steps = ['One'];
    const { clock, done, pacer } = pacing(steps);
    pacer.consider(NAME);
    clock.advance(60);
    steps[0] = 'Two';
    pacer.consider(NAME);
    clock.advance(60);
    await settle();
    expect(done).toEqual([]);
    steps.shift();
    pacer.consider(NAME);
    expect(clock.pending).toBe(0);
  });

  it('looks again before it acts', async () => {
    const steps = ['One'];
    const { clock, done, pacer } = pacing(steps);
    pacer.consider(NAME);
    steps[0] = 'Two';
    clock.advance(100);
    await settle();
    expect(done).toEqual([]);
    clock.advance(100);
    await settle();
    expect(done).toEqual(['Two']);
  });

  it('tries a step that fails again, after a pause that changes don’t shorten', async () => {
    const failures = [
      new AdrasteiaError('ApiConflict', 'changed meanwhile'),
      new AdrasteiaError('ApiInternal', 'broken'),
    ];
    const { clock, done, log, pacer } = pacing(['One'], async () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    });
    pacer.consider(NAME);
    clock.advance(100);
    await settle();
    pacer.consider(NAME);
    clock.advance(199);
    expect(failures).toHaveLength(1);
    clock.advance(1);
    clock.advance(100);
    await settle();
    expect(failures).toHaveLength(0);
    clock.advance(400 + 100);
    await settle();
    expect(done).toEqual(['One']);
    // Somebody being faster is usual; a server that fails is not.
    expect(log.lines.filter(({ message }) => message === 'step failed').map(({ level }) => level)).toEqual([
      'debug',
      'warn',
    ]);
  });

  it('begins nothing after it is stopped, and stops when what it does is done', async () => {
    let finish: () => void = () => undefined;
    const { clock, done, pacer } = pacing(['One', 'Two'], () => new Promise((resolve) => (finish = resolve)));
    pacer.consider(NAME);
    clock.advance(100);
    const stopped = pacer.stop();
    finish();
    await stopped;
    expect(done).toEqual(['One']);
    expect(clock.pending).toBe(0);
  });
});
