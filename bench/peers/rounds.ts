/** What is measured of each contestant in every round: S1 to S6 and S9, in a fresh namespace. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ResourceType } from '../../src/api/resource-type';
import { ENVIRONMENT, inParallel } from '../environments';
import type { Contestant } from './contestants';
import { childTypes } from './golden';
import type { PeersOptions } from './options';
import type { PeerProcess } from './peer-process';
import { countsBetween, type RequestCounts, writesOf } from './request-counts';
import type { Post, Session } from './session';
import { type SlowServer, slowServer } from './slow-server';

/** Figures by name: `S2 environments/s`. */
export type Figures = Readonly<Record<string, number>>;

/** What S9 adds to every answer, and how much it makes. */
const SLOW_MS = 20;
const SLOW_SERIAL = 8;
const SLOW_BURST = 40;
/** One after another means: what follows from one is done before the next begins, also where a status is held back for a second. */
const PACE_MS = 2_000;
/** Longest time after which S6 kills. */
const KILL_WITHIN_MS = 1_000;
/** What stays when an environment is deleted, since it holds data. */
const KEPT_KIND = 'PersistentVolumeClaim';

/** Measures one contestant once. */
export async function measureRound(session: Session, contestant: Contestant, options: PeersOptions): Promise<Figures> {
  const { scenarios, warm } = options;
  const figures: Record<string, number> = {};
  const add = (scenario: string, measured: Figures): void => {
    for (const [name, value] of Object.entries(measured)) figures[`${scenario} ${name}`] = value;
  };
  const post = await session.post(contestant);
  let { process } = post;
  try {
    add('start', { ms: post.startMs });
    // The first environments meet cold code; what is measured is the steady state.
    await together(session, post, named('warm', warm));
    if (scenarios.has('S1')) add('S1', await oneByOne(session, post, named('one', options.serial)));
    // What is counted begins after what came before has ended.
    await session.untilQuiet(post);
    if (scenarios.has('S2')) add('S2', await burst(session, post, named('burst', options.environments)));
    if (scenarios.has('S3')) add('S3', await changes(session, post, named('warm', options.serial)));
    if (contestant.isTold !== true) {
      const made = warm + (scenarios.has('S1') ? options.serial : 0) + (scenarios.has('S2') ? options.environments : 0);
      if (scenarios.has('S4')) add('S4', await drift(session, post, named('warm', Math.ceil(warm / 2))));
      if (scenarios.has('S6')) {
        const { restarted, measured } = await killed(session, post, made + 1);
        process = restarted;
        add('S6', measured);
      }
    }
    if (scenarios.has('S5')) add('S5', await deletions(session, { ...post, process }));
    if (scenarios.has('S9')) {
      await process.stop();
      const server = await slowServer(session.cluster.connection.server, SLOW_MS);
      try {
        const before = await session.counts(contestant);
        process = session.start(contestant, post.namespace, server.url);
        if (contestant.isTold !== true) await session.untilSettled({ contestant, process }, before);
        add('S9', await slow(session, { ...post, process }));
        await process.stop();
      } finally {
        await (server satisfies SlowServer).close();
      }
    }
    return figures;
  } finally {
    await session.leave({ ...post, process });
  }
}

/** S1: created one after another; from the create to the last of the children. */
async function oneByOne(session: Session, post: Post, names: readonly string[]): Promise<Figures> {
  const times: number[] = [];
  for (const name of names) {
    const pace = pause(PACE_MS);
    const from = performance.now();
    await session.make(post, name);
    times.push((await session.until(post, name, () => post.presence.isWhole(name))) - from);
    await session.until(post, `${name}'s status`, () => post.presence.hasStatus(name));
    await pace;
  }
  return { 'p50 ms': quantile(times, 0.5), 'p95 ms': quantile(times, 0.95) };
}

/** S2: many at once. */
async function burst(session: Session, post: Post, names: readonly string[]): Promise<Figures> {
  const { contestant, process } = post;
  const counts = await session.counts(contestant);
  const cpuMs = process.cpuMs;
  const serverCpuMs = session.serverCpuMs();
  const foreignCpuMs = session.foreignCpuMs(process);
  const { wholeMs, statusMs } = await together(session, post, names);
  const foreignCores = (session.foreignCpuMs(process) - foreignCpuMs) / statusMs;
  await session.untilQuiet(post);
  const sent = countsBetween(counts, await session.counts(contestant));
  const each = (value: number): number => value / names.length;
  return {
    'environments/s': (1000 * names.length) / wholeMs,
    'environments/s with status': (1000 * names.length) / statusMs,
    'foreign cores': foreignCores,
    'CPU-ms': each(process.cpuMs - cpuMs),
    'server CPU-ms': each(session.serverCpuMs() - serverCpuMs),
    ...perEnvironment(sent, names.length),
  };
}

/** S3: a change of each, one after another, that touches one child. */
async function changes(session: Session, post: Post, names: readonly string[]): Promise<Figures> {
  const counts = await session.counts(post.contestant);
  const times: number[] = [];
  for (const name of names) {
    const pace = pause(PACE_MS);
    const from = performance.now();
    await session.change(post, name);
    const isChanged = (): boolean => (post.presence.find(name, 'StatefulSet.apps')?.generation ?? 0) > 1;
    times.push((await session.until(post, `${name} changed`, isChanged)) - from);
    await session.until(post, `${name}'s status`, () => post.presence.hasStatus(name));
    await pace;
  }
  await session.untilQuiet(post);
  const sent = countsBetween(counts, await session.counts(post.contestant));
  return { 'p50 ms': quantile(times, 0.5), ...perEnvironment(sent, names.length) };
}

/** S4: of each, somebody else changes the Service's labels or deletes the network policy; until all are as they were. */
async function drift(session: Session, post: Post, names: readonly string[]): Promise<Figures> {
  const { cluster } = session;
  const { contestant, namespace, presence } = post;
  const service = typeOf('Service');
  const policy = typeOf('NetworkPolicy');
  const label = 'app.kubernetes.io/name';
  const patch = { metadata: { labels: { [label]: 'drifted' } } };
  const policies = new Map(names.map((name) => [name, presence.find(name, 'NetworkPolicy.networking.k8s.io')?.uid]));
  const seen = new Set<string>();
  const isMended = (name: string, index: number): boolean => {
    if (index % 2 === 1) {
      const live = presence.find(name, 'NetworkPolicy.networking.k8s.io');
      return live !== undefined && live.uid !== policies.get(name);
    }
    const value = presence.find(name, 'Service')?.labels?.[label];
    if (value === 'drifted') seen.add(name);
    return seen.has(name) && value === 'environment';
  };
  const counts = await session.counts(contestant);
  const from = performance.now();
  const mended = session.until(post, 'drift mended', () => names.map(isMended).every(Boolean));
  await inParallel(
    names.map((name, index) => ({ name, index })),
    ({ name, index }) =>
      index % 2 === 1
        ? cluster.delete(policy, { namespace, name })
        : cluster.patch(service, { namespace, name }, patch, { type: 'merge', fieldManager: 'somebody' }),
  );
  const ms = (await mended) - from;
  await session.untilQuiet(post);
  const sent = countsBetween(counts, await session.counts(contestant));
  return { ms, ...perEnvironment(sent, names.length) };
}

/** S5: all are deleted; until all children that go with them are gone. */
async function deletions(session: Session, post: Post): Promise<Figures> {
  const { contestant, namespace, presence, process } = post;
  const { items } = await session.cluster.list(ENVIRONMENT, { namespace, metadataOnly: true });
  const counts = await session.counts(contestant);
  const cpuMs = process.cpuMs;
  const from = performance.now();
  await inParallel(items, ({ metadata: { name } }) => session.cluster.delete(ENVIRONMENT, { namespace, name }));
  const ms = (await session.until(post, 'all deleted', () => presence.countExcept(KEPT_KIND) === 0)) - from;
  await session.untilQuiet(post);
  const sent = countsBetween(counts, await session.counts(contestant));
  return { ms, 'CPU-ms': (process.cpuMs - cpuMs) / items.length, ...perEnvironment(sent, items.length) };
}

/** S6: killed at some time, and started again with all converged. */
async function killed(
  session: Session,
  post: Post,
  environments: number,
): Promise<{ readonly restarted: PeerProcess; readonly measured: Figures }> {
  const { contestant, namespace } = post;
  await pause(Math.random() * KILL_WITHIN_MS);
  await post.process.stop('SIGKILL');
  const counts = await session.counts(contestant);
  const serverCpuMs = session.serverCpuMs();
  const from = performance.now();
  const restarted = session.start(contestant, namespace);
  await session.untilSettled({ contestant, process: restarted }, counts);
  const sent = countsBetween(counts, await session.counts(contestant));
  return {
    restarted,
    measured: {
      'writes in all': writesOf(sent),
      'reads in all': sent.reads,
      'settled after ms': performance.now() - from,
      'CPU-ms': restarted.cpuMs / environments,
      'server CPU-ms': (session.serverCpuMs() - serverCpuMs) / environments,
      ...perEnvironment(sent, environments),
    },
  };
}

/** S9: one by one and a burst, with a server whose answers come later. */
async function slow(session: Session, post: Post): Promise<Figures> {
  await together(session, post, named('slow-warm', SLOW_SERIAL));
  const serial = await oneByOne(session, post, named('slow-one', SLOW_SERIAL));
  const { wholeMs } = await together(session, post, named('slow-burst', SLOW_BURST));
  return { ...serial, 'environments/s': (1000 * SLOW_BURST) / wholeMs };
}

/** Makes environments at once: how long until all their children were there, and their statuses too. */
export async function together(
  session: Session,
  post: Post,
  names: readonly string[],
): Promise<{ readonly wholeMs: number; readonly statusMs: number }> {
  const { presence } = post;
  const from = performance.now();
  const waiting = new Set(names);
  const wholeAt = session.until(post, 'all made', () => {
    for (const name of waiting) {
      if (!presence.isWhole(name)) return false;
      waiting.delete(name);
    }
    return true;
  });
  await inParallel(names, (name) => session.make(post, name));
  const wholeMs = (await wholeAt) - from;
  const statusAt = await session.until(post, 'all statuses', () => names.every((name) => presence.hasStatus(name)));
  return { wholeMs, statusMs: statusAt - from };
}

export function named(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index)}`);
}

function perEnvironment(sent: RequestCounts, environments: number): Figures {
  return {
    writes: writesOf(sent) / environments,
    'child writes': sent.children / environments,
    'status writes': sent.status / environments,
    'other writes': sent.other / environments,
    reads: sent.reads / environments,
  };
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN;
}

function typeOf(kind: string): ResourceType {
  const found = childTypes().find((type) => type.kind === kind);
  if (found === undefined) throw new Error(`an environment has no ${kind}`);
  return found;
}
