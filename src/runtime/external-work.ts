/**
 * Work outside Kubernetes: things that plans want to exist, one-shots, and observations.
 *
 * What is asked for is written to the inventory before it is made, so that it can be taken back after any crash. What belongs to an
 * ensured thing waits until that is there, and is done anew for the next one of that name. A one-shot's key is in the ledger before it
 * is done, so that it is done at most once; where it surely wasn't, what it belongs to is looked at again before the next try. A
 * system that fails holds up nothing else: its failure is an answer that plans and status see, and it is tried again in growing
 * pauses.
 */
import { digest, isJsonObject, type JsonValue } from '../api/json';
import { PlanInterruption } from '../plan/interruption';
import type { Observation } from '../plan/lookup';
import type { After, Ensure, Once } from '../plan/plan';
import type { Clock } from '../ports/clock';
import type { ExternalSystem } from '../ports/external-system';
import type { Logger } from '../ports/logger';
import { Attempts, failure } from './external-attempts';
import type { ExternalEntry, InventoryStore } from './inventory';
import type { Owner } from './ownership';

export interface ExternalWorkOptions {
  readonly systems: Readonly<Record<string, ExternalSystem>>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onObserved: (source: string, query: JsonValue) => void;
  readonly isObserved: (source: string, query: JsonValue) => boolean;
}

/** Where is written down what was asked for. */
type Inventory = Pick<InventoryStore, 'read' | 'write'>;

/** What one plan asks for. */
export interface ExternalRequests {
  readonly ensure?: readonly Ensure[];
  readonly once?: readonly Once[];
}

/** Longest pause before a one-shot that wasn't done is tried again: each try may cost the other side a mail server's patience. */
const ONCE_RETRY_LIMIT_MS = 600_000;

export class ExternalWork {
  private readonly attempts: Attempts;
  private readonly observations = new Map<string, Observation | PlanInterruption>();
  private readonly timers = new Map<string, () => void>();
  private closed = false;

  constructor(private readonly options: ExternalWorkOptions) {
    this.attempts = new Attempts(options);
  }

  /** What came of what was asked for an owner, by `system/key`, as `Observed.ensured` has it. */
  states(uid: string): ReadonlyMap<string, Observation> {
    return this.attempts.states(uid);
  }

  /** Makes things exist, does one-shots, takes back what is no longer asked for. Gives milliseconds until the next look, if any. */
  async run(
    owner: Owner,
    { ensure = [], once = [] }: ExternalRequests,
    inventory: Inventory,
  ): Promise<number | undefined> {
    const recorded = inventory.read(owner);
    if (ensure.length === 0 && once.length === 0 && recorded.external.length === 0) {
      this.attempts.forget(owner.metadata.uid ?? '');
      return undefined;
    }
    const listed = ensure.filter(({ keep }) => keep !== true).map(({ system, key }) => ({ system, key }));
    const wanted = new Set(ensure.map(idOf));
    const external = [...recorded.external.filter((item) => !wanted.has(idOf(item))), ...listed];
    const isNew = listed.some((item) => !recorded.external.some((other) => idOf(other) === idOf(item)));
    if (isNew) await inventory.write(owner, { ...recorded, external });
    const pauses: number[] = [];
    for (const item of ensure) pauses.push(await this.ensureOne(owner, item));
    const undone = new Set<string>();
    for (const item of once) {
      pauses.push(await this.doOnce(owner, item, inventory));
      if (this.attempts.find(owner.metadata.uid ?? '', idOf(item))?.state === 'Failed') undone.add(idOf(item));
    }
    const unwanted = recorded.external.filter((item) => !wanted.has(idOf(item)));
    pauses.push(await this.releaseListed(owner, unwanted, inventory));
    this.attempts.keepOnly(owner.metadata.uid ?? '', new Set([...wanted, ...undone, ...unwanted.map(idOf)]));
    return finite(pauses);
  }

  /** Takes back what a teardown names, whatever the inventory says. Gives milliseconds until the next try; undefined once all is back. */
  async release(owner: Owner, named: readonly Ensure[], inventory: Inventory): Promise<number | undefined> {
    const recorded = inventory.read(owner).external;
    this.attempts.keepOnly(owner.metadata.uid ?? '', new Set([...named, ...recorded].map(idOf)));
    const pauses: number[] = [];
    for (const item of named) pauses.push(await this.releaseOne(owner, item));
    return finite(pauses);
  }

  /** Takes back what the inventory lists. The same answer. */
  async releaseRecorded(owner: Owner, inventory: Inventory): Promise<number | undefined> {
    return finite([await this.releaseListed(owner, inventory.read(owner).external, inventory)]);
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
    this.attempts.forget(uid);
  }

  close(): void {
    this.closed = true;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  private async ensureOne(owner: Owner, item: Ensure): Promise<number> {
    const belongsTo = this.belongsTo(owner, item);
    // What it waits for is tried again by itself.
    if (belongsTo === undefined) return Infinity;
    return this.attempts.make(owner, {
      id: idOf(item),
      version: digest([item.spec, belongsTo]),
      refreshMs: (state) => this.systemOf(item).refreshMs(state),
      act: () => {
        const system = this.systemOf(item);
        if (system.ensure === undefined) throw new Error(`system "${item.system}" makes nothing`);
        return system.ensure(item.key, item.spec);
      },
    });
  }

  /** Enters it in the ledger, does it, and takes it out again where it surely wasn't done. */
  private async doOnce(owner: Owner, item: Once, inventory: Inventory): Promise<number> {
    const key = this.ledgerKey(owner, item);
    // What it waits for is tried again by itself.
    if (key === undefined || inventory.read(owner).ledger.includes(key)) return Infinity;
    return this.attempts.make(owner, {
      id: idOf(item),
      version: digest([key, item.action]),
      refreshMs: () => Infinity,
      retryLimitMs: ONCE_RETRY_LIMIT_MS,
      act: async () => {
        const system = this.systemOf(item);
        if (system.perform === undefined) throw new Error(`system "${item.system}" does nothing once`);
        const before = inventory.read(owner);
        await inventory.write(owner, { ...before, ledger: [...before.ledger, key] });
        const answer = await this.answerOfOnce(owner, item, system.perform(item.key, item.action));
        if (answer === undefined) return null;
        const after = inventory.read(owner);
        await inventory.write(owner, { ...after, ledger: after.ledger.filter((entry) => entry !== key) });
        // What it belongs to may not be as it was made: gone, or changed by somebody.
        if (item.after !== undefined) this.attempts.age(owner.metadata.uid ?? '', idOf(thingOf(item, item.after)));
        throw new Error(answer.notDone);
      },
    });
  }

  /** What a one-shot is called in the ledger; undefined while it has to wait. */
  private ledgerKey(owner: Owner, item: Once): string | undefined {
    const belongsTo = this.belongsTo(owner, item);
    return belongsTo === undefined ? undefined : [item.key, ...belongsTo].join('/');
  }

  /** Which of the things of that name something belongs to, if to any; undefined while it has to wait. */
  private belongsTo(owner: Owner, item: Ensure | Once): readonly string[] | undefined {
    const { after } = item;
    if (after === undefined) return [];
    const thing = this.attempts.find(owner.metadata.uid ?? '', idOf(thingOf(item, after)));
    if (thing?.state !== 'Known') return undefined;
    if (after.each === undefined) return [];
    const each = isJsonObject(thing.value) ? thing.value[after.each] : undefined;
    return typeof each === 'string' || typeof each === 'number' ? [String(each)] : undefined;
  }

  /** What a one-shot answers. One that throws is in the ledger and stays there: twice would be worse than never. */
  private async answerOfOnce<T>(owner: Owner, item: Once, performed: Promise<T>): Promise<T | undefined> {
    try {
      return await performed;
    } catch (error) {
      this.options.log.error('one-shot failed', {
        kind: owner.kind,
        namespace: owner.metadata.namespace,
        name: owner.metadata.name,
        external: idOf(item),
        reason: failure(error).message,
      });
      return undefined;
    }
  }

  private releaseOne(owner: Owner, item: ExternalEntry & { readonly spec?: JsonValue }): Promise<number> {
    return this.attempts.make(owner, {
      id: idOf(item),
      version: digest(['release', item.spec ?? null]),
      refreshMs: () => Infinity,
      act: async () => {
        await this.systemOf(item).release?.(item.key, item.spec);
        return null;
      },
    });
  }

  /** Takes back what an inventory lists, and lists it no longer. */
  private async releaseListed(owner: Owner, items: readonly ExternalEntry[], inventory: Inventory): Promise<number> {
    const pauses: number[] = [];
    const gone = new Set<string>();
    for (const item of items) {
      pauses.push(await this.releaseOne(owner, item));
      if (this.attempts.find(owner.metadata.uid ?? '', idOf(item))?.state === 'Known') gone.add(idOf(item));
    }
    if (gone.size > 0) {
      const recorded = inventory.read(owner);
      const external = recorded.external.filter((item) => !gone.has(idOf(item)));
      await inventory.write(owner, { ...recorded, external });
    }
    return Math.min(...pauses, Infinity);
  }

  private systemOf({ system }: { readonly system: string }): ExternalSystem {
    const found = this.options.systems[system];
    if (found === undefined) throw new Error(`no system "${system}" is configured`);
    return found;
  }

  private async ask(key: string, source: string, query: JsonValue): Promise<void> {
    const { systems, clock, onObserved, isObserved } = this.options;
    const answer = await this.answerOf(source, query);
    if (this.closed) return;
    this.observations.set(key, answer);
    onObserved(source, query);
    const cancel = clock.schedule(systems[source]?.refreshMs() ?? 60_000, () => {
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
      return failure(error);
    }
  }
}

function thingOf({ system }: ExternalEntry, { key }: After): ExternalEntry {
  return { system, key };
}

function idOf({ system, key }: ExternalEntry): string {
  return `${system}/${key}`;
}

/** The shortest pause, if there is one. */
function finite(pauses: readonly number[]): number | undefined {
  const shortest = Math.min(...pauses, Infinity);
  return Number.isFinite(shortest) ? shortest : undefined;
}
