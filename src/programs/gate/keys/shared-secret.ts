/**
 * A Secret of the gate's own, which all its replicas read, watch and change: by compare-and-swap, so that whoever is second
 * sees what the first one wrote before he writes. Only this one Secret is listed and watched, by its name: the gate needs no
 * right to any other for it.
 */
import { isJsonObject } from '../../../api/json';
import type { KubeObject, Manifest } from '../../../api/object';
import type { ResourceType } from '../../../api/resource-type';
import { AdrasteiaError, hasCode } from '../../../errors';
import type { Clock } from '../../../ports/clock';
import type { Cluster } from '../../../ports/cluster';
import type { Logger } from '../../../ports/logger';
import { errorKeys } from '../../error-keys';
import { pause } from './pause';

/** The kind. */
export const SECRET: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

/** Values of a Secret by key, as text. */
export type SecretText = Readonly<Record<string, string>>;

export interface SharedSecretOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly namespace: string;
  readonly name: string;
  /** Called with what is found first, and whenever it is another than before; undefined where there is no Secret. */
  readonly onChange: (data: SecretText | undefined) => void;
}

const PAUSE_MS = 1000;
const WATCH_SECONDS = 240;
/** A watch that the server doesn't end in time is taken for dead. */
const WATCH_PATIENCE_MS = (WATCH_SECONDS + 15) * 1000;
/** After so long without a word the server isn't taken to be there. */
const SILENCE_MS = 30_000;
/** Far more than there are replicas to be quicker than this one. */
const MOST_TRIES = 50;

export class SharedSecret {
  readonly #options: SharedSecretOptions;
  #version: string | undefined;
  #isKnown = false;
  #isFollowed = false;
  #heardAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SharedSecretOptions) {
    this.#options = options;
  }

  /** Whether a watch is open that tells of changes as they happen, and the server was heard of lately: connections die silently. */
  get isFollowed(): boolean {
    return this.#isFollowed && this.#options.clock.now() - this.#heardAtMs < SILENCE_MS;
  }

  /** Looks at the Secret now. Throws what the cluster throws. */
  async read(): Promise<void> {
    const { cluster, namespace, name } = this.#options;
    this.#take(await cluster.get(SECRET, { namespace, name }));
  }

  /**
   * Changes the Secret: `edit` is given what is there, and gives what shall be, or undefined where that is so already. It is
   * called again whenever somebody else was quicker. Throws what the cluster throws.
   */
  async change(edit: (data: SecretText) => SecretText | undefined): Promise<void> {
    const { cluster, namespace, name } = this.#options;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const live = await cluster.get(SECRET, { namespace, name });
      this.#take(live);
      const wanted = edit(textOf(live));
      if (wanted === undefined) return;
      try {
        const secret = this.#manifest(wanted, live);
        this.#take(live === undefined ? await cluster.create(SECRET, secret) : await cluster.replace(SECRET, secret));
        return;
      } catch (error) {
        if (!hasCode(error, 'ApiConflict', 'ApiAlreadyExists', 'ApiNotFound') || tries === MOST_TRIES - 1) throw error;
        // A missing Secret and a missing namespace look alike; only the first is worth another try.
        if (live === undefined && hasCode(error, 'ApiNotFound')) throw error;
      }
    }
    throw new AdrasteiaError('ApiConflict', `Secret ${namespace}/${name} is changed all the time`);
  }

  /** Tells of changes until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { log, namespace, name } = this.#options;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        await this.#watch(signal);
      } catch (error) {
        if (!isOver() && !hasCode(error, 'ApiExpired'))
          log.warn('watch interrupted', { kind: 'Secret', namespace, name, ...errorKeys(error) });
      } finally {
        this.#isFollowed = false;
      }
      if (!isOver()) await pause(this.#options.clock, PAUSE_MS, signal);
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { cluster, clock, namespace, name } = this.#options;
    const selection = { namespace, fieldSelector: `metadata.name=${name}` };
    const isThis = ({ metadata }: KubeObject): boolean => metadata.name === name;
    const { items, resourceVersion } = await cluster.list(SECRET, selection);
    this.#take(items.find(isThis));
    const ending = new AbortController();
    const cancel = clock.schedule(WATCH_PATIENCE_MS, () => ending.abort());
    try {
      this.#isFollowed = true;
      const either = AbortSignal.any([signal, ending.signal]);
      const options = { ...selection, resourceVersion, timeoutSeconds: WATCH_SECONDS, signal: either };
      for await (const event of cluster.watch(SECRET, options)) {
        if (signal.aborted) return;
        this.#heardAtMs = clock.now();
        if (event.type !== 'BOOKMARK' && isThis(event.object))
          this.#take(event.type === 'DELETED' ? undefined : event.object);
      }
    } finally {
      cancel();
    }
  }

  /** Takes in what was read, unless something newer is known. */
  #take(secret: KubeObject | undefined): void {
    this.#heardAtMs = this.#options.clock.now();
    const version = secret?.metadata.resourceVersion;
    if (version !== undefined && this.#version !== undefined && Number(version) <= Number(this.#version)) return;
    const isSame = this.#isKnown && secret === undefined && this.#version === undefined;
    this.#version = version;
    this.#isKnown = true;
    if (!isSame) this.#options.onChange(secret === undefined ? undefined : textOf(secret));
  }

  #manifest(data: SecretText, live: KubeObject | undefined): Manifest {
    const { namespace, name } = this.#options;
    const resourceVersion = live?.metadata.resourceVersion;
    return {
      ...(live ?? { apiVersion: 'v1', kind: 'Secret', type: 'Opaque' }),
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...live?.metadata, namespace, name, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
      data: Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')]),
      ),
    };
  }
}

/** The Secret's data as text; what isn't data is left out. */
function textOf(secret: KubeObject | undefined): SecretText {
  const data = isJsonObject(secret?.['data']) ? secret['data'] : {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, Buffer.from(value, 'base64').toString('utf8')]] : [],
    ),
  );
}
