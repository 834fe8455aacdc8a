/**
 * Starting a cluster in a directory: the control plane alone, or with a node that runs pods.
 */
import { answers } from './api-server';
import { ensureBinaries, type Note, programsOf } from './binaries';
import { onLoopback, startControlPlane } from './control-plane';
import { kubernetesVersion } from './directories';
import { newNode } from './node/node-record';
import { demandPrerequisites } from './node/prerequisites';
import { NODE_PROCESSES, startNode } from './node/start-node';
import { ClusterProblem } from './problem';
import { isRunning } from './processes';
import { type ClusterRecord, claimDirectory, endCluster, findRecord } from './record';
import { Startup } from './startup';

/** Which cluster is started, and for whom. */
export interface StartOptions {
  readonly directory: string;
  /** Whether etcd waits for the disk. Default false: a cluster for tests loses nothing that matters. */
  readonly fsync?: boolean;
  readonly owner?: ClusterRecord['owner'];
  /** Whether controllers run. Default true; without them nothing happens but what clients do, and there is no node. */
  readonly controllers?: boolean;
  /** Arguments of the API server besides its usual ones. Default none. */
  readonly apiServerFlags?: readonly string[];
  /** Whether there is a node. Default false, or what the directory has. */
  readonly node?: boolean;
  readonly note: Note;
}

/** True where every process of the cluster runs and its API says that it is ready. */
export async function isUp(directory: string, record: ClusterRecord): Promise<boolean> {
  const expected = CONTROL_PLANE_PROCESSES + (record.node === undefined ? 0 : NODE_PROCESSES);
  return (
    record.processes.length === expected &&
    record.processes.every(isRunning) &&
    (await answers(directory, record, '/readyz'))
  );
}

const CONTROL_PLANE_PROCESSES = 3;

/**
 * Starts a cluster in a directory and returns when clients can work: see `startControlPlane` and `startNode`. Where the directory
 * holds a cluster whose processes ended, they start again on its data and keys. A `ClusterProblem` with the end of the log
 * where a process doesn't stay up; then none is left running.
 */
export async function startCluster(options: StartOptions): Promise<ClusterRecord> {
  const { directory, fsync = false, owner, apiServerFlags = [], note } = options;
  const before = findRecord(directory);
  if (before !== undefined && before.node === undefined && options.node === true)
    throw new ClusterProblem(`the cluster in "${directory}" has no node: take it down first`);
  const hasNode = options.node ?? before?.node !== undefined;
  if (hasNode) demandPrerequisites();
  claimDirectory(directory);
  await ensureBinaries(note, programsOf(hasNode));
  if (before !== undefined) endCluster(before);
  const common = { version: kubernetesVersion(), fsync, processes: [], ...(owner === undefined ? {} : { owner }) };
  try {
    if (hasNode) {
      const { network } = before?.node ?? {};
      const node = { ...newNode(directory), ...(network === undefined ? {} : { network }) };
      const startup = new Startup(directory, { ...common, port: API_PORT, node }, note);
      await startNode(startup, { port: API_PORT, apiServerFlags });
      return startup.record;
    }
    const apiServer = await onLoopback(apiServerFlags);
    const startup = new Startup(directory, { ...common, port: apiServer.port }, note);
    const controllers = options.controllers ?? true;
    await startControlPlane(startup, { controllers, placed: (argv) => argv, apiServer });
    return startup.record;
  } catch (error) {
    const started = findRecord(directory);
    if (started !== undefined) endCluster(started);
    throw error;
  }
}

/** Of the API server on a node, which has all ports for itself. */
const API_PORT = 6443;
