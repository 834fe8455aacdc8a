/**
 * The platform as an administrator rolls it out: what `cdk8s synth` writes, applied by kubectl, until the Deployment is there.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '../../cluster/binaries';

const ROOT = join(__dirname, ...(__dirname.includes(join('lib', 'test')) ? ['..'] : []), '..', '..', '..');

/** Writes the platform's manifests with this image, applies them, and waits until every replica of the controller is ready. */
export function installPlatform(kubeconfig: string, image: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'adrasteia-platform-'));
  try {
    execFileSync(
      join(ROOT, 'node_modules', '.bin', 'cdk8s'),
      ['synth', '--check-upgrade=false', '--app', `node lib/src/main.js --image ${image}`, '--output', folder],
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
  } finally {
    rmSync(folder, { recursive: true });
  }
}
