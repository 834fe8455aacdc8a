/** The environments that the gate knows: a copy of all EnvironmentAccesses, kept by a watch. */
import { ENVIRONMENT_ACCESS, type EnvironmentAccess } from '../../../access/environment-access';
import type { KubeObject } from '../../../api/object';
import type { Clock } from '../../../ports/clock';
import type { Cluster } from '../../../ports/cluster';
import type { Logger } from '../../../ports/logger';
import { Mirror } from '../../mirror';
import type { AccessIndex } from '../request';

export interface WatchedAccessOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Told of every change, after it can be found: `before` is undefined for what is new, `after` for what is gone or being deleted.
 * `environment` is `namespace/name`.
 */
export type AccessListener = (
  environment: string,
  before: EnvironmentAccess | undefined,
  after: EnvironmentAccess | undefined,
) => void;

export class WatchedAccess implements AccessIndex {
  readonly #mirror: Mirror;
  readonly #listeners: AccessListener[] = [];
  readonly #open = new Map<string, EnvironmentAccess>();

  constructor(options: WatchedAccessOptions) {
    this.#mirror = new Mirror({
      ...options,
      type: ENVIRONMENT_ACCESS.type,
      reduce: withoutBookkeeping,
      onChange: (before, after) => this.#changed(before, after),
    });
  }

  /** True once every EnvironmentAccess was listed; until then an absence means nothing. */
  get isFilled(): boolean {
    return this.#mirror.isFilled;
  }

  /** Number of environments that can be found. */
  get size(): number {
    return this.#open.size;
  }

  find(environment: string): EnvironmentAccess | undefined {
    return this.#open.get(environment);
  }

  values(): IterableIterator<EnvironmentAccess> {
    return this.#open.values();
  }

  /** Tells a listener of every change from now on. */
  listen(listener: AccessListener): void {
    this.#listeners.push(listener);
  }

  /** Fills the copy. Throws what the cluster throws. */
  async fill(): Promise<void> {
    await this.#mirror.fill();
  }

  /** Keeps the copy until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.#mirror.follow(signal);
  }

  #changed(before: KubeObject | undefined, after: KubeObject | undefined): void {
    const { namespace = '', name } = (after ?? before)?.metadata ?? { name: '' };
    const environment = `${namespace}/${name}`;
    const known = this.#open.get(environment);
    const next = after?.metadata.deletionTimestamp === undefined ? (after as EnvironmentAccess | undefined) : undefined;
    if (known === undefined && next === undefined) return;
    if (next === undefined) this.#open.delete(environment);
    else this.#open.set(environment, next);
    for (const listener of this.#listeners) listener(environment, known, next);
  }
}

/** What nobody reads isn't kept. */
function withoutBookkeeping({ metadata, ...object }: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...rest } = metadata;
  return { ...object, metadata: rest };
}
