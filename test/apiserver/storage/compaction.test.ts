import { compactPeriodically } from '../../../src/apiserver/storage/compaction';
import { MemoryStorage } from '../../../src/apiserver/storage/memory-storage';
import { FakeClock } from '../../support/fake-clock';
import { silentLogger } from '../../support/silent-logger';

const MINUTE = 60_000;

async function write(storage: MemoryStorage, key: string): Promise<void> {
  await storage.commit({ key, ifRevision: 0, text: () => '{}' });
}

describe('compaction by time', () => {
  it('keeps what happened in the last five minutes, and forgets what is older by the next turn', async () => {
    const storage = new MemoryStorage();
    const clock = new FakeClock();
    await write(storage, 'a');
    await write(storage, 'b');
    const stop = compactPeriodically(storage, { clock, log: silentLogger() });
    await write(storage, 'c');
    clock.advance(5 * MINUTE);
    expect(storage.oldestRevision).toBe(2);
    clock.advance(5 * MINUTE);
    expect(storage.oldestRevision).toBe(3);
    stop();
  });

  it('ends when it is told to', async () => {
    const storage = new MemoryStorage();
    const clock = new FakeClock();
    const stop = compactPeriodically(storage, { clock, log: silentLogger() });
    await write(storage, 'a');
    stop();
    clock.advance(20 * MINUTE);
    expect(storage.oldestRevision).toBeLessThan(1);
  });
});
