/** What must hold of a storage that a `crash-writer` left. */
import { DiskStorage } from '../../../src/apiserver/storage/disk-storage';
import type { StorageEvent } from '../../../src/apiserver/storage/storage';

/** What the writer puts under a key at a revision: of many lengths, so that texts share pages and fill several. */
export function textOf(key: string, revision: number): string {
  return `${String(revision)} ${key} ${String.fromCharCode(97 + (revision % 26)).repeat((revision * 977) % 9_000)}`;
}

/** What the writer told. */
export interface Told {
  readonly acknowledged: readonly number[];
  readonly shown: readonly number[];
  readonly failed: readonly string[];
  readonly isDone: boolean;
}

export function toldBy(output: string): Told {
  const lines = output.split('\n').map((line) => line.split(' '));
  const numbers = (word: string): number[] =>
    lines.filter(([first]) => first === word).map(([, number]) => Number(number));
  return {
    acknowledged: numbers('acknowledged'),
    shown: numbers('shown'),
    failed: lines.filter(([first]) => first === 'failed').map(([, code]) => String(code)),
    isDone: lines.some(([first]) => first === 'done'),
  };
}

/** Opens the storage and checks that all is there that was told, whole, and that its parts agree. */
export async function checkStorage(directory: string, { acknowledged, shown }: Told): Promise<number> {
  const storage = DiskStorage.open({ directory, sync: false });
  try {
    const promised = Math.max(0, ...acknowledged, ...shown);
    expect(storage.revision).toBeGreaterThanOrEqual(promised);
    const events: StorageEvent[] = [];
    storage.subscribe('/', storage.oldestRevision, (missed) => events.push(...missed));
    const state = new Map(
      storage.list({ prefix: '/', revision: storage.oldestRevision }).records.map((record) => [record.key, record]),
    );
    for (const { revision, key, before, after, deletedText } of events) {
      expect(before).toEqual(state.get(key));
      expect(after?.text ?? deletedText).toBe(textOf(key, revision));
      if (after === undefined) state.delete(key);
      else state.set(key, after);
    }
    for (const { key, text, modRevision } of state.values()) expect(text).toBe(textOf(key, modRevision));
    const sorted = [...state.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    expect(storage.list({ prefix: '/' }).records).toEqual(sorted);
    const kept = new Set(events.map(({ revision }) => revision));
    for (const revision of [...acknowledged, ...shown]) {
      if (revision > storage.oldestRevision) expect(kept).toContain(revision);
    }
    // It goes on from there.
    const next = await storage.commit({
      key: '/next',
      ifRevision: storage.get('/next')?.modRevision ?? 0,
      text: () => '',
    });
    expect(next).toMatchObject({ conflict: false, revision: storage.revision });
    return storage.revision - 1;
  } finally {
    await storage.close();
  }
}
