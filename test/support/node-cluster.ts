/**
 * The cluster with a node that suites under `test/node` and end-to-end tests share, and the image that their pods run.
 */
import { join } from 'node:path';
import { binaryPath, ensureBinaries, WORKLOAD } from '../cluster/binaries';
import { kubeconfigPath } from '../cluster/credentials';
import type { NodeNetwork } from '../cluster/node/network';
import { pushProgram } from '../cluster/node/program-image';
import { findRecord } from '../cluster/record';

/** The variable that names the cluster's directory; `npm run cluster -- run --node` and the suites' global setup set it. */
export const TEST_NODE_CLUSTER = 'ADRA_TEST_NODE_CLUSTER';

/** A cluster with a node, as those see it who use it. */
export interface NodeCluster {
  readonly directory: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Host and port of the registry, which speaks HTTP: what names of images begin with. */
  readonly registry: string;
  /** Where this machine reaches ports of the node, such as those of services of type NodePort. */
  readonly nodeAddress: string;
  /** Where pods reach this machine. */
  readonly hostAddress: string;
  readonly network: NodeNetwork;
  /** The folder that has one folder for each volume, by its name. */
  readonly volumes: string;
}

/** The cluster in a directory. Throws where there is none, or it has no node. */
export function getNodeCluster(directory: string): NodeCluster {
  const { network, registry } = findRecord(directory)?.node ?? {};
  if (network === undefined || registry === undefined)
    throw new Error(
      `"${directory}" holds no cluster with a node: run "npm run cluster -- up --node --scratch ${directory}"`,
    );
  const { nodeAddress, hostAddress } = network;
  const paths = { kubeconfig: kubeconfigPath(directory), volumes: join(directory, 'volumes') };
  return { directory, ...paths, registry, nodeAddress, hostAddress, network };
}

/** The cluster under test. Throws where none was given. */
export function testNodeCluster(): NodeCluster {
  const directory = process.env[TEST_NODE_CLUSTER];
  if (directory === undefined || directory === '')
    throw new Error(
      `${TEST_NODE_CLUSTER} is not set: run the suite by "npm run test:node" or "npm run cluster -- run --node"`,
    );
  return getNodeCluster(directory);
}

/** Pushes the image of `test/cluster/workload` to a registry and gives its name. */
export async function pushWorkload(registry: string): Promise<string> {
  await ensureBinaries(
    (line) => {
      process.stderr.write(`cluster: ${line}\n`);
    },
    [WORKLOAD],
  );
  return pushProgram(registry, binaryPath(WORKLOAD));
}
