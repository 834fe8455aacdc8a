/**
 * The programs of the test cluster, built from their Go modules once per version.
 *
 * Built one after another (the linker takes gigabytes), each under a temporary name that is renamed when it is whole: an
 * interrupted or doubled build leaves nothing half. What is there isn't built again.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { binaryDirectory, kubernetesVersion, sourceDirectory } from './directories';
import { ClusterProblem } from './problem';

/** Each program is a folder with a Go main beside this file. */
const CONTROL_PLANE_PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const;
export type ControlPlaneProgram = (typeof CONTROL_PLANE_PROGRAMS)[number];

const NODE_PROGRAMS = ['kube-scheduler', 'kubelet', 'kube-proxy', 'coredns', 'pause'] as const;
export type NodeProgram = (typeof NODE_PROGRAMS)[number];

/** Of Kubernetes, but no part of a cluster: its own end-to-end tests. */
export const TESTS = 'kubernetes-e2e';

/** What pods of tests run; no part of a cluster. */
export const WORKLOAD = 'workload';

export type Program = ControlPlaneProgram | NodeProgram | 'kubectl' | typeof TESTS | typeof WORKLOAD;

/** Programs whose source is a module of its own. */
const OWN_MODULES: ReadonlySet<Program> = new Set<Program>(['coredns']);

/** Programs that don't come with a version of Kubernetes: their source is their version. */
const OWN_VERSIONS: ReadonlySet<Program> = new Set<Program>(['coredns', 'pause', WORKLOAD]);

/** Tells a person how things go: one line, on stderr. */
export type Note = (line: string) => void;

/** What a cluster needs, with a node or without, kubectl included. */
export function programsOf(hasNode: boolean): readonly Program[] {
  return [...CONTROL_PLANE_PROGRAMS, 'kubectl', ...(hasNode ? NODE_PROGRAMS : [])];
}

/** The path of a program, built or not. */
export function binaryPath(program: Program): string {
  return join(binaryDirectory(versionOf(program)), program);
}

/** Builds what isn't built yet. A `ClusterProblem` where Go is missing or a build fails. */
export async function ensureBinaries(note: Note, programs: readonly Program[] = programsOf(false)): Promise<void> {
  for (const program of programs) {
    const target = binaryPath(program);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    note(`building ${program} ${versionOf(program)} (minutes, once per version)`);
    const unfinished = `${target}.${String(process.pid)}.unfinished`;
    try {
      await goBuild(program, unfinished);
      renameSync(unfinished, target);
    } finally {
      rmSync(unfinished, { force: true });
    }
  }
}

/** The version of Kubernetes, else a digest of all that the program is built from. */
function versionOf(program: Program): string {
  if (!OWN_VERSIONS.has(program)) return kubernetesVersion();
  const hash = createHash('sha256');
  const directory = join(sourceDirectory(), program);
  for (const name of readdirSync(directory).sort()) hash.update(readFileSync(join(directory, name)));
  return `${program}-${hash.digest('hex').slice(0, 12)}`;
}

function goBuild(program: Program, output: string): Promise<void> {
  const isModule = OWN_MODULES.has(program);
  const args = [
    'build',
    '-trimpath',
    '-buildvcs=false',
    '-ldflags',
    linkerFlags(kubernetesVersion()),
    '-o',
    output,
    isModule ? '.' : `./${program}`,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: isModule ? join(sourceDirectory(), program) : sourceDirectory(),
      env: { ...process.env, CGO_ENABLED: '0' },
      stdio: ['ignore', 2, 2],
    });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'ENOENT' ? goMissing() : new ClusterProblem(`go build ${program}: ${cause.message}`));
    });
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(new ClusterProblem(`go build ${program}: ended with ${String(code ?? signal)}: see its output above`));
    });
  });
}

/** Without these, the programs would call themselves v0.0.0 and refuse features by version. */
function linkerFlags(version: string): string {
  const [major = '', minor = ''] = version.slice(1).split('.');
  const facts = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return [
    '-s -w',
    ...Object.entries(facts).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`),
  ].join(' ');
}

function goMissing(): ClusterProblem {
  const needed = /^go (\S+)$/m.exec(readFileSync(join(sourceDirectory(), 'go.mod'), 'utf8'))?.[1] ?? '';
  return new ClusterProblem(
    `the test cluster is built from source and there is no "go" on PATH: install Go ${needed} or newer from https://go.dev/dl/ and try again`,
  );
}
