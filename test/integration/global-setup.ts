/** A control plane for the integration suites, which has and counts our kinds. */
import { testKubeconfig } from '../support/cluster';
import provideCluster from '../support/control-plane-setup';
import { installCountedKinds } from '../support/counted-kinds';

async function provideClusterWithKinds(): Promise<void> {
  await provideCluster();
  await installCountedKinds(testKubeconfig());
}

// Jest takes what the module exports as a whole.
export = provideClusterWithKinds;
