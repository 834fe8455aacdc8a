/**
 * A cluster in memory, as far as controllers need one: versions, UIDs, generations, conflicts, finalizers, watches, and pods that
 * wait for their node to let go. Nothing is checked and nothing is filled in.
 */
import { canonicalJson, isJsonObject, type JsonObject } from '../../../src/api/json';
import type { KubeObject, Manifest, ObjectName } from '../../../src/api/object';
import { apiVersionOf, kindKey, type ResourceType } from '../../../src/api/resource-type';
import { AdrasteiaError } from '../../../src/errors';
import type {
  Cluster,
  DeleteOptions,
  ObjectList,
  PatchOptions,
  ReplaceOptions,
  Selection,
  WatchEvent,
  WatchOptions,
} from '../../../src/ports/cluster';
import type { FakeClock } from '../../support/fake-clock';

/** More writes than any test makes: two controllers undo each other's. */
const LIVELOCK = 2000;

interface Watcher {
  readonly key: string;
  readonly push: (event: WatchEvent) => void;
}

export class FakeCluster implements Cluster {
  /** `verb kind/name`, without events. */
  readonly writes: string[] = [];
  readonly events: KubeObject[] = [];
  /** Called before an object is made; what it throws is the answer. */
  onCreate: (object: Manifest) => void = () => undefined;
  readonly #clock: FakeClock;
  readonly #types: readonly ResourceType[];
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #watchers = new Set<Watcher>();
  #version = 0;

  constructor(clock: FakeClock, types: readonly ResourceType[]) {
    this.#clock = clock;
    this.#types = types;
  }

  /** What there is of a kind, by name. */
  all<T extends KubeObject>(type: ResourceType): readonly T[] {
    return [...this.#of(type).values()] as unknown as readonly T[];
  }

  find<T extends KubeObject>(type: ResourceType, name: ObjectName): T | undefined {
    return this.#of(type).get(keyOf(name)) as T | undefined;
  }

  get(type: ResourceType, name: ObjectName): Promise<KubeObject | undefined> {
    return Promise.resolve(clone(this.find(type, name)));
  }

  list(type: ResourceType, { namespace }: Selection): Promise<ObjectList> {
    const items = this.all(type).filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
    return Promise.resolve({ items: items.map((item) => clone(item)), resourceVersion: String(this.#version) });
  }

  async *pages(type: ResourceType, selection: Selection): AsyncGenerator<ObjectList> {
    yield await this.list(type, selection);
  }

  async *watch(type: ResourceType, { signal }: WatchOptions): AsyncGenerator<WatchEvent> {
    const queue: WatchEvent[] = [];
    let wake = (): void => undefined;
    const watcher: Watcher = {
      key: kindKey(type),
      push: (event) => {
        queue.push(event);
        wake();
      },
    };
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => wake());
    try {
      while (!signal.aborted) {
        const event = queue.shift();
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  create(type: ResourceType, object: Manifest): Promise<KubeObject> {
    return this.#answer(() => {
      this.onCreate(object);
      const uid = `uid-${String(this.#version + 1)}`;
      const { generateName = '', name } = object.metadata;
      const metadata = {
        ...object.metadata,
        name: name === '' ? `${generateName}${String(this.#version + 1)}` : name,
        uid,
        generation: 1,
        creationTimestamp: this.#now(),
      };
      const made = { ...object, apiVersion: apiVersionOf(type), kind: type.kind, metadata };
      if (this.find(type, metadata) !== undefined) {
        throw new AdrasteiaError('ApiAlreadyExists', `${type.plural} "${metadata.name}" already exists`);
      }
      const status = type.kind === 'Pod' ? { phase: 'Pending' } : undefined;
      this.#note('create', type, metadata.name);
      if (type.kind === 'Event') this.events.push(made);
      return this.#put(type, status === undefined ? made : { status, ...made }, 'ADDED');
    });
  }

  apply(type: ResourceType, object: Manifest): Promise<KubeObject> {
    return this.patch(type, object.metadata, object, { type: 'merge' });
  }

  patch(type: ResourceType, name: ObjectName, patch: unknown, { subresource }: PatchOptions): Promise<KubeObject> {
    return this.#answer(() => {
      const before = this.#live(type, name);
      return this.#replace(type, merged(before, patch) as KubeObject, subresource);
    });
  }

  replace(type: ResourceType, object: Manifest, { subresource }: ReplaceOptions = {}): Promise<KubeObject> {
    return this.#answer(() => this.#replace(type, object, subresource));
  }

  delete(type: ResourceType, name: ObjectName, { uid, gracePeriodSeconds }: DeleteOptions = {}): Promise<void> {
    return this.#answer(() => {
      const object = this.find(type, name);
      if (object === undefined) return;
      if (uid !== undefined && object.metadata.uid !== uid) throw new AdrasteiaError('ApiConflict', 'another UID');
      this.#note('delete', type, name.name);
      const { nodeName } = (object.spec ?? {}) as { readonly nodeName?: string };
      const isHeld = (object.metadata.finalizers ?? []).length > 0;
      const isRunning = type.kind === 'Pod' && nodeName !== undefined && gracePeriodSeconds !== 0;
      if ((isHeld || isRunning) && object.metadata.deletionTimestamp !== undefined) return;
      if (isHeld || isRunning) {
        const deletionTimestamp = this.#now();
        this.#put(type, { ...object, metadata: { ...object.metadata, deletionTimestamp } }, 'MODIFIED');
      } else this.#remove(type, object);
    });
  }

  raw(path: string): Promise<unknown> {
    if (path === '/api') return Promise.resolve({ versions: ['v1'] });
    const groups = [...new Set(this.#types.map(({ group }) => group))].filter((group) => group !== '');
    if (path === '/apis') {
      return Promise.resolve({
        groups: groups.map((name) => ({
          name,
          versions: [...new Set(this.#types.filter(({ group }) => group === name).map(({ version }) => version))].map(
            (version) => ({ version }),
          ),
          preferredVersion: {},
        })),
      });
    }
    const served = this.#types.filter(
      (type) => path === `/api/${apiVersionOf(type)}` || path === `/apis/${apiVersionOf(type)}`,
    );
    return Promise.resolve({
      resources: served.map(({ plural, kind, namespaced }) => ({
        name: plural,
        kind,
        namespaced,
        verbs: ['list', 'watch', 'delete'],
      })),
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A node takes the pod, and calls it ready. */
  run({ metadata }: KubeObject, { ready = true, node = 'node' } = {}): void {
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: this.#now() }];
    this.#changePod(metadata, {
      spec: { nodeName: node },
      status: { phase: 'Running', conditions, podIP: '10.0.0.1' },
    });
  }

  /** The pod's containers end. */
  end({ metadata }: KubeObject, phase: 'Succeeded' | 'Failed' = 'Succeeded'): void {
    this.#changePod(metadata, { spec: { nodeName: 'node' }, status: { phase, conditions: [] } });
  }

  /** The node lets go of a pod that is on its way out. */
  letGo({ metadata }: KubeObject): void {
    const type = this.#type('Pod');
    const pod = this.find(type, metadata);
    if (pod === undefined) return;
    if ((pod.metadata.finalizers ?? []).length > 0) this.#changePod(metadata, { spec: { nodeName: undefined } });
    else this.#remove(type, pod);
  }

  #changePod(name: ObjectName, change: JsonObject | object): void {
    const type = this.#type('Pod');
    this.#put(type, merged(this.#live(type, name), change) as KubeObject, 'MODIFIED');
  }

  #replace(type: ResourceType, object: Manifest, subresource: string | undefined): KubeObject {
    const before = this.#live(type, object.metadata);
    const { resourceVersion, uid } = object.metadata;
    const isStale = resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion;
    if (isStale || (uid !== undefined && uid !== before.metadata.uid))
      throw new AdrasteiaError('ApiConflict', 'changed');
    const { status, ...rest } = object;
    const { status: statusBefore, ...restBefore } = before;
    const { generation = 1, deletionTimestamp } = before.metadata;
    let next: KubeObject;
    if (subresource === 'status') {
      const { annotations } = object.metadata;
      next = {
        ...restBefore,
        metadata: { ...before.metadata, ...(annotations === undefined ? {} : { annotations }) },
        status,
      };
    } else {
      const isChanged = canonicalJson(rest['spec']) !== canonicalJson(restBefore.spec);
      const metadata = { ...before.metadata, ...object.metadata, generation: isChanged ? generation + 1 : generation };
      next = { ...rest, metadata, ...(statusBefore === undefined ? {} : { status: statusBefore }) };
    }
    if (canonicalJson(next) === canonicalJson(before)) return clone(before);
    this.#note(subresource ?? 'replace', type, object.metadata.name);
    if (deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0) {
      const { nodeName } = (next.spec ?? {}) as { readonly nodeName?: string };
      if (type.kind !== 'Pod' || nodeName === undefined || isOver(next)) return this.#remove(type, next);
    }
    return this.#put(type, next, 'MODIFIED');
  }

  #put(type: ResourceType, object: KubeObject, event: 'ADDED' | 'MODIFIED'): KubeObject {
    this.#version += 1;
    const next = clone({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } });
    this.#of(type).set(keyOf(next.metadata), next);
    this.#tell(type, { type: event, object: next });
    return clone(next);
  }

  #remove(type: ResourceType, object: KubeObject): KubeObject {
    this.#version += 1;
    const gone = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#of(type).delete(keyOf(object.metadata));
    this.#tell(type, { type: 'DELETED', object: gone });
    return clone(gone);
  }

  #tell(type: ResourceType, event: WatchEvent): void {
    for (const { key, push } of this.#watchers) if (key === kindKey(type)) push(clone(event));
  }

  #note(verb: string, type: ResourceType, name: string): void {
    if (this.writes.length > LIVELOCK) throw new Error(`too many writes: ${this.writes.slice(-6).join(', ')}`);
    if (type.kind !== 'Event') this.writes.push(`${verb} ${type.kind}/${name}`);
  }

  #live(type: ResourceType, name: ObjectName): KubeObject {
    const object = this.find(type, name);
    if (object === undefined) throw new AdrasteiaError('ApiNotFound', `${type.plural} "${name.name}" not found`);
    return object;
  }

  #type(kind: string): ResourceType {
    const type = this.#types.find((known) => known.kind === kind);
    if (type === undefined) throw new Error(`${kind} isn't served`);
    return type;
  }

  #of(type: ResourceType): Map<string, KubeObject> {
    const objects = this.#objects.get(kindKey(type)) ?? new Map<string, KubeObject>();
    this.#objects.set(kindKey(type), objects);
    return objects;
  }

  #now(): string {
    return `${new Date(this.#clock.now()).toISOString().slice(0, 19)}Z`;
  }

  /** Answers come a turn later, as over a wire. */
  async #answer<T>(work: () => T): Promise<T> {
    await Promise.resolve();
    return work();
  }
}

function isOver(pod: KubeObject): boolean {
  const { phase } = (pod.status ?? {}) as { readonly phase?: string };
  return phase === 'Succeeded' || phase === 'Failed';
}

function keyOf({ namespace, name }: ObjectName): string {
  return `${namespace ?? ''}/${name}`;
}

function clone<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

/** RFC 7386; what is undefined is taken out. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const result = new Map<string, unknown>(Object.entries(isJsonObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) result.delete(key);
    else result.set(key, merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}
