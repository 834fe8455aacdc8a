/**
 * What the controller's image costs: its size, and how long a container of it takes until it answers the kubelet, in the files
 * of the image, with a root that can't be written to, as the user and with the settings that the platform's Deployment has.
 *
 * Time goes from the start of the process to the first 200 of `/healthz`, which is served before the API is asked for anything.
 * What a container runtime adds isn't in it. On a busy machine the processor's time says more than the clock's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CONTROLLER_NODE_OPTIONS } from '../../constructs/platform/controller-deployment';
import { type BuiltImage, buildImages, compressedBytes } from '../builder/build-images';
import { openImageCache, passingFolder, removeFolder } from '../builder/image-cache';
import { ImageProblem } from '../builder/problem';
import { unpackImage } from '../builder/unpack-image';
import { NODE } from '../node/layer';
import { programPath } from '../node/program-layer';
import { controller } from './image';

/** Clock ticks a second in /proc, fixed by the Linux ABI. */
const TICKS_PER_SECOND = 100;

/** A start that takes longer has failed. */
const LONGEST_START_MS = 60_000;

/** One start. */
interface Start {
  readonly ms: number;
  readonly cpuMs: number;
  readonly residentBytes: number;
}

export interface Measurement {
  readonly image: BuiltImage;
  readonly starts: readonly Start[];
}

/** Root, address of the health server, then the command. What is mounted is seen by the command alone, and gone with it. */
const ENTER = `
set -eu
root=$1; shift
mount --bind "$root" "$root"
mount --bind /dev "$root/dev"
mount --rbind /proc "$root/proc"
mount --bind "$root.settings" "$root/tmp"
mount -o remount,bind,ro "$root"
exec env -i "$@"
`;

/** Builds the image and starts it so many times, one after the other. Needs root. */
export async function measureController(rounds: number, note: (line: string) => void): Promise<Measurement> {
  if (process.getuid?.() !== 0)
    throw new ImageProblem('starting an image without a container needs root: it changes the root folder');
  const cache = openImageCache();
  const [image] = await buildImages([controller], { cache, note });
  if (image === undefined) throw new Error('one image is built for each definition');
  const folder = passingFolder(cache, 'measured');
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  mkdirSync(`${root}.settings`);
  writeFileSync(join(`${root}.settings`, 'kubeconfig'), KUBECONFIG);
  try {
    await unpackImage(image, root, cache);
    const starts: Start[] = [];
    for (let round = 0; round < rounds; round += 1) starts.push(await start(root));
    return { image, starts };
  } finally {
    removeFolder(folder);
  }
}

/** Nobody listens there, so nothing that is measured is an API's. */
const KUBECONFIG = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'none', cluster: { server: 'http://127.0.0.1:9' } }],
  users: [{ name: 'none', user: {} }],
  contexts: [{ name: 'none', context: { cluster: 'none', user: 'none' } }],
  'current-context': 'none',
});

async function start(root: string): Promise<Start> {
  const port = await freePort();
  const [uid = '', gid = ''] = controller.config.user.split(':');
  const began = process.hrtime.bigint();
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig=KILL',
      ...['unshare', '--mount', '--propagation=private'],
      ...['sh', '-c', ENTER, 'sh', root, `NODE_OPTIONS=${CONTROLLER_NODE_OPTIONS}`, 'NODE_ENV=production'],
      ...['/usr/bin/unshare', `--root=${root}`, `--setgid=${gid}`, `--setuid=${uid}`, '--'],
      ...[NODE, programPath('adra'), 'controller', '--no-leader-elect', '--kubeconfig=/tmp/kubeconfig'],
      ...['--bind-address=127.0.0.1', `--health-port=${port}`, '--metrics-port=0', '--log-level=error'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    while (!(await isHealthy(port))) {
      const ms = Number(process.hrtime.bigint() - began) / 1e6;
      if (hasEnded(child) || ms > LONGEST_START_MS) {
        throw new ImageProblem(`the controller doesn't start: ${Buffer.concat(said).toString('utf8').trim()}`);
      }
      await pause(2);
    }
    return { ms: Number(process.hrtime.bigint() - began) / 1e6, ...usageOf(child.pid ?? 0) };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/healthz' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

/** Of a process that has become the one that was started, each program in the other's place. */
function usageOf(pid: number): Pick<Start, 'cpuMs' | 'residentBytes'> {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpuMs: ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000,
    residentBytes: Number(resident) * 1024,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** A measurement as lines for people. */
export function measurementLines({ image, starts }: Measurement): readonly string[] {
  const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  const times = starts.map(({ ms }) => ms);
  return [
    `${image.repository}:${image.tag}: ${megabytes(compressedBytes(image))} MB compressed`,
    ...image.layers.map(
      ({ name, blob, uncompressedBytes }) =>
        `  layer ${name}: ${megabytes(blob.size)} MB compressed, ${megabytes(uncompressedBytes)} MB unpacked`,
    ),
    `start until /healthz answers, ${starts.length} times: median ${median(times).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`,
    `processor time of a start: median ${median(starts.map(({ cpuMs }) => cpuMs)).toFixed(0)} ms`,
    `memory when it answers: median ${megabytes(median(starts.map(({ residentBytes }) => residentBytes)))} MB resident`,
    `load of the machine in the last minute: ${(loadavg()[0] ?? 0).toFixed(1)}`,
  ];
}
