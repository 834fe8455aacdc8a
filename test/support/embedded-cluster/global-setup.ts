/**
 * Gives the integration suites the embedded API: to each worker of Jest a cluster of its own, since nodes and quotas are
 * everybody's in a cluster and suites in one worker run one after the other. There is a variable for them, so that a
 * cluster that is given for the real ones isn't mistaken for it.
 */
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { EMBEDDED_KUBECONFIGS, hasKubectl } from '../cluster';
import { startEmbeddedCluster } from './start';

async function provideEmbeddedClusters({ maxWorkers }: { readonly maxWorkers: number }): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  if (!hasKubectl()) process.stderr.write('embedded: there is no kubectl: what needs it is skipped\n');
  const kubeconfigs = await Promise.all(Array.from({ length: maxWorkers }, startEmbeddedCluster));
  // Workers are started after this and inherit it.
  process.env[EMBEDDED_KUBECONFIGS] = kubeconfigs.join(delimiter);
}

// Jest takes what the module exports as a whole.
export = provideEmbeddedClusters;
