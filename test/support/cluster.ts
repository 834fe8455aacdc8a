/**
 * The control plane that integration suites run against, and kubectl to look at it as its users do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { binaryPath } from '../cluster/binaries';

/** The variable that names the cluster's kubeconfig; `npm run cluster -- run` and the suites' global setup set it. */
export const TEST_KUBECONFIG = 'ADRA_TEST_KUBECONFIG';

/** The variable that names those of embedded APIs, one for each worker of Jest; for each suite, one becomes the other. */
export const EMBEDDED_KUBECONFIGS = 'ADRA_EMBEDDED_KUBECONFIGS';

/** Path of the kubeconfig of the cluster under test. Throws where no cluster was given. */
export function testKubeconfig(): string {
  const path = process.env[TEST_KUBECONFIG];
  if (path === undefined || path === '') {
    throw new Error(
      `${TEST_KUBECONFIG} is not set: run the suite by "npm run test:embedded", "npm run test:integration" or "npm run cluster -- run"`,
    );
  }
  return path;
}

/** True where kubectl was built for this machine. A real control plane comes with it; the embedded API needs none. */
export function hasKubectl(): boolean {
  return existsSync(binaryPath('kubectl'));
}

/** How a kubectl command is run. */
export interface KubectlOptions {
  /** What kubectl reads with `-f -`. */
  readonly input?: string;
  /** The command is meant to fail. Default false: a failure throws with what kubectl said. */
  readonly expectFailure?: boolean;
}

/** How a kubectl command ended; its code is 0 unless a failure was expected. */
export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/**
 * Runs kubectl against the cluster under test and waits for it. Nothing else runs in this process meanwhile, so commands
 * that wait (`wait`, `rollout status`) are not for suites whose own controller has to act.
 */
export function kubectl(args: readonly string[], { input, expectFailure = false }: KubectlOptions = {}): KubectlResult {
  const { status, stdout, stderr, error } = spawnSync(
    binaryPath('kubectl'),
    ['--kubeconfig', testKubeconfig(), ...args],
    {
      input: input ?? '',
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      timeout: 120_000,
    },
  );
  if (error !== undefined) throw error;
  const code = status ?? 1;
  if ((code !== 0) !== expectFailure) {
    throw new Error(`kubectl ${args.join(' ')} ended with ${String(code)}: ${expectFailure ? stdout : stderr}`);
  }
  return { stdout, stderr, code };
}
