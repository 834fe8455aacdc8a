/** One mirror for each kind, however many controllers read it. */
import type { KubeObject } from '../../api/object';
import { kindKey, type ResourceType } from '../../api/resource-type';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { Mirror } from '../mirror';

export interface ControllerContext {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Told of each change: `before` is undefined for what is new, `after` for what is gone. */
export type ChangeListener = (before: KubeObject | undefined, after: KubeObject | undefined) => void;

export class SharedMirrors {
  readonly #context: ControllerContext;
  readonly #mirrors = new Map<string, { readonly mirror: Mirror; readonly listeners: ChangeListener[] }>();
  readonly #stopping = new AbortController();
  #following: Promise<unknown> = Promise.resolve();

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  /** The mirror of a kind; to be asked for before `start`. The listener is called for every object that is found or changes. */
  of(type: ResourceType, listener?: ChangeListener): Mirror {
    const key = kindKey(type);
    let entry = this.#mirrors.get(key);
    if (entry === undefined) {
      const listeners: ChangeListener[] = [];
      const onChange: ChangeListener = (before, after) => {
        for (const listen of listeners) listen(before, after);
      };
      entry = { mirror: new Mirror({ ...this.#context, type, onChange }), listeners };
      this.#mirrors.set(key, entry);
    }
    if (listener !== undefined) entry.listeners.push(listener);
    return entry.mirror;
  }

  /** Lists every kind, and follows it. Throws what the cluster throws while listing. */
  async start(): Promise<void> {
    const mirrors = [...this.#mirrors.values()].map(({ mirror }) => mirror);
    await Promise.all(mirrors.map((mirror) => mirror.fill()));
    this.#following = Promise.all(mirrors.map((mirror) => mirror.follow(this.#stopping.signal)));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
  }
}
