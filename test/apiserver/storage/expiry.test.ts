import { expirePeriodically } from '../../../src/apiserver/storage/expiry';
import { MemoryStorage } from '../../../src/apiserver/storage/memory-storage';
import { FakeClock } from '../../support/fake-clock';
import { silentLogger } from '../../support/silent-logger';

const MINUTE = 60_000;

async function write(storage: MemoryStorage, key: string): Promise<void> {
  await storage.commit({ key, ifRevision: storage.get(key)?.modRevision ?? 0, text: () => '{}' });
}

/** Turns the clock on, and lets what is due then come to its end. */
async function pass(clock: FakeClock, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 5) {
    clock.advance(5 * MINUTE);
    await new Promise(setImmediate);
  }
}

describe('expiry', () => {
  it('takes out what was not written for an hour, and nothing else', async () => {
    const storage = new MemoryStorage();
    const clock = new FakeClock();
    await write(storage, '/events/old');
    await write(storage, '/events/renewed');
    await write(storage, '/other/old');
    const stop = expirePeriodically(storage, {
      clock,
      log: silentLogger(),
      prefix: '/events/',
      lastText: (_, revision) => `last of ${String(revision)}`,
    });
    const deleted: unknown[] = [];
    storage.subscribe('/events/', storage.revision, (events) => {
      for (const { key, after, deletedText } of events) if (after === undefined) deleted.push([key, deletedText]);
    });
    await pass(clock, 30);
    await write(storage, '/events/renewed');
    await pass(clock, 25);
    expect(storage.count('/')).toBe(3);
    await pass(clock, 5);
    expect(deleted).toEqual([['/events/old', 'last of 5']]);
    expect([storage.count('/events/'), storage.count('/other/')]).toEqual([1, 1]);
    await pass(clock, 40);
    expect([storage.count('/events/'), storage.count('/other/')]).toEqual([0, 1]);
    stop();
    expect(clock.pending).toBe(0);
  });
});
