/**
 * What the access layer adds to each request: `npm run bench -- access`.
 *
 * Signed-in people, each with a connection of their own, ask an app straight, through an Envoy that asks nobody, and through the
 * sidecar with the gate behind it. Each round takes all three ways, in turns, with the same requests at the same times, so that
 * differences are within one round. CPU is by the kernel's account. Options: `--rounds`, `--seconds`, `--people`, `--rate`.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { LoadGenerator, type LoadResult } from './access-load';
import { AccessScene, type Part, type Way } from './access-scene';
import { cpuMsOf, machineCpuMs } from './peers/process-usage';

const WAYS: readonly Way[] = ['Straight', 'Envoy', 'Gate'];

const TITLES: Readonly<Record<Way, string>> = {
  Straight: 'straight to the app',
  Envoy: 'through an Envoy that asks nobody',
  Gate: 'through the sidecar and the gate',
};

/** Whose CPU counts for a way, beside the app's and the load generator's. */
const PARTS: Readonly<Record<Way, readonly Part[]>> = {
  Straight: ['app'],
  Envoy: ['envoy', 'app'],
  Gate: ['gate', 'sidecar', 'app'],
};

interface Settings {
  readonly rounds: number;
  readonly seconds: number;
  readonly people: number;
  /** Requests a second of each. Absent: the next as soon as the last is answered. */
  readonly rate?: number;
}

/** One way in one round. */
interface Measurement {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  readonly latePercent: number;
  /** Milliseconds of CPU for a thousand requests. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Cores that processes of others used meanwhile. */
  readonly othersCores: number;
}

type Round = Readonly<Record<Way, Measurement>>;

/** Measures and prints: first with time to think between requests, then as fast as requests are answered. */
export async function benchAccess(print: (line: string) => void, args: readonly string[] = []): Promise<void> {
  const { rate, ...settings } = settingsOf(args);
  print(
    `\nAccess: ${settings.people} people with a connection each, one environment, one gate; ${settings.rounds} rounds of ` +
      `${settings.seconds} s for each way; ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? ''}`,
  );
  const scene = await AccessScene.start();
  const load = LoadGenerator.start();
  try {
    report(print, `${rate} requests/s each`, await roundsOf(scene, load, { ...settings, rate }));
    report(print, 'the next as soon as the last is answered', await roundsOf(scene, load, settings));
  } finally {
    await load.stop();
    await scene.stop();
  }
}

function settingsOf(args: readonly string[]): Required<Settings> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: option, seconds: option, people: option, rate: option },
    allowPositionals: true,
  });
  const { rounds = '5', seconds = '10', people = '100', rate = '5' } = values;
  return { rounds: Number(rounds), seconds: Number(seconds), people: Number(people), rate: Number(rate) };
}

async function roundsOf(scene: AccessScene, load: LoadGenerator, settings: Settings): Promise<readonly Round[]> {
  // Cold code and new connections are nobody's measure.
  for (const way of WAYS) await measure(scene, load, { way, seed: 0, ...settings, seconds: settings.seconds / 2 });
  const rounds: Round[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    const measured: Partial<Record<Way, Measurement>> = {};
    for (let turn = 0; turn < WAYS.length; turn++) {
      const way = WAYS[(turn + round) % WAYS.length] ?? 'Gate';
      measured[way] = await measure(scene, load, { way, seed: round + 1, ...settings });
    }
    rounds.push(measured as Round);
  }
  return rounds;
}

interface Measured extends Settings {
  readonly way: Way;
  readonly seed: number;
}

async function measure(
  scene: AccessScene,
  load: LoadGenerator,
  { way, seed, seconds, people, rate }: Measured,
): Promise<Measurement> {
  const order = {
    port: scene.portOf(way),
    host: scene.host,
    people: await scene.people(people),
    seconds,
    seed,
    isIdentified: way === 'Gate',
    ...(rate === undefined ? {} : { perSecond: rate * people }),
  };
  const before = usage(scene, load, way);
  const result = await load.run(order);
  return measurementOf(result, people, usedSince(before, usage(scene, load, way)));
}

interface Usage {
  readonly atMs: number;
  readonly machineMs: number;
  /** Of this process and all that it started. */
  readonly oursMs: number;
  readonly partsMs: Readonly<Record<string, number>>;
}

function usage(scene: AccessScene, load: LoadGenerator, way: Way): Usage {
  const parts = PARTS[way].map((part) => [part, cpuMsOf(scene.pidOf(part))] as const);
  return {
    atMs: performance.now(),
    machineMs: machineCpuMs(),
    oursMs: cpuMsOf(process.pid),
    partsMs: Object.fromEntries([...parts, ['load generator', cpuMsOf(load.pid)]]),
  };
}

function usedSince(before: Usage, after: Usage): Usage {
  return {
    atMs: after.atMs - before.atMs,
    machineMs: after.machineMs - before.machineMs,
    oursMs: after.oursMs - before.oursMs,
    partsMs: Object.fromEntries(
      Object.entries(after.partsMs).map(([part, ms]) => [part, ms - (before.partsMs[part] ?? 0)]),
    ),
  };
}

function measurementOf({ latenciesMs, seconds, late }: LoadResult, people: number, used: Usage): Measurement {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  // The first request of each connection costs as well, and isn't timed.
  const thousands = (sorted.length + people) / 1000;
  return {
    p50: percentile(sorted, 50),
    p99: percentile(sorted, 99),
    perSecond: sorted.length / seconds,
    latePercent: (100 * late) / sorted.length,
    cpu: Object.fromEntries(Object.entries(used.partsMs).map(([part, ms]) => [part, ms / thousands])),
    othersCores: Math.max(used.machineMs - used.oursMs, 0) / used.atMs,
  };
}

function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.floor((sorted.length * percent) / 100)] ?? Number.NaN;
}

function report(print: (line: string) => void, title: string, rounds: readonly Round[]): void {
  print(`  ${title}: medians of ${rounds.length} rounds, in brackets least and most`);
  for (const way of WAYS) {
    const measured = rounds.map((round) => round[way]);
    const of = (pick: (one: Measurement) => number, digits: number): string => spread(measured.map(pick), digits);
    const cpu = Object.keys(measured[0]?.cpu ?? {}).map((part) => `${part} ${of((one) => one.cpu[part] ?? 0, 0)}`);
    print(
      `    ${TITLES[way]}: p50 ${of((one) => one.p50, 2)} ms, p99 ${of((one) => one.p99, 2)} ms, ` +
        `${of((one) => one.perSecond, 0)} requests/s`,
    );
    print(
      `      CPU-ms for 1,000 requests: ${cpu.join(', ')}; sent late ${of((one) => one.latePercent, 1)} %, ` +
        `others used ${of((one) => one.othersCores, 1)} cores`,
    );
  }
  for (const [what, to, from] of ADDED) {
    const of = (pick: (one: Measurement) => number): string =>
      spread(
        rounds.map((round) => pick(round[to]) - pick(round[from])),
        2,
      );
    print(`    added by ${what}: p50 ${of((one) => one.p50)} ms, p99 ${of((one) => one.p99)} ms`);
  }
}

const ADDED: readonly (readonly [what: string, to: Way, from: Way])[] = [
  ['an Envoy', 'Envoy', 'Straight'],
  ['asking the gate', 'Gate', 'Envoy'],
  ['sidecar and gate (goal: p50 at most 1 ms)', 'Gate', 'Straight'],
];

function spread(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number): string => (sorted[place] ?? Number.NaN).toFixed(digits);
  return `${at(Math.floor(sorted.length / 2))} (${at(0)}–${at(sorted.length - 1)})`;
}
