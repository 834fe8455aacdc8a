/**
 * Where the test cluster keeps things: sources in the checkout, binaries in the user's cache, state in the user's state directory.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ClusterProblem } from './problem';

/** The folder that holds go.mod, found from the compiled files as well as from the sources. */
export function sourceDirectory(): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    const candidate = join(directory, 'test', 'cluster');
    if (existsSync(join(candidate, 'go.mod'))) return candidate;
    if (directory === dirname(directory)) {
      throw new ClusterProblem(
        `test/cluster/go.mod is in no folder above "${__dirname}": run from a checkout of Adrasteia`,
      );
    }
  }
}

/** Kubernetes' version as go.mod pins it, for example `v1.34.4`. */
export function kubernetesVersion(): string {
  const file = join(sourceDirectory(), 'go.mod');
  const version = /^\s*k8s\.io\/kubernetes (v\d+\.\d+\.\d+\S*)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (version === undefined)
    throw new ClusterProblem(`"${file}" requires no version of k8s.io/kubernetes: restore the line`);
  return version;
}

/** Where the binaries of a version lie. Outside the checkout, so that clones and clean builds share them. */
export function binaryDirectory(version: string): string {
  return join(base('XDG_CACHE_HOME', '.cache'), 'adrasteia', 'cluster', version, 'bin');
}

/** The state directory of the cluster that `up` starts: `ADRA_CLUSTER_DIR`, else one per user. */
export function defaultClusterDirectory(): string {
  const chosen = process.env['ADRA_CLUSTER_DIR'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  return join(base('XDG_STATE_HOME', '.local/state'), 'adrasteia', 'cluster');
}

function base(variable: string, fallback: string): string {
  const value = process.env[variable];
  return value === undefined || value === '' ? join(homedir(), fallback) : value;
}
