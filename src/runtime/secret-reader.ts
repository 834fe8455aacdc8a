/**
 * Secrets that plans refer to and that aren't ours: fetched by name, never listed, and looked at again from time to time.
 *
 * Only the key names and a digest of the data are kept.
 */
import { digest, isJsonObject } from '../api/json';
import type { ObjectName } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import { PlanInterruption } from '../plan/interruption';
import type { Absent, SecretHandle } from '../plan/lookup';
import type { Clock } from '../ports/clock';
import type { Cluster } from '../ports/cluster';

export const SECRET: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

export interface SecretReaderOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** An answer is there, or differs from the one before. */
  readonly onChange: (name: Required<ObjectName>) => void;
  /** Whether anybody still asks; a secret that nobody asks for is forgotten. */
  readonly isWanted: (name: Required<ObjectName>) => boolean;
  /** How often a Secret is looked at again. Default 60 s. */
  readonly refreshMs?: number;
}

export class SecretReader {
  private readonly answers = new Map<string, SecretHandle | Absent | PlanInterruption>();
  private readonly timers = new Map<string, () => void>();
  private closed = false;

  constructor(private readonly options: SecretReaderOptions) {}

  /** The answer, or a suspension while it is being fetched. */
  find(name: Required<ObjectName>): SecretHandle | Absent | PlanInterruption {
    const key = `${name.namespace}/${name.name}`;
    const answer = this.answers.get(key);
    if (answer !== undefined) return answer;
    const suspended = new PlanInterruption('Suspended', `Secret ${key} is being fetched`);
    this.answers.set(key, suspended);
    void this.fetch(key, name);
    return suspended;
  }

  close(): void {
    this.closed = true;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  private async fetch(key: string, name: Required<ObjectName>): Promise<void> {
    const answer = await this.read(key, name);
    if (this.closed) return;
    const before = this.answers.get(key);
    this.answers.set(key, answer);
    if (before === undefined || !isSame(before, answer)) this.options.onChange(name);
    this.timers.set(
      key,
      this.options.clock.schedule(this.options.refreshMs ?? 60_000, () => {
        this.timers.delete(key);
        if (this.options.isWanted(name)) void this.fetch(key, name);
        else this.answers.delete(key);
      }),
    );
  }

  private async read(key: string, name: Required<ObjectName>): Promise<SecretHandle | Absent | PlanInterruption> {
    try {
      const secret = await this.options.cluster.get(SECRET, name);
      if (secret === undefined) return { found: false };
      const data = isJsonObject(secret['data']) ? secret['data'] : {};
      return { found: true, name: name.name, keys: Object.keys(data).sort(), hash: digest(data) };
    } catch (error) {
      return new PlanInterruption(
        'Unavailable',
        `Secret ${key} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

function isSame(a: SecretHandle | Absent | PlanInterruption, b: SecretHandle | Absent | PlanInterruption): boolean {
  if (a instanceof PlanInterruption || b instanceof PlanInterruption) {
    return a instanceof PlanInterruption && b instanceof PlanInterruption && a.message === b.message;
  }
  return a.found === b.found && (!a.found || !b.found || a.hash === b.hash);
}
