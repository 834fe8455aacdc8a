/**
 * Work outside Kubernetes: things that plans want to exist, one-shots, and observations.
 *
 * What is asked for is written to the inventory before it is made, so that it can be taken back after any crash; a one-shot's
 * key is in the ledger before it is done, so that it is done at most once. A system that fails holds up nothing else: its
 * failure is an answer that plans and status see.
 */
import { digest, type JsonValue } from '../api/json';
import { PlanInterruption } from '../plan/interruption';
import type { Observation } from '../plan/lookup';
import type { Ensure, Once } from '../plan/plan';
import type { Clock } from '../ports/clock';
import type { ExternalSystem } from '../ports/external-system';
import type { Logger } from '../ports/logger';
import type { InventoryContent, InventoryStore } from './inventory';
import type { Owner } from './ownership';

export interface ExternalWorkOptions {
  readonly systems: Readonly<Record<string, ExternalSystem>>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onObserved: (source: string, query: JsonValue) => void;
  readonly isObserved: (source: string, query: JsonValue) => boolean;
}

interface Ensured {
  readonly spec: string;
  readonly at: number;
  readonly state: Observation;
}

export class ExternalWork {
  /** By owner UID, then `system/key`. */
  private readonly ensured = new Map<string, Map<string, Ensured>>();
  private readonly observations = new Map<string, Observation | PlanInterruption>();
  private readonly timers = new Map<string, () => void>();
  private closed = false;

  constructor(private readonly options: ExternalWorkOptions) {}

  /** State of what was ensured for an owner, by `system/key`. */
  states(uid: string): ReadonlyMap<string, Observation> {
    return new Map([...(this.ensured.get(uid) ?? [])].map(([key, { state }]) => [key, state]));
  }

  /** Makes things exist, takes back what is no longer asked for, does one-shots. Gives milliseconds until the next look, if any. */
  async run(
    owner: Owner,
    ensure: readonly Ensure[],
    once: readonly Once[],
    inventory: InventoryStore,
  ): Promise<number | undefined> {
    const recorded = inventory.read(owner);
    if (ensure.length === 0 && once.length === 0 && recorded.external.length === 0) return undefined;
    const wanted = new Map(
      ensure.map((item) => [`${item.system}/${item.key}`, { system: item.system, key: item.key }]),
    );
    const external = new Map([
      ...recorded.external.map((item) => [`${item.system}/${item.key}`, item] as const),
      ...wanted,
    ]);
    const due = once.filter(({ key }) => !recorded.ledger.includes(key));
    const ledger = [...recorded.ledger, ...due.map(({ key }) => key)];
    await inventory.write(owner, { entries: recorded.entries, external: [...external.values()], ledger });
    for (const item of due) await this.perform(owner, item);
    const states = this.ensured.get(owner.metadata.uid ?? '') ?? new Map<string, Ensured>();
    this.ensured.set(owner.metadata.uid ?? '', states);
    const pauses: number[] = [];
    for (const item of ensure) pauses.push(await this.ensureOne(states, item));
    const kept = await this.release(owner, [...external.values()], wanted);
    for (const key of states.keys()) if (!wanted.has(key)) states.delete(key);
    await this.shrink(owner, inventory, kept);
    return pauses.length === 0 ? undefined : Math.min(...pauses);
  }

  /** The answer to an observation, or a suspension while it is being made. */
  observe(source: string, query: JsonValue): Observation | PlanInterruption {
    const key = `${source}/${digest(query)}`;
    const known = this.observations.get(key);
    if (known !== undefined) return known;
    const suspended = new PlanInterruption('Suspended', `${source} is being asked`);
    this.observations.set(key, suspended);
    void this.ask(key, source, query);
    return suspended;
  }

  forget(uid: string): void {
    this.ensured.delete(uid);
  }

  close(): void {
    this.closed = true;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  private async perform(owner: Owner, item: Once): Promise<void> {
    const { systems, log } = this.options;
    try {
      const perform = systems[item.system]?.perform?.bind(systems[item.system]);
      if (perform === undefined) throw new Error(`no system "${item.system}" is configured`);
      await perform(item.key, item.action);
    } catch (error) {
      // It is in the ledger and stays undone: twice would be worse than never.
      log.error('one-shot failed', {
        kind: owner.kind,
        namespace: owner.metadata.namespace,
        name: owner.metadata.name,
        system: item.system,
        reason: text(error),
      });
    }
  }

  private async ensureOne(states: Map<string, Ensured>, item: Ensure): Promise<number> {
    const { systems, clock } = this.options;
    const system = systems[item.system];
    const refreshMs = system?.refreshMs ?? 60_000;
    const key = `${item.system}/${item.key}`;
    const before = states.get(key);
    const spec = digest(item.spec);
    const age = before === undefined ? Infinity : clock.now() - before.at;
    if (before?.spec === spec && age < refreshMs) return refreshMs - age;
    try {
      if (system?.ensure === undefined) throw new Error(`no system "${item.system}" is configured`);
      const value = await system.ensure(item.key, item.spec);
      states.set(key, { spec, at: clock.now(), state: { state: 'Known', value, observedAt: clock.now() } });
    } catch (error) {
      states.set(key, { spec, at: clock.now(), state: { state: 'Failed', message: text(error) } });
    }
    return refreshMs;
  }

  /** Takes back what nobody asks for any more. Gives what is still there. */
  private async release(
    owner: Owner,
    external: InventoryContent['external'],
    wanted: ReadonlyMap<string, unknown>,
  ): Promise<InventoryContent['external']> {
    const kept: { readonly system: string; readonly key: string }[] = [];
    for (const item of external) {
      if (wanted.has(`${item.system}/${item.key}`)) {
        kept.push(item);
        continue;
      }
      try {
        await this.options.systems[item.system]?.release?.(item.key);
      } catch (error) {
        kept.push(item);
        this.options.log.warn('external thing not released', {
          kind: owner.kind,
          name: owner.metadata.name,
          system: item.system,
          reason: text(error),
        });
      }
    }
    return kept;
  }

  private async shrink(owner: Owner, inventory: InventoryStore, external: InventoryContent['external']): Promise<void> {
    const recorded = inventory.read(owner);
    if (recorded.external.length !== external.length) await inventory.write(owner, { ...recorded, external });
  }

  private async ask(key: string, source: string, query: JsonValue): Promise<void> {
    const { systems, clock, onObserved, isObserved } = this.options;
    const answer = await this.answerOf(source, query);
    if (this.closed) return;
    this.observations.set(key, answer);
    onObserved(source, query);
    const cancel = clock.schedule(systems[source]?.refreshMs ?? 60_000, () => {
      this.timers.delete(key);
      if (isObserved(source, query)) void this.ask(key, source, query);
      else this.observations.delete(key);
    });
    this.timers.set(key, cancel);
  }

  private async answerOf(source: string, query: JsonValue): Promise<Observation> {
    try {
      const system = this.options.systems[source];
      if (system?.observe === undefined) throw new Error(`no system "${source}" is configured`);
      return { state: 'Known', value: await system.observe(query), observedAt: this.options.clock.now() };
    } catch (error) {
      return { state: 'Failed', message: text(error) };
    }
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
