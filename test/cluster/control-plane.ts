/**
 * A Kubernetes control plane: etcd, then the API server, then the controllers, each started when the one before is there. Nothing
 * listens but the API server; etcd speaks over a socket in the cluster's directory.
 *
 * Without a node they run as any process does, and the API server listens on loopback. With one they run in its namespaces.
 */
import { rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { answers, serverUrl } from './api-server';
import { binaryPath, type ControlPlaneProgram } from './binaries';
import { CREDENTIAL_FILES, ensureCredentials, kubeconfigPath, writeKubeconfig } from './credentials';
import type { Startup } from './startup';

/** Where the control plane runs, and for what. */
export interface ControlPlaneOptions {
  /** Whether controllers run. Default true; without them nothing happens but what clients do. */
  readonly controllers?: boolean;
  /** The command that runs another where the control plane belongs. */
  readonly placed: (argv: readonly string[]) => readonly string[];
  readonly apiServer: ApiServerOptions;
}

/** How the API server is reached, and what it serves. */
export interface ApiServerOptions {
  readonly address: string;
  readonly port: number;
  /** Range of the addresses of services, in CIDR notation. */
  readonly services: string;
  /** Arguments that others don't have. */
  readonly more: readonly string[];
}

/** Starts the control plane and returns when clients can work: the API is ready, and the default namespace has its service account. */
export async function startControlPlane(startup: Startup, options: ControlPlaneOptions): Promise<void> {
  const { controllers = true, placed, apiServer } = options;
  const { directory } = startup;
  const start = (program: ControlPlaneProgram, args: readonly string[]): void => {
    startup.start(program, placed([binaryPath(program), ...args]));
  };
  const reach = (path: string): Promise<void> =>
    startup.until(`an answer of ${serverUrl(startup.record)}${path}`, () => answers(directory, startup.record, path));

  ensureCredentials(directory);
  removeSockets(directory);
  start('etcd', etcdArguments(directory, startup.record.fsync));
  // An API server of an earlier start left its certificate; it is valid, and read by this one.
  start('kube-apiserver', apiServerArguments(directory, apiServer));
  await reach('/readyz');
  writeKubeconfig(directory, serverUrl(startup.record));
  if (!controllers) return;
  start('kube-controller-manager', controllerManagerArguments(directory));
  await reach('/api/v1/namespaces/default/serviceaccounts/default');
}

/** How an API server on loopback is reached: by a port that was free a moment ago. Where somebody takes it, the server's log says so. */
export async function onLoopback(flags: readonly string[]): Promise<ApiServerOptions> {
  return {
    address: '127.0.0.1',
    port: await freePort(),
    services: '10.96.0.0/16',
    // A loopback address may not be an endpoint of the service "kubernetes".
    more: ['--endpoint-reconciler-type=none', '--authorization-mode=RBAC', ...flags],
  };
}

/** etcd wants a port in the name of a socket, and makes it part of the file's name. */
const CLIENT_SOCKET = 'client:1';
const PEER_SOCKET = 'peer:1';

/** etcd doesn't start over a socket that one which was killed left behind. */
function removeSockets(directory: string): void {
  for (const socket of [CLIENT_SOCKET, PEER_SOCKET]) rmSync(join(directory, socket), { force: true });
}

function etcdArguments(directory: string, fsync: boolean): string[] {
  return [
    '--name=test',
    // Absolute, as in all three, so that the command line says whose process it is.
    `--data-dir=${join(directory, 'etcd')}`,
    // Relative, since the path of a socket may have no more than 107 characters.
    `--listen-client-urls=unix://${CLIENT_SOCKET}`,
    `--advertise-client-urls=unix://${CLIENT_SOCKET}`,
    `--listen-peer-urls=unix://${PEER_SOCKET}`,
    `--initial-advertise-peer-urls=unix://${PEER_SOCKET}`,
    `--initial-cluster=test=unix://${PEER_SOCKET}`,
    '--log-level=warn',
    ...(fsync ? [] : ['--unsafe-no-fsync']),
  ];
}

function apiServerArguments(directory: string, { address, port, services, more }: ApiServerOptions): string[] {
  return [
    `--etcd-servers=unix://${CLIENT_SOCKET}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    `--secure-port=${String(port)}`,
    `--cert-dir=${join(directory, 'certs')}`,
    `--token-auth-file=${join(directory, CREDENTIAL_FILES.tokens)}`,
    `--service-account-key-file=${join(directory, CREDENTIAL_FILES.serviceAccountKey)}`,
    `--service-account-signing-key-file=${join(directory, CREDENTIAL_FILES.serviceAccountKey)}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-cluster-ip-range=${services}`,
    '--allow-privileged=true',
    ...more,
  ];
}

function controllerManagerArguments(directory: string): string[] {
  return [
    `--kubeconfig=${kubeconfigPath(directory)}`,
    `--service-account-private-key-file=${join(directory, CREDENTIAL_FILES.serviceAccountKey)}`,
    `--root-ca-file=${join(directory, CREDENTIAL_FILES.certificate)}`,
    '--leader-elect=false',
    '--secure-port=0',
    // The default, 20 a second, would make suites wait for the client's own limit.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
