/**
 * The node as the cluster sees it: the Node object, its status, and the Lease that says it is alive.
 * @see https://kubernetes.io/docs/reference/node/node-status/
 */
import type { Condition } from '../../api/condition';
import { type KubeObject, type Manifest, valueAt } from '../../api/object';
import type { ResolvedOptions } from './options';

/** The namespace that holds the leases of nodes; every API server makes it. */
const NODE_LEASE_NAMESPACE = 'kube-node-lease';

/** Where pods of the node seem to live; not routed anywhere. */
export const NODE_ADDRESS = '10.88.255.254';

const LEASE_DURATION_SECONDS = 40;
const STATUS_GETS_OLD_MS = 60_000;

/** The Node as it is created; its status follows. */
export function nodeManifest(options: ResolvedOptions): Manifest {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: options.name, labels: options.labels } };
}

/** What is to be written of the node's labels and status; nothing of what it says already, and lately. */
export function nodePatches(
  node: KubeObject,
  options: ResolvedOptions,
  nowMs: number,
): { readonly metadata?: object; readonly status?: object } {
  const missing = Object.entries(options.labels).some(([key, value]) => node.metadata.labels?.[key] !== value);
  return {
    ...(missing ? { metadata: { labels: options.labels } } : {}),
    ...(saysReady(node, nowMs) ? {} : { status: nodeStatus(node, options, new Date(nowMs).toISOString()) }),
  };
}

interface NodeCondition extends Condition {
  readonly lastHeartbeatTime: string;
}

function conditionsOf(node: KubeObject): readonly NodeCondition[] {
  return (valueAt(node, ['status', 'conditions']) ?? []) as unknown as readonly NodeCondition[];
}

function saysReady(node: KubeObject, nowMs: number): boolean {
  const ready = conditionsOf(node).find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && nowMs - Date.parse(ready.lastHeartbeatTime) < STATUS_GETS_OLD_MS;
}

function nodeStatus(node: KubeObject, options: ResolvedOptions, now: string): object {
  const before = conditionsOf(node);
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string): NodeCondition => {
    const previous = before.find((entry) => entry.type === type);
    const lastTransitionTime = previous?.status === status ? previous.lastTransitionTime : now;
    return { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime };
  };
  return {
    capacity: options.capacity,
    allocatable: options.capacity,
    addresses: [
      { type: 'InternalIP', address: NODE_ADDRESS },
      { type: 'Hostname', address: options.name },
    ],
    nodeInfo: {
      machineID: options.name,
      systemUUID: options.name,
      bootID: options.name,
      kernelVersion: 'simulated',
      osImage: 'simulated',
      containerRuntimeVersion: 'simulated://',
      kubeletVersion: 'simulated',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
    conditions: [
      condition('MemoryPressure', 'False', 'Simulated', 'memory is not counted'),
      condition('DiskPressure', 'False', 'Simulated', 'disk is not counted'),
      condition('PIDPressure', 'False', 'Simulated', 'processes are not counted'),
      condition('Ready', 'True', 'Simulated', 'workloads are simulated: no container runs'),
    ],
  };
}

/** The lease as it is renewed at this instant. */
export function leaseManifest(node: KubeObject, nowMs: number): Manifest {
  const { name, uid = '' } = node.metadata;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace: NODE_LEASE_NAMESPACE,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
    },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: LEASE_DURATION_SECONDS,
      // Kubernetes' MicroTime is read with exactly six digits.
      renewTime: new Date(nowMs).toISOString().replace('Z', '000Z'),
    },
  };
}
