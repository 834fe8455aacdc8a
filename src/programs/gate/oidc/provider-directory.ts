/**
 * The providers that the gate knows, with their discovery documents: read when one is first asked for, read again in the
 * background when they are old, and kept while a provider is down.
 */
import { canonicalJson } from '../../../api/json';
import type { Clock } from '../../../ports/clock';
import type { Logger } from '../../../ports/logger';
import type { ProviderClient, RelyingParty } from './relying-party';

export interface ProviderDirectoryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly discover: (client: ProviderClient) => Promise<RelyingParty>;
}

const FRESH_MS = 60 * 60_000;
/** A document that couldn't be read again for so long isn't believed any more. */
const OLDEST_MS = 24 * 60 * 60_000;
/** A provider that didn't answer isn't asked again before. */
const PATIENCE_MS = 3000;
/** Environments with clients of their own make entries too. */
const MOST_ENTRIES = 500;

interface Entry {
  found?: { readonly party: RelyingParty; readonly atMs: number };
  failedAtMs?: number;
  reading?: Promise<void>;
}

export class ProviderDirectory {
  readonly #options: ProviderDirectoryOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: ProviderDirectoryOptions) {
    this.#options = options;
  }

  /** The provider, or undefined where it doesn't answer. */
  async find(client: ProviderClient): Promise<RelyingParty | undefined> {
    const entry = this.#entryOf(client);
    const nowMs = this.#options.clock.now();
    const ageMs = nowMs - (entry.found?.atMs ?? Number.NEGATIVE_INFINITY);
    const mayAsk = nowMs - (entry.failedAtMs ?? Number.NEGATIVE_INFINITY) >= PATIENCE_MS;
    if (ageMs >= FRESH_MS && mayAsk) entry.reading ??= this.#read(entry, client);
    if (ageMs >= OLDEST_MS) await entry.reading;
    const { found } = entry;
    return found !== undefined && this.#options.clock.now() - found.atMs < OLDEST_MS ? found.party : undefined;
  }

  async #read(entry: Entry, client: ProviderClient): Promise<void> {
    const { clock, discover, log } = this.#options;
    try {
      entry.found = { party: await discover(client), atMs: clock.now() };
      delete entry.failedAtMs;
    } catch (error) {
      entry.failedAtMs = clock.now();
      log.warn('provider does not answer', { issuer: client.issuerUrl, reason: reasonOf(error) });
    } finally {
      delete entry.reading;
    }
  }

  #entryOf(client: ProviderClient): Entry {
    const key = canonicalJson(client);
    const known = this.#entries.get(key) ?? {};
    // The one that was asked for longest ago is the first of the map.
    this.#entries.delete(key);
    this.#entries.set(key, known);
    const [eldest] = this.#entries.keys();
    if (this.#entries.size > MOST_ENTRIES && eldest !== undefined) this.#entries.delete(eldest);
    return known;
  }
}

/** What failed, and the first cause of it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
