/**
 * The Secrets that environments name, each kept by a watch of it alone: the gate needs rights to these Secrets by their names, and
 * to no other.
 */
import { isJsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import type { ResourceType } from '../../../api/resource-type';
import type { Clock } from '../../../ports/clock';
import type { Cluster } from '../../../ports/cluster';
import type { Logger } from '../../../ports/logger';
import { Mirror } from '../../mirror';

const SECRET: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

/** Values of a Secret by key, as text. */
export type SecretText = Readonly<Record<string, string>>;

/** A Secret's name and namespace. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** What became of a Secret. */
export interface SecretChange {
  /** Those that need it, as `namespace/name`. */
  readonly environments: readonly string[];
  /** True where somebody may have lost a password or token. */
  readonly isLoss: boolean;
  /**
   * A whole number, as decimal text, that grows with each change and is the same in every replica: the resource version, and a
   * digit that says whether the Secret is gone, which leaves none of its own.
   */
  readonly mark: string;
}

export interface WatchedSecretsOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when a Secret that was there is another than before. */
  readonly onChange: (change: SecretChange) => void;
}

/** What is known of a Secret; `Unread` until the API has answered. */
export type SecretState =
  | { readonly state: 'Read'; readonly data: SecretText }
  | { readonly state: 'Missing' | 'Unread' };

interface Watched {
  readonly environments: Set<string>;
  readonly stopping: AbortController;
  readonly mirror: Mirror;
  following: Promise<void>;
  data: SecretText | undefined;
}

export class WatchedSecrets {
  readonly #options: WatchedSecretsOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #keyOfEnvironment = new Map<string, string>();

  constructor(options: WatchedSecretsOptions) {
    this.#options = options;
  }

  /** Watches the Secret that an environment needs from now on, instead of that it needed; undefined where it needs none. */
  need(environment: string, secret: SecretName | undefined): void {
    const before = this.#keyOfEnvironment.get(environment);
    const key = secret === undefined ? undefined : keyOf(secret);
    if (before === key) return;
    if (before !== undefined) this.#leave(environment, before);
    if (secret === undefined || key === undefined) return;
    this.#keyOfEnvironment.set(environment, key);
    const watched = this.#watched.get(key) ?? this.#watch(key, secret);
    watched.environments.add(environment);
  }

  stateOf(secret: SecretName): SecretState {
    const watched = this.#watched.get(keyOf(secret));
    if (watched?.data !== undefined) return { state: 'Read', data: watched.data };
    return { state: watched?.mirror.isFilled === true ? 'Missing' : 'Unread' };
  }

  /** Ends all watches. */
  async close(): Promise<void> {
    const all = [...this.#watched.values()];
    this.#watched.clear();
    this.#keyOfEnvironment.clear();
    for (const { stopping } of all) stopping.abort();
    await Promise.all(all.map(({ following }) => following));
  }

  #leave(environment: string, key: string): void {
    this.#keyOfEnvironment.delete(environment);
    const watched = this.#watched.get(key);
    watched?.environments.delete(environment);
    if (watched?.environments.size !== 0) return;
    this.#watched.delete(key);
    watched.stopping.abort();
  }

  #watch(key: string, { namespace, name }: SecretName): Watched {
    const { cluster, clock, log } = this.#options;
    const stopping = new AbortController();
    const mirror = new Mirror({
      cluster,
      clock,
      log,
      type: SECRET,
      selection: { namespace, fieldSelector: `metadata.name=${name}` },
      onChange: (before, after) => this.#changed(watched, before, after),
    });
    const watched: Watched = {
      environments: new Set(),
      stopping,
      mirror,
      following: Promise.resolve(),
      data: undefined,
    };
    watched.following = mirror.follow(stopping.signal);
    this.#watched.set(key, watched);
    return watched;
  }

  #changed(watched: Watched, before: KubeObject | undefined, after: KubeObject | undefined): void {
    const known = watched.data;
    watched.data = after === undefined ? undefined : textOf(after);
    if (known === undefined) return;
    this.#options.onChange({
      environments: [...watched.environments],
      isLoss: credentialsShrank(known, watched.data),
      mark: `${(after ?? before)?.metadata.resourceVersion ?? ''}${after === undefined ? 1 : 0}`,
    });
  }
}

function keyOf({ namespace, name }: SecretName): string {
  return `${namespace}/${name}`;
}

/** The Secret's data as text; what isn't data is left out. */
function textOf(secret: KubeObject): SecretText {
  const data = isJsonObject(secret['data']) ? secret['data'] : {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, Buffer.from(value, 'base64').toString('utf8')]] : [],
    ),
  );
}

/** Whether somebody may have lost a password or token: a line or key is gone, or another than before. */
export function credentialsShrank(before: SecretText, after: SecretText | undefined): boolean {
  const kept = after ?? {};
  return Object.entries(before).some(([key, value]) => {
    const lines = new Set((Object.hasOwn(kept, key) ? kept[key] : undefined)?.split(/\r?\n/));
    return value.split(/\r?\n/).some((line) => line !== '' && !lines.has(line));
  });
}
