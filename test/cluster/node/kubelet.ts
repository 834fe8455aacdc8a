import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTAINERD_SOCKET } from './container-runtime';
import type { NodeNetwork } from './network';

/** The only node of a cluster. */
export const NODE_NAME = 'node-1';

/** What the kubelet is told. */
export interface KubeletOptions {
  readonly network: NodeNetwork;
  readonly kubeconfig: string;
  /** The control group that pods are in, by its name at the root. */
  readonly cgroup: string;
  /** Authority of those who may ask the kubelet by certificate: the API server. */
  readonly clientAuthority: string;
}

/** Writes the kubelet's settings and gives its arguments. Data goes where it has it by default. */
export function kubeletArguments(directory: string, options: KubeletOptions): readonly string[] {
  const resolver = join(directory, 'resolv.conf');
  // Other names than the cluster's have no server: nothing is routed out of the node.
  writeFileSync(resolver, '');
  const file = join(directory, 'kubelet.json');
  const configuration = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: options.clientAuthority },
    },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    clusterDomain: 'cluster.local',
    clusterDNS: [options.network.dns],
    resolvConf: resolver,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${options.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    // Lowering it takes a right that root of a container hasn't always.
    oomScoreAdj: 0,
    // A disk that others fill is no reason to end pods.
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    // Pods of a test come all at once.
    registryPullQPS: 0,
    eventRecordQPS: 0,
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
    nodeStatusUpdateFrequency: '10s',
    // So that a kubelet that is started again says soon that it is ready.
    nodeStatusReportFrequency: '10s',
    maxPods: 240,
  };
  writeFileSync(file, `${JSON.stringify(configuration, undefined, 2)}\n`);
  return [
    `--config=${file}`,
    `--kubeconfig=${options.kubeconfig}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${options.network.nodeAddress}`,
  ];
}
