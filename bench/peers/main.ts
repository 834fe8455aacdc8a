/**
 * Adrasteia next to controllers made with other frameworks: `npm run bench -- peers`.
 *
 * The same environments with the same children on the same real control plane, in one run. In every round each contestant works
 * alone, in a namespace of its own, and the limit that the API server sets is measured again; every other round goes through them
 * in the opposite order. What each sends is counted by the server, what it uses by the kernel, and when children are there is seen
 * by a watcher of the bench's own.
 */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { connectCluster } from '../../src/adapters/kubernetes/client';
import { CONTESTANTS, type Contestant } from './contestants';
import { idle, scale } from './long-runs';
import { PEERS_USAGE, type PeersOptions, peersOptions } from './options';
import { peersDirectory } from './prepare';
import { keepResults, markdown, type RunFacts } from './report';
import { type Figures, measureRound } from './rounds';
import { Session } from './session';

const CONNECTIONS = 32;
const GB = 1e9;

/** Does what the words after `peers` ask for. */
export async function benchPeers(kubeconfig: string, args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(PEERS_USAGE);
    return;
  }
  const options = peersOptions(args);
  const contestants = CONTESTANTS.filter(({ name }) => options.only?.has(name) ?? true);
  if (options.prepareOnly) return prepareAll(contestants);
  // An exit ends the contestants; a signal alone wouldn't.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const cluster = connectCluster({ kubeconfig, connections: CONNECTIONS });
  const session = new Session(cluster, kubeconfig);
  try {
    const startedAt = new Date().toISOString();
    await session.open(
      CONTESTANTS.filter((one) => one === namesake('raw') || contestants.includes(one)),
      namesake('adrasteia'),
      note,
    );
    const { gitVersion } = (await cluster.raw('/version')) as { readonly gitVersion: string };
    const load: number[] = [];
    const facts = (): RunFacts => ({
      startedAt,
      endedAt: new Date().toISOString(),
      machine: `${String(cpus().length)} cores, ${(totalmem() / GB).toFixed(0)} GB, Linux ${execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim()}`,
      server: gitVersion,
      node: process.version,
      load,
      options: { ...options, scenarios: [...options.scenarios], only: contestants.map(({ name }) => name) },
    });
    const rounds: Record<string, Figures[]> = {};
    const once: Record<string, Figures> = {};
    // After every round, since a run takes long and may be ended.
    const keep = (): string => {
      load.push(loadNow());
      return keepResults(options.output ?? join(peersDirectory(), 'results'), facts(), { rounds, once });
    };
    await inRounds(session, contestants, options, { rounds, keep });
    await onlyOnce(session, contestants, options, once);
    const file = keep();
    process.stdout.write(
      `\n${facts().machine}, load ${load.join(' ')}\n\n${markdown(contestants, { rounds, once })}\n`,
    );
    note(`kept in ${file}`);
  } finally {
    await session.close();
    await cluster.close();
  }
}

async function prepareAll(contestants: readonly Contestant[]): Promise<void> {
  for (const contestant of contestants) {
    try {
      await contestant.prepare(note);
      note(`${contestant.name}: ready`);
    } catch (error) {
      note(`${contestant.name}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
}

async function inRounds(
  session: Session,
  contestants: readonly Contestant[],
  options: PeersOptions,
  { rounds, keep }: { readonly rounds: Record<string, Figures[]>; readonly keep: () => void },
): Promise<void> {
  for (let round = 0; round < options.rounds; round++) {
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const from = performance.now();
      const figures = await measureRound(session, contestant, options);
      (rounds[contestant.name] ??= [])[round] = figures;
      const rate = figures['S2 environments/s'];
      const told = rate === undefined ? '' : `, ${rate.toFixed(1)} environments/s`;
      note(
        `round ${String(round + 1)}, ${contestant.name}: ${((performance.now() - from) / 1000).toFixed(0)} s${told}`,
      );
    }
    keep();
  }
}

async function onlyOnce(
  session: Session,
  contestants: readonly Contestant[],
  options: PeersOptions,
  once: Record<string, Figures>,
): Promise<void> {
  const add = (measured: ReadonlyMap<string, Figures>): void => {
    for (const [name, figures] of measured) once[name] = { ...once[name], ...figures };
  };
  const controllers = contestants.filter(({ isTold }) => isTold !== true);
  if (options.scenarios.has('S7')) {
    note(`${String(options.idleMinutes)} idle minutes`);
    add(await idle(session, controllers, options));
  }
  if (options.scenarios.has('S8')) {
    note(`${String(options.scale)} environments`);
    const adrasteia = controllers.find(({ name }) => name === 'adrasteia');
    const peers = controllers.filter((contestant) => contestant !== adrasteia);
    add(await scale(session, { adrasteia, raw: namesake('raw'), peers }, options));
  }
}

function namesake(name: string): Contestant {
  const found = CONTESTANTS.find((contestant) => contestant.name === name);
  if (found === undefined) throw new Error(`there is no contestant "${name}"`);
  return found;
}

function loadNow(): number {
  return Math.round((loadavg()[0] ?? Number.NaN) * 10) / 10;
}

function note(line: string): void {
  process.stderr.write(`peers: ${line}\n`);
}
