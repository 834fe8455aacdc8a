/**
 * All objects of one kind, and the way to change them: what is written is taken in before the watch brings it, so that a
 * controller that looks again sees what it has done.
 */
import type { KubeObject, Manifest, ObjectName } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import type { Cluster, DeleteOptions } from '../../ports/cluster';
import type { FollowedObjects } from '../followed-objects';
import type { Mirror } from '../mirror';
import { FIELD_MANAGER } from './field-manager';
import { controllerOf } from './ownership';

/** Told of each change: `before` is undefined for what is new, `after` for what is gone. */
export type ChangeListener<T extends KubeObject = KubeObject> = (before: T | undefined, after: T | undefined) => void;

/** How many objects that are gone are remembered: more than there can be answers under way. */
const GONE_MAX = 1000;

/** Objects under a key each; kept from when it is first asked for. */
class Index<T extends KubeObject> {
  readonly #keyOf: (object: T) => string | undefined;
  readonly #groups = new Map<string, Map<string, T>>();

  constructor(keyOf: (object: T) => string | undefined, objects: Iterable<T>) {
    this.#keyOf = keyOf;
    for (const object of objects) this.change(undefined, object);
  }

  change(before: T | undefined, after: T | undefined): void {
    const left = before === undefined ? undefined : this.#keyOf(before);
    const entered = after === undefined ? undefined : this.#keyOf(after);
    if (before !== undefined && left !== undefined && left !== entered) {
      const group = this.#groups.get(left);
      group?.delete(before.metadata.name);
      if (group?.size === 0) this.#groups.delete(left);
    }
    if (after === undefined || entered === undefined) return;
    const group = this.#groups.get(entered);
    if (group === undefined) this.#groups.set(entered, new Map([[after.metadata.name, after]]));
    else group.set(after.metadata.name, after);
  }

  get(key: string): readonly T[] {
    const group = this.#groups.get(key);
    return group === undefined ? [] : [...group.values()];
  }
}

export class Store<T extends KubeObject = KubeObject> implements FollowedObjects {
  readonly type: ResourceType;
  readonly #cluster: Cluster;
  readonly #mirror: Mirror;
  readonly #listeners: ChangeListener<T>[] = [];
  /** UIDs of objects that are gone, the latest: an answer may come after the news of its object's end. */
  readonly #gone = new Set<string>();
  #byNamespace: Index<T> | undefined;
  #byController: Index<T> | undefined;

  /** The maker passes each change of the mirror on to `changed`. */
  constructor(cluster: Cluster, type: ResourceType, mirror: Mirror) {
    this.#cluster = cluster;
    this.type = type;
    this.#mirror = mirror;
  }

  listen(listener: ChangeListener<T>): void {
    this.#listeners.push(listener);
  }

  changed(before: T | undefined, after: T | undefined): void {
    if (before !== undefined && before.metadata.uid !== after?.metadata.uid) this.#bury(before.metadata.uid ?? '');
    this.#byNamespace?.change(before, after);
    this.#byController?.change(before, after);
    for (const listener of this.#listeners) listener(before, after);
  }

  get(name: ObjectName): T | undefined {
    return this.#mirror.get(name) as T | undefined;
  }

  values(): IterableIterator<T> {
    return this.#mirror.values() as IterableIterator<T>;
  }

  inNamespace(namespace: string): readonly T[] {
    this.#byNamespace ??= new Index<T>(({ metadata }) => metadata.namespace, this.values());
    return this.#byNamespace.get(namespace);
  }

  /** Those whose controller has this UID. */
  controlledBy(uid: string): readonly T[] {
    return this.#controllers().get(uid);
  }

  /** Those of a namespace that nobody controls. */
  orphansIn(namespace: string): readonly T[] {
    return this.#controllers().get(`/${namespace}`);
  }

  async create(manifest: Manifest): Promise<T> {
    return this.#taken(await this.#cluster.create(this.type, manifest, { fieldManager: FIELD_MANAGER }));
  }

  /** Writes the whole object, as it is here: `ApiConflict` where it has changed meanwhile. */
  async replace(object: T, subresource?: string): Promise<T> {
    const options = { fieldManager: FIELD_MANAGER, ...(subresource === undefined ? {} : { subresource }) };
    return this.#taken(await this.#cluster.replace(this.type, object, options));
  }

  /** Writes a merge patch; `ApiConflict` where the object is another one by now or, where it names a version, has changed. */
  async patch(
    { metadata }: T,
    patch: { readonly metadata?: object; readonly [field: string]: unknown },
    subresource?: string,
  ): Promise<T> {
    const body = { ...patch, metadata: { ...patch.metadata, uid: metadata.uid } };
    const options = {
      fieldManager: FIELD_MANAGER,
      type: 'merge',
      ...(subresource === undefined ? {} : { subresource }),
    } as const;
    return this.#taken(await this.#cluster.patch(this.type, metadata, body, options));
  }

  /** Asks for the deletion of this very object, and takes in what is left of it. */
  async delete({ metadata }: T, options: DeleteOptions = {}): Promise<void> {
    const { uid } = metadata;
    await this.#cluster.delete(this.type, metadata, { ...(uid === undefined ? {} : { uid }), ...options });
    await this.refresh(metadata);
  }

  /** Asks the API itself. */
  async refresh(name: ObjectName & { readonly uid?: string }): Promise<T | undefined> {
    const object = await this.#cluster.get(this.type, name);
    if (object !== undefined) return this.#taken(object);
    this.drop(name);
    return undefined;
  }

  take(object: KubeObject): void {
    if (!this.#gone.has(object.metadata.uid ?? '')) this.#mirror.take(object);
  }

  drop(gone: ObjectName & { readonly uid?: string }): void {
    this.#mirror.drop(gone);
  }

  #taken(object: KubeObject): T {
    this.take(object);
    return object as T;
  }

  #bury(uid: string): void {
    this.#gone.add(uid);
    if (this.#gone.size <= GONE_MAX) return;
    const [oldest] = this.#gone;
    if (oldest !== undefined) this.#gone.delete(oldest);
  }

  #controllers(): Index<T> {
    this.#byController ??= new Index<T>(
      ({ metadata }) => controllerOf(metadata)?.uid ?? `/${metadata.namespace ?? ''}`,
      this.values(),
    );
    return this.#byController;
  }
}
