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
/** One that a provider doesn't accept is looked at again, though not more often: whoever begins a sign-in may bring that about. */
const AGAIN_MS = 2000;
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
    const name = nameOf(reference);
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

  /** Has the value looked at again when it is asked for next. */
  doubt(reference: SecretKeyReference): void {
    const name = nameOf(reference);
    const known = this.#entries.get(name);
    if (known !== undefined && this.#clock.now() - known.atMs >= AGAIN_MS) this.#entries.delete(name);
  }

  async #read({ namespace, name, key }: SecretKeyReference): Promise<string | undefined> {
    const data = valueAt(await this.#cluster.get(SECRET, { namespace, name }), ['data', key]);
    return typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8').trim() : undefined;
  }
}

function nameOf({ namespace, name, key }: SecretKeyReference): string {
  return `${namespace}/${name}/${key}`;
}
