/** What our own programs say to an API server: controllers, a simulated node and the controller, until the examples are ready. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageFolder } from '../../src/adapters/files/package-version';
import { connectCluster } from '../../src/adapters/kubernetes/client';
import { systemClock } from '../../src/adapters/system-clock';
import { ControllerManager } from '../../src/programs/controller-manager/controller-manager';
import { silentLogger } from '../support/silent-logger';

const PATIENCE_MS = 90_000;

/** Runs `adra up` with the examples against the server that the kubeconfig names, beside our own controllers; gives how it ended. */
export async function runEngine(kubeconfig: string): Promise<number> {
  const cluster = connectCluster({ kubeconfig });
  const manager = new ControllerManager({ cluster, clock: systemClock, log: silentLogger() });
  await manager.start();
  try {
    return await adraUp(kubeconfig);
  } finally {
    await manager.stop();
    await cluster.close();
  }
}

function adraUp(kubeconfig: string): Promise<number> {
  const examples = ['any-image', 'code-server', 'jupyterlab'].map((folder) =>
    join(packageFolder(), 'examples', folder),
  );
  const program = join(packageFolder(), 'lib', 'src', 'cli', 'main.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'up', '--kubeconfig', kubeconfig, '--once', ...examples], {
      stdio: ['ignore', 'ignore', 2],
      timeout: PATIENCE_MS,
    });
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? -1);
    });
  });
}
