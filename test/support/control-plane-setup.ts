/**
 * Gives suites a control plane: the one that `ADRA_TEST_KUBECONFIG` names, else one of their own that all share and that ends
 * with the run. Suites keep apart by namespaces.
 *
 * There is no teardown to match: the cluster goes when this process exits, so that an interrupted run leaves nothing either.
 */
import { constants } from 'node:os';
import { startThrowAwayCluster } from '../cluster/throw-away';
import { TEST_KUBECONFIG } from './cluster';

async function provideCluster(): Promise<void> {
  const given = process.env[TEST_KUBECONFIG];
  if (given !== undefined && given !== '') return;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  // Workers are started after this and inherit it.
  process.env[TEST_KUBECONFIG] = await startThrowAwayCluster((line) => {
    process.stderr.write(`cluster: ${line}\n`);
  });
}

// Jest takes what the module exports as a whole.
export = provideCluster;
