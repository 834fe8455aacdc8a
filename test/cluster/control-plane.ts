/**
 * A Kubernetes control plane without nodes: etcd, then the API server, then the controllers, each started when the one before
 * is there. Nothing listens but the API server, on loopback; etcd speaks over a socket in the cluster's directory.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { binaryPath, ensureBinaries, type Note, type Program } from './binaries';
import {
  adminToken,
  CREDENTIAL_FILES,
  certificateAuthority,
  ensureCredentials,
  kubeconfigPath,
  writeKubeconfig,
} from './credentials';
import { kubernetesVersion } from './directories';
import { ClusterProblem } from './problem';
import { endProcesses, isRunning, type Launched, launch } from './processes';
import { type ClusterRecord, claimDirectory, findRecord, writeRecord } from './record';

/** Which cluster is started, and for whom. */
export interface StartOptions {
  readonly directory: string;
  /** Whether etcd waits for the disk. Default false: a cluster for tests loses nothing that matters. */
  readonly fsync?: boolean;
  readonly owner?: ClusterRecord['owner'];
  /** Whether controllers run. Default true; without them nothing happens but what clients do. */
  readonly controllers?: boolean;
  readonly note: Note;
}

/** Where a client reaches the cluster. */
export function serverUrl(record: Pick<ClusterRecord, 'port'>): string {
  return `https://127.0.0.1:${String(record.port)}`;
}

/** True where every process of the cluster runs and its API says that it is ready. */
export async function isUp(directory: string, record: ClusterRecord): Promise<boolean> {
  return (
    record.processes.length === PROCESSES &&
    record.processes.every(isRunning) &&
    (await answers(directory, record, '/readyz'))
  );
}

const PROCESSES = 3;
const START_TAKES_AT_MOST_MS = 120_000;
const POLL_MS = 50;

/**
 * Starts the control plane in a directory and returns when clients can work: the API is ready, and the default namespace
 * has its service account. Where the directory holds a cluster whose processes ended, they start again on its data and keys.
 * A `ClusterProblem` with the end of the log where a process doesn't stay up; then none is left running.
 */
export async function startControlPlane({
  directory,
  fsync = false,
  owner,
  controllers = true,
  note,
}: StartOptions): Promise<ClusterRecord> {
  await ensureBinaries(note);
  claimDirectory(directory);
  endProcesses(findRecord(directory)?.processes ?? []);
  let record: ClusterRecord = {
    version: kubernetesVersion(),
    port: await freePort(),
    fsync,
    processes: [],
    ...(owner === undefined ? {} : { owner }),
  };
  writeRecord(directory, record);
  ensureCredentials(directory);
  // An API server of an earlier start left its certificate; it is valid, and read by this one.
  const running: Launched[] = [];
  const start = (program: Program, args: readonly string[]): void => {
    note(`starting ${program}`);
    const launched = launch(directory, program, [binaryPath(program), ...args]);
    running.push(launched);
    record = { ...record, processes: [...record.processes, launched.record] };
    writeRecord(directory, record);
  };
  const reach = async (path: string): Promise<void> => {
    const until = Date.now() + START_TAKES_AT_MOST_MS;
    while (!(await answers(directory, record, path))) {
      const gone = running.find(({ ended }) => ended() !== undefined);
      if (gone !== undefined)
        throw new ClusterProblem(`${gone.record.name} ${gone.ended() ?? ''}: ${lastLine(directory, gone.record.name)}`);
      if (Date.now() > until)
        throw new ClusterProblem(`${serverUrl(record)}${path} does not answer: look at the logs in "${directory}"`);
      await delay(POLL_MS);
    }
  };

  try {
    removeSockets(directory);
    start('etcd', etcdArguments(directory, fsync));
    start('kube-apiserver', apiServerArguments(directory, record.port));
    await reach('/readyz');
    writeKubeconfig(directory, serverUrl(record));
    if (controllers) {
      start('kube-controller-manager', controllerManagerArguments(directory));
      await reach('/api/v1/namespaces/default/serviceaccounts/default');
    }
    return record;
  } catch (error) {
    endProcesses(record.processes);
    throw error;
  }
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

function apiServerArguments(directory: string, port: number): string[] {
  return [
    `--etcd-servers=unix://${CLIENT_SOCKET}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${String(port)}`,
    // A loopback address may not be an endpoint of the service "kubernetes".
    '--endpoint-reconciler-type=none',
    `--cert-dir=${join(directory, 'certs')}`,
    `--token-auth-file=${join(directory, CREDENTIAL_FILES.tokens)}`,
    `--service-account-key-file=${join(directory, CREDENTIAL_FILES.serviceAccountKey)}`,
    `--service-account-signing-key-file=${join(directory, CREDENTIAL_FILES.serviceAccountKey)}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
  ];
}

/** `kubeconfig`: default the cluster's own. */
function controllerManagerArguments(directory: string, kubeconfig = kubeconfigPath(directory)): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${join(directory, CREDENTIAL_FILES.serviceAccountKey)}`,
    `--root-ca-file=${join(directory, CREDENTIAL_FILES.certificate)}`,
    '--leader-elect=false',
    '--secure-port=0',
    // The default, 20 a second, would make suites wait for the client's own limit.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ];
}

/** True where an authorised GET is answered with 200. */
function answers(directory: string, record: ClusterRecord, path: string): Promise<boolean> {
  if (!existsSync(join(directory, CREDENTIAL_FILES.certificate))) return Promise.resolve(false);
  return new Promise((resolve) => {
    const request = get(
      `${serverUrl(record)}${path}`,
      {
        ca: certificateAuthority(directory),
        headers: { authorization: `Bearer ${adminToken(directory)}` },
        agent: false,
        timeout: 5000,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => {
      resolve(false);
    });
  });
}

/** A port that was free a moment ago. Somebody may take it before the API server does; then the server's log says so. */
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

function lastLine(directory: string, name: string): string {
  const file = join(directory, `${name}.log`);
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? `see "${file}"`;
}
