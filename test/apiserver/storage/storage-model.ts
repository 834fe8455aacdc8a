/** A storage as simple as it can be: a map for each revision. What a real one says is compared with it. */
import type { StorageEvent, StoredRecord } from '../../../src/apiserver/storage/storage';

type State = ReadonlyMap<string, StoredRecord>;

export class StorageModel {
  readonly #states: State[] = [new Map()];
  readonly #events: StorageEvent[] = [];

  get revision(): number {
    return this.#states.length - 1;
  }

  stateAt(revision: number): State {
    return this.#states[revision] ?? new Map();
  }

  get now(): State {
    return this.stateAt(this.revision);
  }

  put(key: string, text: string): void {
    const before = this.now.get(key);
    const revision = this.revision + 1;
    const after = { key, text, createRevision: before?.createRevision ?? revision, modRevision: revision };
    this.#states.push(new Map([...this.now, [key, after]]));
    this.#events.push({ revision, key, ...(before !== undefined && { before }), after });
  }

  delete(key: string, deletedText: string): void {
    const before = this.now.get(key);
    if (before === undefined) throw new Error(`${key} is deleted and was not there`);
    const revision = this.revision + 1;
    const state = new Map(this.now);
    state.delete(key);
    this.#states.push(state);
    this.#events.push({ revision, key, before, deletedText });
  }

  recordsAt(revision: number, prefix: string): readonly StoredRecord[] {
    return [...this.stateAt(revision).values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  events(prefix: string, after: number, until: number): readonly StorageEvent[] {
    return this.#events.filter(({ key, revision }) => key.startsWith(prefix) && revision > after && revision <= until);
  }
}
