/** What kubectl prints against two servers, command by command. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '../cluster/binaries';
import { KUBECTL_SESSION, type KubectlCommand } from './kubectl-traffic';
import type { Target } from './target';

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface OutputDifference {
  readonly command: string;
  readonly left: Printed;
  readonly right: Printed;
}

const PATIENCE_MS = 20_000;

/** Runs the session against both; gives how many commands there were and where the outputs differ. */
export async function compareOutputs(
  left: Target,
  right: Target,
): Promise<{ readonly commands: number; readonly different: readonly OutputDifference[] }> {
  const [leftHome, rightHome] = [home(left), home(right)];
  const different: OutputDifference[] = [];
  try {
    for (const command of KUBECTL_SESSION) {
      const [ours, theirs] = await Promise.all([run(command, leftHome), run(command, rightHome)]);
      const isEqual =
        ours.code === theirs.code &&
        marked(ours.stdout) === marked(theirs.stdout) &&
        marked(ours.stderr) === marked(theirs.stderr);
      if (!isEqual) different.push({ command: command.args.join(' '), left: ours, right: theirs });
    }
  } finally {
    for (const directory of [leftHome, rightHome]) rmSync(directory, { recursive: true, force: true });
  }
  return { commands: KUBECTL_SESSION.length, different };
}

/** A directory with a kubeconfig for a target. */
function home({ url, authority, token }: Target): string {
  const directory = mkdtempSync(join(tmpdir(), 'adrasteia-kubectl-'));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'c', cluster: { server: url, 'certificate-authority-data': Buffer.from(authority).toString('base64') } },
    ],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(join(directory, 'config'), JSON.stringify(config), { mode: 0o600 });
  return directory;
}

function run({ args, input }: KubectlCommand, directory: string): Promise<Printed> {
  return new Promise((resolve) => {
    const child = spawn(
      binaryPath('kubectl'),
      ['--kubeconfig', join(directory, 'config'), '--cache-dir', join(directory, 'cache'), ...args],
      {
        env: { ...process.env, HOME: directory, KUBECTL_EXTERNAL_DIFF: 'diff' },
        timeout: PATIENCE_MS,
      },
    );
    const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].on('data', (chunk: Buffer) => chunks[stream].push(chunk));
    child.once('close', (code) => {
      resolve({
        stdout: Buffer.concat(chunks.stdout).toString('utf8'),
        stderr: Buffer.concat(chunks.stderr).toString('utf8'),
        code: code ?? -1,
      });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

/** The output without what must differ: addresses, identities, versions, times, ages, ports that were free, tokens. */
function marked(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| [+-]\d{4})?( UTC)?/g, '<time>')
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>')
    .replace(/127\.0\.0\.1:\d+/g, '<server>')
    .replace(/10\.96\.\d+\.\d+/g, '<address>')
    .replace(/\b3[0-2]\d{3}(?=\/|\b)/g, '<port>')
    .replace(/("?resourceVersion"?: *)"\d+"|(Resource Version: +)\d+/g, '$1$2<version>')
    .replace(/"continue":"[\w-]+"/g, '"continue":"<token>"')
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-<name>')
    .replace(/ey[\w-]+\.[\w-]+\.[\w-]+/g, '<token>')
    .replace(/\b\d+[smhd](?:\d+[smh])?\b/g, '<age>')
    .replace(/\/tmp\/(?:LIVE|MERGED)-\d+|\/tmp\/adrasteia-kubectl-\w+/g, '<file>')
    .replace(/<invalid>/g, '<age>')
    .replace(/ {2,}/g, '  ')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
