/** Records what clients say to a real API server that nothing but them changes: people with kubectl, an operator, our own programs. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '../cluster/binaries';
import { runEngine } from './engine-traffic';
import type { ExchangeRecord } from './exchange-record';
import { KUBECTL_SESSION, type KubectlCommand } from './kubectl-traffic';
import { runOperator } from './operator-traffic';
import { RecordingProxy } from './recording-proxy';
import type { Target } from './target';

/** Longest that one command may take: those that wait are not meant to get what they wait for. */
const PATIENCE_MS = 20_000;

/** Runs the kubectl session, one over every CRD in a folder with the objects beside it, the operator and the engine, and gives what was said. */
export async function recordSession(
  target: Target,
  seeds: string | undefined,
  note: (line: string) => void,
): Promise<readonly ExchangeRecord[]> {
  const proxy = new RecordingProxy(target);
  const server = await proxy.listen();
  const home = mkdtempSync(join(tmpdir(), 'adrasteia-side-by-side-'));
  try {
    const run = (command: KubectlCommand): Promise<void> => runKubectl(command, { server, home });
    for (const command of KUBECTL_SESSION) await run(command);
    note(`${String(proxy.records.length)} requests after the kubectl session`);
    if (seeds !== undefined) for (const command of seedSession(seeds)) await run(command);
    note(`${String(proxy.records.length)} requests after the seeds`);
    await runOperator(server, note);
    note(`${String(proxy.records.length)} requests after the operator`);
    const kubeconfig = join(home, 'kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(server)));
    const code = await runEngine(kubeconfig);
    note(`${String(proxy.records.length)} requests after the engine, which ended with ${String(code)}`);
    return proxy.records;
  } finally {
    rmSync(home, { recursive: true, force: true });
    await proxy.close();
  }
}

function kubeconfigFor(server: string): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
}

function runKubectl(
  { args, input }: KubectlCommand,
  { server, home }: { readonly server: string; readonly home: string },
): Promise<void> {
  return new Promise<void>((resolve) => {
    const child = spawn(binaryPath('kubectl'), ['--server', server, '--cache-dir', join(home, 'cache'), ...args], {
      env: { ...process.env, KUBECONFIG: '/dev/null', HOME: home, KUBECTL_EXTERNAL_DIFF: 'diff' },
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: PATIENCE_MS,
    });
    child.once('close', () => {
      resolve();
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

/** Applies every CRD below a folder, then the samples beside it, and looks at both. */
function seedSession(seeds: string): readonly KubectlCommand[] {
  const crds = filesBelow(join(seeds, 'crds')).map((file) => readFileSync(file, 'utf8'));
  const samples = filesBelow(join(seeds, 'samples')).map((file) => readFileSync(file, 'utf8'));
  const scope = ['-n', 'seeds'];
  return [
    { args: ['create', 'ns', 'seeds'] },
    ...crds.flatMap((input) => [
      { args: ['apply', '--server-side', '-f', '-'], input },
      { args: ['replace', '-f', '-'], input },
    ]),
    { args: ['wait', '--for=condition=Established', 'crd', '--all', '--timeout=10s'] },
    { args: ['get', 'crd', '-o', 'yaml'] },
    { args: ['get', 'crd'] },
    { args: ['api-resources', '--cached=false'] },
    ...samples.flatMap((input) => [
      { args: ['apply', ...scope, '-f', '-'], input },
      { args: ['apply', ...scope, '-f', '-'], input },
      { args: ['get', ...scope, '-f', '-'], input },
      { args: ['get', ...scope, '-f', '-', '-o', 'yaml', '--show-managed-fields'], input },
      { args: ['apply', ...scope, '--server-side', '--force-conflicts', '-f', '-'], input },
      { args: ['describe', ...scope, '-f', '-'], input },
      { args: ['label', ...scope, '-f', '-', 'seen=yes'], input },
      { args: ['patch', ...scope, '-f', '-', '--type=merge', '-p', '{"spec":{"unknownField":1}}'], input },
      {
        args: [
          'patch',
          ...scope,
          '-f',
          '-',
          '--type=merge',
          '--subresource=status',
          '-p',
          '{"status":{"phase":"Ready"}}',
        ],
        input,
      },
      { args: ['delete', ...scope, '-f', '-', '--wait=false'], input },
    ]),
    { args: ['delete', 'crd', '--all', '--wait=false'] },
    { args: ['get', 'crd'] },
  ];
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      if (statSync(path).isDirectory()) return filesBelow(path);
      return /\.ya?ml$/.test(name) ? [path] : [];
    });
}

export function writeRecords(file: string, records: readonly ExchangeRecord[]): void {
  writeFileSync(file, `${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
}

export function readRecords(file: string): readonly ExchangeRecord[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExchangeRecord);
}
