/**
 * Side by side: the same requests to a real API server and to the embedded one, and where the answers differ.
 *
 *     record FILE              what kubectl, an operator and our own programs say to a real API server
 *     compare FILE [REPORT]    sends it to a fresh one and to the embedded one
 *     kubectl REPORT           runs the same kubectl commands against both, and compares what is printed
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/adapters/system-clock';
import { ApiServer } from '../../src/apiserver/api-server';
import { MemoryStorage } from '../../src/apiserver/storage/memory-storage';
import { startThrowAwayCluster } from '../cluster/throw-away';
import { silentLogger } from '../support/silent-logger';
import { type Difference, differencesOf } from './difference';
import type { ExchangeRecord } from './exchange-record';
import { compareOutputs } from './kubectl-outputs';
import { readRecords, recordSession, writeRecords } from './record-session';
import { Replay } from './replay';
import { Client, type Target, targetOf } from './target';

const TOKEN = 'side-by-side';
const PUBLICATION_TRIES = 20;
const PUBLICATION_STEP_MS = 500;

function note(line: string): void {
  process.stderr.write(`side by side: ${line}\n`);
}

async function main([verb, file, report]: readonly string[]): Promise<void> {
  if (file === undefined || !['record', 'compare', 'kubectl'].includes(verb ?? '')) {
    throw new Error('side by side: record FILE | compare FILE [REPORT] | kubectl REPORT');
  }
  if (verb === 'record') {
    const kubeconfig = await startThrowAwayCluster(note, { controllers: false });
    const seeds = join(process.cwd(), '..', 'shared', 'seeds');
    writeRecords(file, await recordSession(targetOf(kubeconfig), existsSync(seeds) ? seeds : undefined, note));
    return;
  }
  if (verb === 'kubectl') {
    await compareKubectl(file);
    return;
  }
  const records = readRecords(file);
  const real = targetOf(await startThrowAwayCluster(note, { controllers: false }));
  const { target: embedded, stop } = await startEmbedded();
  const outcome = await compareAll(records, real, embedded);
  await stop();
  if (report !== undefined) writeFileSync(report, JSON.stringify(outcome.different, undefined, 1));
  const equal = records.length - outcome.different.length;
  process.stdout.write(
    `${String(records.length)} requests, ${String(equal)} equal (${((100 * equal) / records.length).toFixed(2)} %), ${String(outcome.different.length)} different\n`,
  );
}

async function compareKubectl(report: string): Promise<void> {
  const real = targetOf(await startThrowAwayCluster(note, { controllers: false }));
  const { target: embedded, stop } = await startEmbedded();
  const { commands, different } = await compareOutputs(real, embedded);
  await stop();
  writeFileSync(report, JSON.stringify(different, undefined, 1));
  process.stdout.write(
    `${String(commands)} commands, ${String(commands - different.length)} printed the same on both\n`,
  );
}

interface Different {
  readonly request: string;
  readonly body: string;
  readonly differences: readonly Difference[];
}

async function compareAll(
  records: readonly ExchangeRecord[],
  real: Target,
  embedded: Target,
): Promise<{ readonly different: readonly Different[] }> {
  const [left, right] = [new Client(real), new Client(embedded)];
  const [leftReplay, rightReplay] = [new Replay(left), new Replay(right)];
  const different: Different[] = [];
  const ask = async (record: ExchangeRecord): Promise<readonly Difference[]> => {
    const [ours, theirs] = await Promise.all([leftReplay.send(record), rightReplay.send(record)]);
    return differencesOf(ours, theirs);
  };
  for (const record of records) {
    let differences = await ask(record);
    for (let asked = 1; differences.length > 0 && isPublication(record) && asked < PUBLICATION_TRIES; asked += 1) {
      // eslint-disable-next-line no-restricted-syntax -- the real server publishes by its own clock, and tells nobody when
      await delay(PUBLICATION_STEP_MS);
      differences = await ask(record);
    }
    if (differences.length > 0) {
      const body = Buffer.from(record.body, 'base64').toString('utf8').slice(0, 2000);
      different.push({ request: `${record.method} ${record.path}`, body, differences });
    }
  }
  left.close();
  right.close();
  return { different };
}

/** What the real server publishes a while after a definition has changed: it is asked again until both say the same. */
function isPublication({ method, path }: ExchangeRecord): boolean {
  return method === 'GET' && /^\/(?:openapi\/|apis?(?:\?|$)|apis\/[^/?]+(?:\/[^/?]+)?(?:\?|$))/.test(path);
}

async function startEmbedded(): Promise<{ readonly target: Target; readonly stop: () => Promise<void> }> {
  const server = await ApiServer.start({
    storage: new MemoryStorage(),
    clock: systemClock,
    log: silentLogger(),
    tokens: new Map([[TOKEN, { username: 'admin', uid: 'admin', groups: ['system:masters'] }]]),
  });
  return { target: { url: server.url, authority: server.authority, token: TOKEN }, stop: () => server.stop() };
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
