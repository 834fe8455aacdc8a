/**
 * What is there, seen by a watcher of its own rather than by a contestant's word: the children of each environment of a
 * namespace (their metadata), and the environments themselves.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { KubeObject, ObjectMeta } from '../../src/api/object';
import { kindKey, type ResourceType } from '../../src/api/resource-type';
import type { Cluster } from '../../src/ports/cluster';
import { ENVIRONMENT } from '../environments';
import { childTypes } from './golden';

const ENVIRONMENT_LABEL = 'adrasteia.dev/environment';
const WATCH_SECONDS = 3_600;
const RETRY_MS = 200;

interface Waiter {
  readonly holds: () => boolean;
  readonly resolve: (at: number) => void;
}

export class Presence {
  private readonly children = new Map<string, Map<string, KubeObject>>();
  private readonly environments = new Map<string, KubeObject>();
  private readonly waiters = new Set<Waiter>();
  private readonly abort = new AbortController();
  private readonly types = childTypes();
  private failure: unknown;

  private constructor(
    private readonly cluster: Cluster,
    private readonly namespace: string,
  ) {}

  /** Watches a namespace, from now on, until closed. */
  static async watch(cluster: Cluster, namespace: string): Promise<Presence> {
    const presence = new Presence(cluster, namespace);
    await Promise.all([...presence.types, ENVIRONMENT].map((type) => presence.begin(type)));
    return presence;
  }

  /** Children that an environment has when it is whole. */
  get expected(): number {
    return this.types.length;
  }

  /** When `holds` first held, by `performance.now()`. Rejects after the time limit, in ms. */
  until(what: string, holds: () => boolean, limitMs: number): Promise<number> {
    if (holds()) return Promise.resolve(performance.now());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        reject(new Error(`${what}: not within ${String(limitMs / 1000)} s`, { cause: this.failure }));
      }, limitMs);
      const waiter = {
        holds,
        resolve: (at: number) => {
          clearTimeout(timer);
          resolve(at);
        },
      };
      this.waiters.add(waiter);
    });
  }

  isWhole(name: string): boolean {
    return this.children.get(name)?.size === this.expected;
  }

  /** True where the environment's status speaks of what is specified now. */
  hasStatus(name: string): boolean {
    const environment = this.environments.get(name);
    const status = environment?.status as { readonly observedGeneration?: number } | undefined;
    return status?.observedGeneration !== undefined && status.observedGeneration === environment?.metadata.generation;
  }

  /** The metadata of a child, by kind. */
  find(name: string, kind: string): ObjectMeta | undefined {
    return this.children.get(name)?.get(kind)?.metadata;
  }

  /** How many children there are, without those of one kind. */
  countExcept(kind: string): number {
    let sum = 0;
    for (const children of this.children.values()) for (const other of children.keys()) if (other !== kind) sum += 1;
    return sum;
  }

  close(): void {
    this.abort.abort();
  }

  /** Lists a kind, and follows it from there. */
  private async begin(type: ResourceType): Promise<void> {
    const metadataOnly = type !== ENVIRONMENT;
    const selection = { namespace: this.namespace, metadataOnly };
    const { items, resourceVersion } = await this.cluster.list(type, selection);
    const there = new Set(items.map(({ metadata }) => metadata.uid));
    for (const gone of this.known(type).filter(({ metadata }) => !there.has(metadata.uid))) this.see(type, gone, false);
    for (const item of items) this.see(type, item, true);
    const options = { ...selection, resourceVersion, timeoutSeconds: WATCH_SECONDS, signal: this.abort.signal };
    void this.follow(type, this.cluster.watch(type, options));
  }

  /** Sees what a watch tells. When it ends, for whatever reason, all is listed once more. */
  private async follow(type: ResourceType, events: ReturnType<Cluster['watch']>): Promise<void> {
    try {
      for await (const event of events) {
        if (event.type !== 'BOOKMARK') this.see(type, event.object, event.type !== 'DELETED');
      }
    } catch (error) {
      this.failure = error;
    }
    while (!this.abort.signal.aborted) {
      try {
        await this.begin(type);
        return;
      } catch (error) {
        this.failure = error;
        await pause(RETRY_MS);
      }
    }
  }

  private known(type: ResourceType): readonly KubeObject[] {
    if (type === ENVIRONMENT) return [...this.environments.values()];
    return [...this.children.values()].flatMap((children) => children.get(kindKey(type)) ?? []);
  }

  private see(type: ResourceType, object: KubeObject, isThere: boolean): void {
    if (type === ENVIRONMENT) {
      if (isThere) this.environments.set(object.metadata.name, object);
      else this.environments.delete(object.metadata.name);
    } else {
      const name = object.metadata.labels?.[ENVIRONMENT_LABEL];
      // The service account that every namespace has.
      if (name === undefined) return;
      const children = this.children.get(name) ?? new Map<string, KubeObject>();
      this.children.set(name, children);
      if (isThere) children.set(kindKey(type), object);
      else children.delete(kindKey(type));
    }
    const now = performance.now();
    for (const waiter of [...this.waiters].filter(({ holds }) => holds())) {
      this.waiters.delete(waiter);
      waiter.resolve(now);
    }
  }
}
