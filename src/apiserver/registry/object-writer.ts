/** Commits of one resource's objects: as they are stored, and only while nobody else changed them. */
import type { KubeObject } from '../../api/object';
import { type DraftObject, ensureObject } from '../draft';
import type { Resource } from '../resources/resource';
import type { Revision, Storage, StoredRecord } from '../storage/storage';
import { objectText } from './object-text';

export interface ObjectWrite {
  readonly key: string;
  /** 0 for an object that must not be there yet. */
  readonly ifRevision: Revision;
  readonly object: DraftObject;
  /** What is there; absent for a new object. */
  readonly live: KubeObject | undefined;
}

export interface WrittenObject {
  readonly object: KubeObject;
  readonly record: StoredRecord;
}

export class ObjectWriter {
  readonly #storage: Storage;
  readonly #resource: Resource;

  constructor(storage: Storage, resource: Resource) {
    this.#storage = storage;
    this.#resource = resource;
  }

  /** Writes an object; undefined where what is there has another revision. `dryRun`: tells what would be written. */
  async write(write: ObjectWrite, dryRun: boolean): Promise<WrittenObject | undefined> {
    if (dryRun) return this.#rehearsed(write);
    const { key, ifRevision, object } = write;
    const stored = this.#resource.isCustom ? this.toStored(object) : object;
    const outcome = await this.#storage.commit({ key, ifRevision, text: (revision) => objectText(stored, revision) });
    if (outcome.conflict) return undefined;
    ensureObject(object, 'metadata')['resourceVersion'] = String(outcome.revision);
    return { object: object as unknown as KubeObject, record: outcome.record };
  }

  /** Takes an object out and gives it as it was last; undefined where it has changed meanwhile. */
  async remove(record: StoredRecord, live: KubeObject, dryRun: boolean): Promise<KubeObject | undefined> {
    if (dryRun) return live;
    const outcome = await this.#storage.commit({
      key: record.key,
      ifRevision: record.modRevision,
      text: (revision) => objectText(live, revision),
      delete: true,
    });
    if (outcome.conflict) return undefined;
    return { ...live, metadata: { ...live.metadata, resourceVersion: String(outcome.revision) } };
  }

  /** An object in the version, and the place, in which it is stored. */
  toStored(draft: DraftObject): DraftObject {
    const object = draft as unknown as KubeObject;
    const { storedAs, storageVersion } = this.#resource;
    const stored = storedAs === undefined ? this.#resource.convert(object, storageVersion) : storedAs.toStored(object);
    return stored as unknown as DraftObject;
  }

  #rehearsed({ key, ifRevision, object, live }: ObjectWrite): WrittenObject | undefined {
    const found = this.#storage.get(key);
    if ((found?.modRevision ?? 0) !== ifRevision) return undefined;
    const metadata = ensureObject(object, 'metadata');
    if (live === undefined) delete metadata['resourceVersion'];
    else metadata['resourceVersion'] = live.metadata.resourceVersion;
    const text = objectText(object, ifRevision);
    return {
      object: object as unknown as KubeObject,
      record: { key, text, createRevision: ifRevision, modRevision: ifRevision },
    };
  }
}
