/**
 * The four programs of the test cluster, built from their Go modules once per version.
 *
 * Built one after another (the linker takes gigabytes), each under a temporary name that is renamed when it is whole: an
 * interrupted or doubled build leaves nothing half. What is there isn't built again.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { binaryDirectory, kubernetesVersion, sourceDirectory } from './directories';
import { ClusterProblem } from './problem';

/** Each is a folder with a Go main beside this file. */
export const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;
export type Program = (typeof PROGRAMS)[number];

/** Kubernetes' own end-to-end tests; no part of a cluster. */
export const TESTS = 'kubernetes-e2e';

/** Tells a person how things go: one line, on stderr. */
export type Note = (line: string) => void;

/** The path of a program, built or not. */
export function binaryPath(program: Program | typeof TESTS): string {
  return join(binaryDirectory(kubernetesVersion()), program);
}

/** Builds what isn't built yet; default: a cluster's programs. A `ClusterProblem` where Go is missing or a build fails. */
export async function ensureBinaries(
  note: Note,
  programs: readonly (Program | typeof TESTS)[] = PROGRAMS,
): Promise<void> {
  const version = kubernetesVersion();
  const directory = binaryDirectory(version);
  mkdirSync(directory, { recursive: true });
  for (const program of programs) {
    const target = join(directory, program);
    if (existsSync(target)) continue;
    note(`building ${program} ${version} (minutes, once per version)`);
    const unfinished = `${target}.${String(process.pid)}.unfinished`;
    try {
      await goBuild(program, version, unfinished);
      renameSync(unfinished, target);
    } finally {
      rmSync(unfinished, { force: true });
    }
  }
}

function goBuild(program: string, version: string, output: string): Promise<void> {
  const args = [
    'build',
    '-trimpath',
    '-buildvcs=false',
    '-ldflags',
    linkerFlags(version),
    '-o',
    output,
    `./${program}`,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: sourceDirectory(),
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
