/**
 * Gives the integration suites the embedded API. It has a variable of its own, so that a cluster that is given for the real
 * ones isn't mistaken for it.
 */
import { constants } from 'node:os';
import { EMBEDDED_KUBECONFIG, hasKubectl } from '../cluster';
import { startEmbeddedCluster } from './start';

async function provideEmbeddedCluster(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  if (!hasKubectl()) process.stderr.write('embedded: there is no kubectl: what needs it is skipped\n');
  // Workers are started after this and inherit it.
  process.env[EMBEDDED_KUBECONFIG] = await startEmbeddedCluster();
}

// Jest takes what the module exports as a whole.
export = provideEmbeddedCluster;
