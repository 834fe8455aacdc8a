/** What is measured once in a run: S7, idle, all contestants at the same time; S8, many environments, one contestant after another. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Contestant } from './contestants';
import type { PeersOptions } from './options';
import { countsBetween, writesOf } from './request-counts';
import { type Figures, named, together } from './rounds';
import type { Post, Session } from './session';

const MS_PER_MINUTE = 60_000;
const BYTES_PER_MB = 1e6;
/** After a start, until memory is looked at: what the start needed has been given back. */
const SETTLE_MS = 10_000;

type Measured = ReadonlyMap<string, Figures>;

/** S7: converged, and nobody asks for anything. */
export async function idle(
  session: Session,
  contestants: readonly Contestant[],
  options: PeersOptions,
): Promise<Measured> {
  const posts: Post[] = [];
  try {
    for (const contestant of contestants) {
      const post = await session.post(contestant);
      posts.push(post);
      await together(session, post, named('idle', options.idleEnvironments));
    }
    for (const post of posts) await session.untilQuiet(post);
    const look = async ({ contestant, process }: Post) => ({
      cpuMs: process.cpuMs,
      counts: await session.counts(contestant),
    });
    const before = await Promise.all(posts.map(look));
    await pause(options.idleMinutes * MS_PER_MINUTE);
    const measured = new Map<string, Figures>();
    for (const [index, post] of posts.entries()) {
      const now = await look(post);
      const { cpuMs, counts } = before[index] ?? now;
      const sent = countsBetween(counts, now.counts);
      post.process.assertAlive();
      measured.set(post.contestant.name, {
        'S7 writes in all': writesOf(sent),
        'S7 reads a minute': sent.reads / options.idleMinutes,
        'S7 CPU-ms a minute': (now.cpuMs - cpuMs) / options.idleMinutes,
      });
    }
    return measured;
  } finally {
    for (const post of posts) await session.leave(post);
  }
}

/**
 * S8: memory after a start with many converged environments. Adrasteia makes its own, since an inventory belongs to each. The
 * peers share one set, made by the raw client under the field manager that all of them use.
 */
export async function scale(
  session: Session,
  {
    adrasteia,
    raw,
    peers,
  }: { readonly adrasteia: Contestant | undefined; readonly raw: Contestant; readonly peers: readonly Contestant[] },
  options: PeersOptions,
): Promise<Measured> {
  const measured = new Map<string, Figures>();
  if (adrasteia !== undefined) {
    const post = await session.post(adrasteia);
    await together(session, post, named('scale', options.scale));
    await session.untilQuiet(post);
    const { residentBytes, peakResidentBytes } = post.process.memory;
    await post.process.stop();
    const started = await startedWithMany(session, post);
    const made = {
      'S8 MB after making': residentBytes / BYTES_PER_MB,
      'S8 peak MB while making': peakResidentBytes / BYTES_PER_MB,
    };
    measured.set(adrasteia.name, { ...made, ...started });
    await session.leave(post);
  }
  if (peers.length === 0) return measured;
  const post = await session.post(raw);
  await together(session, post, named('scale', options.scale));
  await post.process.stop();
  for (const contestant of peers)
    measured.set(contestant.name, await startedWithMany(session, { ...post, contestant }));
  await session.leave(post);
  return measured;
}

async function startedWithMany(session: Session, { contestant, namespace }: Post): Promise<Figures> {
  const counts = await session.counts(contestant);
  const from = performance.now();
  const process = session.start(contestant, namespace);
  try {
    await session.untilSettled({ contestant, process }, counts);
    const settledMs = performance.now() - from;
    await pause(SETTLE_MS);
    const { residentBytes, proportionalBytes, peakResidentBytes } = process.memory;
    const sent = countsBetween(counts, await session.counts(contestant));
    return {
      'S8 MB': residentBytes / BYTES_PER_MB,
      'S8 proportional MB': proportionalBytes / BYTES_PER_MB,
      'S8 peak MB': peakResidentBytes / BYTES_PER_MB,
      'S8 settled after s': settledMs / 1000,
      'S8 writes in all': writesOf(sent),
      'S8 CPU-s': process.cpuMs / 1000,
    };
  } finally {
    await process.stop();
  }
}
