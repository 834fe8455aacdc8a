/** Reads the server's own objects for admission, authorization and strategies. */
import type { KubeObject } from '../../api/object';
import type { ResourceCatalogue } from '../resources/catalogue';
import type { ObjectReader, ValueIndex } from '../resources/object-reader';
import type { GroupResource } from '../status-error';
import type { Revision, Storage, StoredRecord } from '../storage/storage';
import { IndexedValues } from './indexed-values';
import { keyPrefix, objectKey } from './keys';
import { objectOf } from './object-text';

/** Namespaces, roles and quotas are read with nearly every request; so many of the newest are kept parsed. */
const MOST_PARSED = 2048;

export class StorageReader implements ObjectReader {
  readonly #storage: Storage;
  readonly #catalogue: ResourceCatalogue;
  readonly #values = new Map<ValueIndex, IndexedValues>();
  readonly #parsed = new Map<string, { readonly revision: Revision; readonly object: KubeObject }>();

  constructor(storage: Storage, catalogue: ResourceCatalogue) {
    this.#storage = storage;
    this.#catalogue = catalogue;
  }

  find({ group, resource }: GroupResource, namespace: string, name: string): KubeObject | undefined {
    const found = this.#catalogue.find(group, resource);
    if (found === undefined) return undefined;
    const record = this.#storage.get(objectKey(found, namespace, name));
    return record === undefined ? undefined : this.#objectOf(record);
  }

  list({ group, resource }: GroupResource, namespace: string): readonly KubeObject[] {
    const found = this.#catalogue.find(group, resource);
    if (found === undefined) return [];
    const { records } = this.#storage.list({ prefix: keyPrefix(found, found.namespaced ? namespace : '') });
    return records.map((record) => this.#objectOf(record));
  }

  hasValue(index: ValueIndex, value: string): boolean {
    let values = this.#values.get(index);
    if (values === undefined) {
      const found = this.#catalogue.find(index.type.group, index.type.resource);
      if (found === undefined) return false;
      values = new IndexedValues(this.#storage, keyPrefix(found, ''), index);
      this.#values.set(index, values);
    }
    return values.has(value);
  }

  #objectOf(record: StoredRecord): KubeObject {
    const known = this.#parsed.get(record.key);
    if (known?.revision === record.modRevision) return known.object;
    const object = objectOf(record);
    // The oldest entry goes: a map keeps the order of insertion.
    this.#parsed.delete(record.key);
    this.#parsed.set(record.key, { revision: record.modRevision, object });
    if (this.#parsed.size > MOST_PARSED) {
      const [oldest] = this.#parsed.keys();
      if (oldest !== undefined) this.#parsed.delete(oldest);
    }
    return object;
  }
}
