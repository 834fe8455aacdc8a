import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { ensureBinaries, type Note, programsOf, WORKLOAD } from './binaries';
import { missingPrerequisites, PACKAGES } from './node/prerequisites';
import { findTool } from './node/tools';
import { ClusterProblem } from './problem';

/** What Debian's scripts ask before they start a service. @see https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt */
const POLICY = '/usr/sbin/policy-rc.d';

/** Forbids every action. */
const POLICY_TEXT = '#!/bin/sh\nexit 101\n';

/** What the suites on a node use beside the node, and the package of Debian that each comes with. */
const SUITE_TOOLS = {
  chromium: 'chromium',
  nginx: 'nginx-light',
  debootstrap: 'debootstrap',
  getfattr: 'attr',
  java: 'openjdk-17-jre-headless',
  mvn: 'maven',
  unzip: 'unzip',
} as const;

/** Another installation may be under way. */
const WAIT_FOR_LOCK = 'DPkg::Lock::Timeout=600';

/**
 * Installs the packages that a node and its suites need, without starting their services, and builds all programs. A
 * `ClusterProblem` where the machine still lacks something.
 */
export async function prepare(note: Note): Promise<void> {
  const lacksTool = Object.keys(SUITE_TOOLS).some((tool) => findTool(tool) === undefined);
  if (lacksTool || missingPrerequisites().length > 0) await install(note);
  const missing = missingPrerequisites();
  if (missing.length > 0) throw new ClusterProblem(`this machine can't run a node: ${missing.join('; ')}`);
  await ensureBinaries(note, [...programsOf(true), WORKLOAD]);
  note('prepared: "npm run cluster -- up --node" starts a cluster with a node');
}

async function install(note: Note): Promise<void> {
  if (process.getuid?.() !== 0) throw new ClusterProblem('packages are installed as root: run it as root');
  if (findTool('apt-get') === undefined)
    throw new ClusterProblem(
      `there is no "apt-get" here: install what Debian has as ${PACKAGES.join(', ')} by other means`,
    );
  const packages = [...PACKAGES, ...Object.values(SUITE_TOOLS)];
  note(`installing ${packages.join(' ')}`);
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, POLICY_TEXT, { mode: 0o755, flag: 'wx' });
  try {
    await aptGet('update');
    await aptGet('install', '--yes', '--no-install-recommends', ...packages);
  } finally {
    if (isOurs) rmSync(POLICY, { force: true });
  }
}

function aptGet(...words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('apt-get', ['-o', WAIT_FOR_LOCK, ...words], {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.once('error', (error) => {
      reject(new ClusterProblem(`apt-get: ${error.message}`));
    });
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new ClusterProblem(`apt-get ${words[0] ?? ''} ended with ${String(code ?? signal)}: see its output above`),
        );
    });
  });
}
