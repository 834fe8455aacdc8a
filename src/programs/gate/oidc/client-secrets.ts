import { valueAt } from '../../../api/object';
import type { Clock } from '../../../ports/clock';
import type { Cluster } from '../../../ports/cluster';
import { SECRET } from '../keys/shared-secret';

/** Names a value in a Secret. */
export interface SecretKeyReference {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

/** So long a value is believed before the Secret is looked at again. */
const FRESH_MS = 30_000;
const MOST_ENTRIES = 500;

/** Client secrets, fetched by name when they are needed, never listed. */
export class ClientSecrets {
  readonly #cluster: Pick<Cluster, 'get'>;
  readonly #clock: Clock;
  readonly #entries = new Map<string, { readonly atMs: number; readonly value: Promise<string | undefined> }>();

  constructor(cluster: Pick<Cluster, 'get'>, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** The value, or undefined where there is none. Throws what the cluster throws. */
  find(reference: SecretKeyReference): Promise<string | undefined> {
    const name = `${reference.namespace}/${reference.name}/${reference.key}`;
    const known = this.#entries.get(name);
    const nowMs = this.#clock.now();
    if (known !== undefined && nowMs - known.atMs < FRESH_MS) return known.value;
    const value = this.#read(reference);
    if (this.#entries.size >= MOST_ENTRIES) this.#entries.clear();
    this.#entries.set(name, { atMs: nowMs, value });
    // What couldn't be read is looked for again at once.
    value.catch(() => this.#entries.delete(name));
    return value;
  }

  async #read({ namespace, name, key }: SecretKeyReference): Promise<string | undefined> {
    const data = valueAt(await this.#cluster.get(SECRET, { namespace, name }), ['data', key]);
    return typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8').trim() : undefined;
  }
}
