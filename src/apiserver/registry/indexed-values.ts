/** The values of all objects under a prefix, counted: read once, and kept up to date by what is committed. */
import type { ValueIndex } from '../resources/object-reader';
import type { Storage, StoredRecord } from '../storage/storage';
import { objectOf } from './object-text';

/** Follows the storage until that is closed. */
export class IndexedValues {
  readonly #index: ValueIndex;
  readonly #byKey = new Map<string, readonly string[]>();
  readonly #counts = new Map<string, number>();

  constructor(storage: Storage, prefix: string, index: ValueIndex) {
    this.#index = index;
    const { records, revision } = storage.list({ prefix });
    for (const record of records) this.#put(record.key, record);
    storage.subscribe(prefix, revision, (events) => {
      for (const { key, after } of events) this.#put(key, after);
    });
  }

  has(value: string): boolean {
    return this.#counts.has(value);
  }

  #put(key: string, record: StoredRecord | undefined): void {
    for (const value of this.#byKey.get(key) ?? []) this.#count(value, -1);
    const values = record === undefined ? [] : [...this.#index.valuesOf(objectOf(record))];
    for (const value of values) this.#count(value, 1);
    if (values.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, values);
  }

  #count(value: string, by: number): void {
    const count = (this.#counts.get(value) ?? 0) + by;
    if (count === 0) this.#counts.delete(value);
    else this.#counts.set(value, count);
  }
}
