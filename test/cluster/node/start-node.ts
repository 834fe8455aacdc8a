/**
 * A cluster with a node: namespaces first, then the control plane in them, then what makes a node.
 *
 * The registry and containerd start while the control plane does; the kubelet comes when there is an image to hold pods' namespaces.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createAuthority, issueClientCertificate } from '../../../src/apiserver/certificates/certificate-authority';
import { ask, serverUrl } from '../api-server';
import { binaryPath, type NodeProgram } from '../binaries';
import { type ApiServerOptions, startControlPlane } from '../control-plane';
import { ensureCredentials, type Identity, kubeconfigPath, writeProgramKubeconfig } from '../credentials';
import { sourceDirectory } from '../directories';
import { ClusterProblem } from '../problem';
import type { Startup } from '../startup';
import { baseObjects } from './base-objects';
import { makeCgroups } from './cgroups';
import { CONTAINERD_SOCKET, containerRuntime } from './container-runtime';
import { dnsArguments, knowsNames } from './dns';
import { kubeletArguments, NODE_NAME } from './kubelet';
import { insideNamespaces, mountInside, type ReadyNamespaces, startNamespaces } from './namespaces';
import { connectNode, type NodeNetwork } from './network';
import { type NodeRecord, newNode } from './node-record';
import { findCniDirectory } from './prerequisites';
import { pushProgram } from './program-image';
import { registryAddress, registryAnswers, registryCommand } from './registry';

/** As whom the programs of a node speak to the API server; their rights are those that Kubernetes and `base-objects.ts` give. */
const IDENTITIES = {
  kubelet: { user: `system:node:${NODE_NAME}`, group: 'system:nodes' },
  'kube-proxy': { user: 'system:kube-proxy', group: 'adrasteia:node' },
  'kube-scheduler': { user: 'system:kube-scheduler', group: 'adrasteia:node' },
  coredns: { user: 'system:coredns', group: 'adrasteia:node' },
  'volume-provisioner': { user: 'system:volume-provisioner', group: 'adrasteia:node' },
} as const satisfies Record<string, Identity>;

/** How many processes `startNode` starts besides the control plane. */
export const NODE_PROCESSES = 7;

/** Starts a cluster with a node and returns when it takes pods: the node is ready, and names are answered. */
export async function startNode(
  startup: Startup,
  { port, apiServerFlags }: { readonly port: number; readonly apiServerFlags: readonly string[] },
): Promise<void> {
  const { directory } = startup;
  const known: NodeRecord = startup.record.node ?? newNode(directory);
  let node: NodeRecord = known;
  const write = (part: Partial<NodeRecord>): void => {
    node = { ...node, ...part };
    startup.write({ node });
  };
  makeCgroups(node.name);
  const namespaces = await startNamespaces(directory, (begun) => {
    write({ namespaces: begun });
  });
  write({ namespaces });
  const network = connectNode(node.name, namespaces.first, known.network?.number);
  const registry = registryAddress(network);
  write({ network, registry });
  mountInside(directory, namespaces);
  const placed = (argv: readonly string[]): readonly string[] => insideNamespaces(directory, namespaces, argv);
  const start = (name: NodeProgram, args: readonly string[]): void => {
    startup.start(name, placed([binaryPath(name), ...args]));
  };

  const pauseImage = `${registry}/pause:latest`;
  const cniPlugins = findCniDirectory() ?? '';
  startup.start('registry', placed(registryCommand(directory, network)));
  startup.start('containerd', placed(containerRuntime(directory, { network, registry, pauseImage, cniPlugins })));
  const client = await kubeletClient(directory);
  const apiServer = apiServerOf(network, port, client);
  ensureCredentials(directory, Object.values(IDENTITIES));
  await startControlPlane(startup, {
    placed,
    apiServer: { ...apiServer, more: [...apiServer.more, ...apiServerFlags] },
  });
  const kubeconfig = (program: keyof typeof IDENTITIES): string =>
    writeProgramKubeconfig(directory, serverUrl(startup.record), IDENTITIES[program]);

  applyObjects(directory, baseObjects(network));
  start('kube-scheduler', [`--kubeconfig=${kubeconfig('kube-scheduler')}`, '--leader-elect=false', '--secure-port=0']);
  start('coredns', dnsArguments(directory, network, kubeconfig('coredns')));
  start('kube-proxy', proxyArguments(network, kubeconfig('kube-proxy')));
  const provisioner = [provisionerProgram(), kubeconfig('volume-provisioner'), NODE_NAME, join(directory, 'volumes')];
  startup.start('volume-provisioner', placed([process.execPath, ...provisioner]));
  await startup.until(`an answer of the registry at ${registry}`, () => registryAnswers(network));
  await pushProgram(registry, binaryPath('pause'));
  await startup.until('containerd to listen', () => isListening(namespaces, CONTAINERD_SOCKET));
  const clientAuthority = client.authority;
  // Times of the API are in whole seconds.
  const startedAtMs = Math.floor(Date.now() / 1000) * 1000;
  start(
    'kubelet',
    kubeletArguments(directory, { network, kubeconfig: kubeconfig('kubelet'), cgroup: node.name, clientAuthority }),
  );
  await startup.until('the node to be ready', () => isReady(startup, startedAtMs));
  await startup.until('answers to the names of the cluster', () => knowsNames(network));
}

interface KubeletClient {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** By what the API server shows the kubelet who it is. Kept in the directory, so that a cluster that is started again has the same. */
async function kubeletClient(directory: string): Promise<KubeletClient> {
  const paths = {
    authority: join(directory, 'kubelet-clients.crt'),
    certificate: join(directory, 'kubelet-client.crt'),
    key: join(directory, 'kubelet-client.key'),
  };
  if (existsSync(paths.key)) return paths;
  const now = new Date();
  const authority = await createAuthority(`adrasteia-test-${randomUUID()}`, now);
  const subject = { commonName: 'kube-apiserver-kubelet-client', organizations: ['system:masters'] };
  const { certificate, key } = await issueClientCertificate(authority, subject, now);
  writeFileSync(paths.authority, authority.certificate);
  writeFileSync(paths.certificate, certificate);
  // Last, since it says that all are there.
  writeFileSync(paths.key, key, { mode: 0o600 });
  return paths;
}

function apiServerOf(network: NodeNetwork, port: number, client: KubeletClient): ApiServerOptions {
  return {
    address: network.nodeAddress,
    port,
    services: network.services,
    more: [
      '--authorization-mode=Node,RBAC',
      // Nobody knows the node by its name.
      '--kubelet-preferred-address-types=InternalIP',
      `--kubelet-client-certificate=${client.certificate}`,
      `--kubelet-client-key=${client.key}`,
    ],
  };
}

function proxyArguments(network: NodeNetwork, kubeconfig: string): readonly string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${NODE_NAME}`,
    '--proxy-mode=iptables',
    `--cluster-cidr=${network.pods}`,
    '--iptables-min-sync-period=100ms',
    // These settings of the kernel are the whole machine's.
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0s',
    '--conntrack-tcp-timeout-close-wait=0s',
    '--oom-score-adj=0',
  ];
}

function applyObjects(directory: string, objects: readonly object[]): void {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const kubeconfig = `--kubeconfig=${kubeconfigPath(directory)}`;
  const { status, stderr } = spawnSync(binaryPath('kubectl'), [kubeconfig, 'apply', '-f', '-'], {
    input: list,
    encoding: 'utf8',
  });
  if (status !== 0) throw new ClusterProblem(`kubectl apply of what every cluster has: ${stderr.trim()}`);
}

/** The compiled program: beside this file, or in `lib` where this file isn't compiled. */
function provisionerProgram(): string {
  const name = join('volumes', 'provisioner-process.js');
  const candidates = [
    join(__dirname, name),
    join(sourceDirectory(), '..', '..', 'lib', 'test', 'cluster', 'node', name),
  ];
  const program = candidates.find((candidate) => existsSync(candidate));
  if (program === undefined) throw new ClusterProblem(`"${candidates.at(-1) ?? ''}" is missing: run "npm run build"`);
  return program;
}

/** True where a socket in the namespaces takes connections. */
function isListening({ first }: ReadyNamespaces, socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(`/proc/${String(first)}/root${socket}`);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => {
      resolve(false);
    });
  });
}

/** True where the node has said since this time that it is ready: of an earlier start it may have said so too. */
async function isReady(startup: Startup, sinceMs: number): Promise<boolean> {
  const node = await ask(startup.directory, startup.record, `/api/v1/nodes/${NODE_NAME}`);
  if (node.status !== 200) return false;
  const { status } = JSON.parse(node.body) as { readonly status: { readonly conditions?: readonly Condition[] } };
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && Date.parse(ready.lastHeartbeatTime) >= sinceMs;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastHeartbeatTime: string;
}
