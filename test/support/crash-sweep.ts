/**
 * Crash points, enumerated: a scenario is run once to count its writes, then once for every write and every position around it,
 * with the controller dying there; a new one takes over, and what is in the end must be what was in the first run.
 */
import { canonicalJson } from '../../src/api/json';
import type { KubeObject, Manifest } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { hasCode } from '../../src/errors';
import type { RuntimeKind } from '../../src/runtime/reconciler';
import { eventually } from './eventually';
import { Harness, type Running } from './harness';

/** Where the process dies: before the request is sent, after the server has done it, or after the answer has come. */
export const POSITIONS = ['before', 'committed', 'answered'] as const;
export type Position = (typeof POSITIONS)[number];

export interface Scenario {
  readonly name: string;
  /** Brings the namespace to the state from which the scenario starts; a runtime is at work. */
  prepare(harness: Harness): Promise<void>;
  /** What the user does. */
  act(harness: Harness): Promise<void>;
  /** Whether what the user did has come to its end. */
  isDone(harness: Harness): Promise<boolean>;
}

export interface SweepOptions {
  /** The kinds at work in a case, which has this namespace. */
  readonly kinds: (namespace: string) => readonly RuntimeKind[];
  readonly crds: readonly Manifest[];
  /** Kinds whose objects make up the end state. */
  readonly types: readonly ResourceType[];
  /** Cases at a time. */
  readonly parallel: number;
  /** Where the process dies. Default: at every position. */
  readonly positions?: readonly Position[];
  /**
   * True: controllers see the whole cluster, and the end state is all that carries the namespace's name, wherever it is; it is
   * deleted after the case. Kinds keep the cases apart by a target label. Default false: the namespace.
   */
  readonly everywhere?: boolean;
}

export interface CrashCase {
  readonly index: number;
  readonly position: Position;
  readonly write: string;
  /** Differences from the reference run; empty where the end state is the same. */
  readonly differences: readonly string[];
}

/** Runs a scenario with a crash at every point. */
export async function sweep(scenario: Scenario, options: SweepOptions): Promise<readonly CrashCase[]> {
  const reference = await runCase(scenario, options);
  const { positions = POSITIONS } = options;
  const points = reference.words.flatMap((write, index) => positions.map((position) => ({ index, position, write })));
  const results: CrashCase[] = [];
  const queue = [...points];
  await Promise.all(
    Array.from({ length: options.parallel }, async () => {
      for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
        const { state } = await runCase(scenario, options, point);
        results.push({ ...point, differences: differencesOf(reference.state, state) });
      }
    }),
  );
  return results.sort((a, b) => a.index - b.index || POSITIONS.indexOf(a.position) - POSITIONS.indexOf(b.position));
}

interface CaseResult {
  readonly words: readonly string[];
  readonly state: ReadonlyMap<string, string>;
}

async function runCase(
  scenario: Scenario,
  options: SweepOptions,
  crash?: { readonly index: number; readonly position: Position },
): Promise<CaseResult> {
  const harness = await Harness.make(options.crds);
  const { everywhere = false } = options;
  const running: Running[] = [];
  const start = async (): Promise<Running> => {
    const one = await harness.start(options.kinds(harness.namespace), { everywhere });
    running.push(one);
    return one;
  };
  try {
    const before = await start();
    await scenario.prepare(harness);
    await before.drained();
    await before.stop();
    const first = await start();
    await first.drained();
    const dead = crash === undefined ? undefined : dieAt(first, crash);
    await scenario.act(harness);
    if (dead !== undefined) {
      // A run that ends before its crash point had one write fewer than the reference; it is judged like the others.
      await eventually('the crash, or the end', async () => dead.isDead || (await ended(scenario, harness, first)));
      await first.stop();
      const second = await start();
      await eventually('the end after the crash', () => ended(scenario, harness, second));
      return { words: [], state: await stateOf(harness, options) };
    }
    await eventually('the end', () => ended(scenario, harness, first));
    return {
      words: first.cluster.words.map((word) => word.replaceAll(harness.namespace, 'ns')),
      state: await stateOf(harness, options),
    };
  } finally {
    for (const one of running) await one.stop();
    if (everywhere) await removeAll(harness, options);
    await harness.close();
  }
}

async function ended(scenario: Scenario, harness: Harness, running: Running): Promise<boolean> {
  return (await scenario.isDone(harness)) && running.runtime.isDrained;
}

/** Lets the process's cluster die at a write: from then on nothing it sends arrives. */
function dieAt(
  running: Running,
  { index, position }: { readonly index: number; readonly position: Position },
): { readonly isDead: boolean } {
  const life = { isDead: false };
  const base = running.cluster.writes.length;
  const die = (at: number): void => {
    if (at - base === index) life.isDead = true;
  };
  const refuse = (): void => {
    if (life.isDead) throw new Error('the process is dead');
  };
  running.cluster.hook = {
    before: (_write, at) => {
      if (position === 'before') die(at);
      refuse();
    },
    committed: (_write, at) => {
      if (position === 'committed') die(at);
      // An answer that arrives after the death is not seen; one to a request from before it may have been.
      if (position === 'committed') refuse();
    },
    answered: (_write, at) => {
      if (position === 'answered') die(at);
    },
  };
  return life;
}

/** Every object of the case, without what differs between any two runs. */
async function stateOf(harness: Harness, options: SweepOptions): Promise<ReadonlyMap<string, string>> {
  const { namespace } = harness;
  const state = new Map<string, string>();
  for (const { object } of await objectsOf(harness, options)) {
    if (object.metadata.deletionTimestamp !== undefined || object.metadata.name === 'kube-root-ca.crt') continue;
    state.set(nameFor(object).replaceAll(namespace, 'ns'), masked(object, namespace));
  }
  return state;
}

async function objectsOf(
  { cluster, namespace }: Harness,
  { types, everywhere = false }: SweepOptions,
): Promise<readonly { readonly type: ResourceType; readonly object: KubeObject }[]> {
  const found: { readonly type: ResourceType; readonly object: KubeObject }[] = [];
  for (const type of types) {
    const { items } = await cluster.list(type, everywhere ? {} : { namespace });
    for (const object of items)
      if (!everywhere || `${object.metadata.namespace ?? ''}/${object.metadata.name}`.includes(namespace))
        found.push({ type, object });
  }
  return found;
}

/** Takes away what the case has left, so that the next one's controllers don't see it. Nobody is left to do what finalizers wait for. */
async function removeAll(harness: Harness, options: SweepOptions): Promise<void> {
  const { cluster } = harness;
  for (const { type, object } of await objectsOf(harness, options)) {
    const { name, namespace } = object.metadata;
    if (name === harness.namespace) continue;
    const named = { name, ...(namespace === undefined ? {} : { namespace }) };
    try {
      if ((object.metadata.finalizers ?? []).length > 0)
        await cluster.patch(type, named, { metadata: { finalizers: null } }, { type: 'merge' });
      await cluster.delete(type, named);
    } catch (error) {
      // It goes by itself, with its namespace.
      if (!hasCode(error, 'ApiConflict', 'ApiNotFound')) throw error;
    }
  }
}

function nameFor(object: KubeObject): string {
  // Inventories are named by their owner's UID.
  return object.kind === 'Inventory'
    ? `Inventory of ${String((object.spec as { owner?: string }).owner)}`
    : `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

const VOLATILE = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'generation',
  'observedGeneration',
  'lastTransitionTime',
  'at',
  'clusterIP',
  'clusterIPs',
  'adrasteia.dev/owner-uid',
  'time',
]);

function masked(object: KubeObject, namespace: string): string {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]) => (VOLATILE.has(key) ? [] : [[key, walk(member)]])),
    );
  };
  const { status, ...own } = object;
  // A child's status is its own controller's; an inventory is named by its owner's UID.
  const judged: Record<string, unknown> = object.apiVersion.startsWith('adrasteia.dev/') ? { ...own, status } : own;
  if (object.kind === 'Inventory') judged['metadata'] = { ...object.metadata, name: 'owner UID' };
  if (object.kind === 'Secret') judged['data'] = Object.keys((object['data'] as object | undefined) ?? {}).sort();
  return canonicalJson(walk(judged)).replaceAll(namespace, 'ns');
}

function differencesOf(expected: ReadonlyMap<string, string>, actual: ReadonlyMap<string, string>): readonly string[] {
  const differences: string[] = [];
  for (const [name, text] of expected) {
    const other = actual.get(name);
    if (other === undefined) differences.push(`${name} is lost`);
    else if (other !== text) differences.push(`${name} differs:\n  ${text}\n  ${other}`);
  }
  for (const name of actual.keys()) if (!expected.has(name)) differences.push(`${name} is left over`);
  return differences;
}
