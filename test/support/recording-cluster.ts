/**
 * A cluster that notes every write on its way, and fails on purpose where a test says so.
 */
import type { KubeObject, Manifest, ObjectName } from '../../src/api/object';
import { kindKey, type ResourceType } from '../../src/api/resource-type';
import type {
  Cluster,
  DeleteOptions,
  ObjectList,
  PatchOptions,
  ReplaceOptions,
  Selection,
  WatchEvent,
  WatchOptions,
} from '../../src/ports/cluster';

export interface Write {
  readonly verb: 'create' | 'apply' | 'patch' | 'replace' | 'delete';
  readonly kind: string;
  readonly name: string;
  /** `kind/status` patches are told apart. */
  readonly subresource?: string;
}

/** Called around each write, and before each event of a watch; `index` counts from 0. What is thrown reaches the caller instead of the answer. */
export interface WriteHook {
  before?(write: Write, index: number): void | Promise<void>;
  /** After the server has answered, before the caller knows. */
  committed?(write: Write, index: number): void | Promise<void>;
  /** After the caller has the answer. */
  answered?(write: Write, index: number): void | Promise<void>;
  /** Before an event is given to who watches. */
  event?(type: ResourceType): void | Promise<void>;
}

/** Kinds that nobody's end state depends on. */
const APART = new Set(['Event.events.k8s.io', 'Lease.coordination.k8s.io']);

export class RecordingCluster implements Cluster {
  readonly writes: Write[] = [];
  reads = 0;
  hook: WriteHook = {};

  constructor(private readonly cluster: Cluster) {}

  async get(type: ResourceType, name: ObjectName): Promise<KubeObject | undefined> {
    this.reads += 1;
    return this.cluster.get(type, name);
  }

  async list(type: ResourceType, selection: Selection): Promise<ObjectList> {
    return this.cluster.list(type, selection);
  }

  pages(type: ResourceType, selection: Selection): AsyncIterable<ObjectList> {
    return this.cluster.pages(type, selection);
  }

  async *watch(type: ResourceType, options: WatchOptions): AsyncGenerator<WatchEvent> {
    for await (const event of this.cluster.watch(type, options)) {
      await this.hook.event?.(type);
      yield event;
    }
  }

  create(
    type: ResourceType,
    object: Manifest,
    options?: { readonly fieldManager?: string; readonly dryRun?: boolean },
  ): Promise<KubeObject> {
    if (options?.dryRun === true) return this.cluster.create(type, object, options);
    return this.write({ verb: 'create', kind: kindKey(type), name: object.metadata.name }, () =>
      this.cluster.create(type, object, options),
    );
  }

  apply(type: ResourceType, object: Manifest, options: Parameters<Cluster['apply']>[2]): Promise<KubeObject> {
    return this.write({ verb: 'apply', kind: kindKey(type), name: object.metadata.name }, () =>
      this.cluster.apply(type, object, options),
    );
  }

  patch(type: ResourceType, name: ObjectName, patch: unknown, options: PatchOptions): Promise<KubeObject> {
    const write: Write = {
      verb: 'patch',
      kind: kindKey(type),
      name: name.name,
      ...(options.subresource === undefined ? {} : { subresource: options.subresource }),
    };
    return this.write(write, () => this.cluster.patch(type, name, patch, options));
  }

  replace(type: ResourceType, object: Manifest, options?: ReplaceOptions): Promise<KubeObject> {
    return this.write({ verb: 'replace', kind: kindKey(type), name: object.metadata.name }, () =>
      this.cluster.replace(type, object, options),
    );
  }

  delete(type: ResourceType, name: ObjectName, options?: DeleteOptions): Promise<void> {
    return this.write({ verb: 'delete', kind: kindKey(type), name: name.name }, () =>
      this.cluster.delete(type, name, options),
    );
  }

  raw(path: string): Promise<unknown> {
    return this.cluster.raw(path);
  }

  async close(): Promise<void> {
    await this.cluster.close();
  }

  /** Writes as words, in order: `apply ConfigMap/a`, `patch Widget.test.adrasteia.dev/w/status`. */
  get words(): readonly string[] {
    return this.writes.map(
      ({ verb, kind, name, subresource }) =>
        `${verb} ${kind}/${name}${subresource === undefined ? '' : `/${subresource}`}`,
    );
  }

  private async write<T>(write: Write, send: () => Promise<T>): Promise<T> {
    if (APART.has(write.kind)) return send();
    const index = this.writes.push(write) - 1;
    await this.hook.before?.(write, index);
    const answer = await send();
    await this.hook.committed?.(write, index);
    // The caller goes on first; what comes after its answer is a turn later.
    if (this.hook.answered !== undefined) setImmediate(() => void this.hook.answered?.(write, index));
    return answer;
  }
}
