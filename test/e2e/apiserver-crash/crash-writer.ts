/**
 * A process that writes to a storage and tells what was acknowledged, to be killed: `crash-writer.js DIRECTORY [POINT]`.
 *
 * Everything it does is the same in each run. With a point, it kills itself when it gets there; the points are wherever the
 * program has control while a transaction is prepared, under way or over.
 */
import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { DiskStorage } from '../../../src/apiserver/storage/disk-storage';
import { textOf } from './crash-check';

const ROUNDS = 8;

async function main(directory: string, killedAt: number): Promise<void> {
  let points = 0;
  const point = (): void => {
    points += 1;
    if (points === killedAt) process.kill(process.pid, 'SIGKILL');
  };
  const storage = DiskStorage.open({ directory });
  storage.subscribe('/', storage.revision, (events) => {
    point();
    for (const { revision } of events) tell(`shown ${String(revision)}`);
  });
  const change = async (key: string): Promise<void> => {
    const found = storage.get(key);
    const isDeletion = found !== undefined && found.modRevision % 3 === 0;
    try {
      const result = await storage.commit({
        key,
        ifRevision: found?.modRevision ?? 0,
        text: (revision) => textOf(key, revision),
        delete: isDeletion,
      });
      if (!result.conflict) tell(`acknowledged ${String(result.revision)}`);
    } catch (error) {
      tell(`failed ${String((error as { readonly code?: unknown }).code)}`);
    }
    point();
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const changes = Array.from({ length: 1 + (round % 4) }, (_, index) =>
      change(`/pods/${String((round + index * 2) % 5)}`),
    );
    point();
    // The transaction is under way in another thread.
    for (let turn = 0; turn < 4; turn += 1) {
      await setImmediate();
      point();
    }
    await Promise.all(changes);
  }
  await storage.compact(Math.max(0, storage.revision - 5)).catch((error: unknown) => {
    tell(`failed ${String((error as { readonly code?: unknown }).code)}`);
  });
  point();
  await storage.close();
  tell('done');
}

/** At once, so that nothing told is lost with the process. */
function tell(line: string): void {
  writeSync(1, `${line}\n`);
}

const [directory = '', point = '0'] = process.argv.slice(2);
void main(directory, Number(point));
