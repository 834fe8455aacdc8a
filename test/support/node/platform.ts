/**
 * The platform as an administrator rolls it out: what `cdk8s synth` writes, applied by kubectl, until the Deployment is there.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '../../cluster/binaries';

const ROOT = join(__dirname, ...(__dirname.includes(join('lib', 'test')) ? ['..'] : []), '..', '..', '..');

/** A gate that comes with the platform. */
export interface InstalledGate {
  readonly image: string;
  /** Where browsers sign in; its Ingress is of class `nginx`. */
  readonly host: string;
}

/**
 * Writes the platform's manifests with this image, applies them, and waits until every replica of the controller, and of the
 * gate, is ready.
 */
export function installPlatform(kubeconfig: string, image: string, gate?: InstalledGate): void {
  const withGate =
    gate === undefined ? '' : ` --gate --gate-image ${gate.image} --gate-host ${gate.host} --gate-class nginx`;
  const folder = mkdtempSync(join(tmpdir(), 'adrasteia-platform-'));
  try {
    execFileSync(
      join(ROOT, 'node_modules', '.bin', 'cdk8s'),
      [
        'synth',
        '--check-upgrade=false',
        '--app',
        `node lib/src/main.js --image ${image}${withGate}`,
        '--output',
        folder,
      ],
      { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const kubectl = (...args: readonly string[]): void => {
      execFileSync(binaryPath('kubectl'), ['--kubeconfig', kubeconfig, ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    };
    const file = join(folder, 'platform.k8s.yaml');
    // The kinds first: the API needs a moment to serve them.
    kubectl('apply', '--server-side', '--force-conflicts', '-f', file);
    kubectl('wait', '--for=condition=Established', '--timeout=60s', 'crd', '-l', 'app.kubernetes.io/part-of=adrasteia');
    kubectl('-n', 'adrasteia-system', 'rollout', 'status', 'deployment/adrasteia-controller', '--timeout=300s');
    if (gate !== undefined)
      kubectl('-n', 'adrasteia-gate', 'rollout', 'status', 'deployment/adrasteia-gate', '--timeout=300s');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
