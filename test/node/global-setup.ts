/**
 * Gives the suites what they share: a cluster with a node (the one whose directory `ADRA_TEST_NODE_CLUSTER` names, else one that
 * ends with the run), the environments' images in its registry, and the platform, whose controller runs as its Deployment.
 * Suites keep apart by namespaces.
 *
 * There is no teardown to match: the cluster goes when this process exits, so that an interrupted run leaves nothing either.
 */
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { findRecord } from '../cluster/record';
import { isUp } from '../cluster/start-cluster';
import { startThrowAwayCluster } from '../cluster/throw-away';
import { TEST_KUBECONFIG } from '../support/cluster';
import { provideImages, TEST_IMAGES } from '../support/node/images';
import { installPlatform } from '../support/node/platform';
import { getNodeCluster, TEST_NODE_CLUSTER } from '../support/node-cluster';

const IMAGES = ['controller', 'gate', 'envoy', 'jupyterlab', 'code-server', 'desktop', 'ssh'];

function note(line: string): void {
  process.stderr.write(`node: ${line}\n`);
}

async function provideNode(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  const { directory, kubeconfig, registry } = getNodeCluster(await clusterDirectory());
  const images = await provideImages(registry, IMAGES, note);
  installPlatform(kubeconfig, images['controller'] ?? '');
  // Workers are started after this and inherit them.
  process.env[TEST_KUBECONFIG] = kubeconfig;
  process.env[TEST_NODE_CLUSTER] = directory;
  process.env[TEST_IMAGES] = JSON.stringify({ ...images, idle: `${registry}/pause:latest` });
}

async function clusterDirectory(): Promise<string> {
  const given = process.env[TEST_NODE_CLUSTER];
  if (given === undefined || given === '') return dirname(await startThrowAwayCluster(note, { node: true }));
  const record = findRecord(given);
  if (record === undefined || !(await isUp(given, record)))
    throw new Error(`the cluster in "${given}" is not up: run "npm run cluster -- up --node --scratch ${given}"`);
  return given;
}

// Jest takes what the module exports as a whole.
export = provideNode;
