import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '../cluster/binaries';
import { sourceDirectory } from '../cluster/directories';
import { findRecord } from '../cluster/record';
import { eventually } from '../support/eventually';
import { getNodeCluster, type NodeCluster, pushWorkload } from '../support/node-cluster';
import { forget, machineState, type Signs, signsOf, tracesOf } from './traces';

const STARTING_TAKES_AT_MOST_MS = 240_000;

/** The command line, as `npm run cluster` runs it. */
const MAIN = join(sourceDirectory(), '..', '..', 'lib', 'test', 'cluster', 'main.js');

function startCommand(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...words], { stdio: ['pipe', 'ignore', 'inherit'] });
}

async function command(...words: readonly string[]): Promise<void> {
  const code = await exitOf(startCommand(...words));
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${String(code)}`);
}

function exitOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? signal);
    });
  });
}

function kubectl({ kubeconfig }: NodeCluster, words: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(binaryPath('kubectl'), ['--kubeconfig', kubeconfig, ...words], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`kubectl ${words.join(' ')}: ${stderr}`);
  return stdout;
}

/** A pod with a volume, so that there are mounts, interfaces and control groups besides the node's own. */
async function runPod(cluster: NodeCluster, text: string): Promise<void> {
  const image = await pushWorkload(cluster.registry);
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const main = {
    name: 'main',
    image,
    args: ['serve', ':8080', text],
    readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'files', mountPath: '/files' }],
  };
  const volumes = [{ name: 'files', persistentVolumeClaim: { claimName: 'files' } }];
  const items = [
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'files' }, spec: claim },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [main], volumes } },
  ];
  kubectl(cluster, ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  kubectl(cluster, ['wait', '--for=condition=Ready', 'pod/web', '--timeout=90s']);
}

async function answerOf(cluster: NodeCluster): Promise<string> {
  const address = kubectl(cluster, ['get', 'pod', 'web', '-o', 'jsonpath={.status.podIP}']);
  return (await fetch(`http://${address}:8080/`, { headers: { connection: 'close' } })).text();
}

const kept: Signs[] = [];

function signsUntilEnd(directory: string): Signs {
  const signs = signsOf(directory);
  kept.push(signs);
  return signs;
}

afterAll(() => {
  kept.forEach(forget);
});

describe('two clusters on one machine', () => {
  let parent: string;
  let clusters: readonly [NodeCluster, NodeCluster];
  const before = machineState();

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'adrasteia-node-life-'));
    const [first, second] = [join(parent, 'first'), join(parent, 'second')];
    // Both at once, so that they compete for a network.
    await Promise.all([first, second].map((directory) => command('up', '--node', '--scratch', directory)));
    clusters = [getNodeCluster(first), getNodeCluster(second)];
    await Promise.all([runPod(clusters[0], 'first'), runPod(clusters[1], 'second')]);
  }, STARTING_TAKES_AT_MOST_MS);

  afterAll(async () => {
    for (const name of readdirSync(parent)) await command('down', '--scratch', join(parent, name));
    rmSync(parent, { recursive: true });
  }, 60_000);

  it('run pods of the same name, each its own', async () => {
    const [first, second] = clusters;
    expect(first.network.range).not.toBe(second.network.range);
    await expect(answerOf(first)).resolves.toBe('first from web\n');
    await expect(answerOf(second)).resolves.toBe('second from web\n');
  });

  it('change nothing of the machine itself', () => {
    expect(machineState()).toEqual(before);
  });

  it('go without a trace, one without the other', async () => {
    const [first, second] = clusters;
    const signs = signsUntilEnd(first.directory);
    const traces = tracesOf(signs).join('\n');
    for (const word of ['inside', '/workload serve', 'interface', 'route', 'control group', 'folder'])
      expect(traces).toContain(word);
    await command('down', '--scratch', first.directory);
    expect(tracesOf(signs)).toEqual([]);
    await expect(answerOf(second)).resolves.toBe('second from web\n');
  }, 60_000);

  it('end whole when what holds their namespaces is killed, and leave no trace either once they are taken down', async () => {
    const [, { directory }] = clusters;
    const signs = signsUntilEnd(directory);
    const holder = findRecord(directory)?.node?.namespaces?.holder.pid ?? 0;
    process.kill(holder, 'SIGKILL');
    const processes = (): readonly string[] => tracesOf(signs).filter((trace) => trace.startsWith('process'));
    await eventually('no process of the cluster is left', () => processes().length === 0);
    await command('down', '--scratch', directory);
    expect(tracesOf(signs)).toEqual([]);
    expect(machineState()).toEqual(before);
  }, 60_000);
});

describe('a throw-away cluster', () => {
  const throwAways = (): readonly string[] =>
    readdirSync(tmpdir())
      .filter((name) => name.startsWith('adrasteia-cluster-'))
      .map((name) => join(tmpdir(), name));

  it(
    'whose owner was killed is removed by the next one',
    async () => {
      // The command of the owner tells which cluster it was given, then waits until this pipe is closed.
      const script = 'console.log(process.env.ADRA_TEST_NODE_CLUSTER); process.stdin.resume()';
      const owner = spawn(process.execPath, [MAIN, 'run', '--node', '--', process.execPath, '-e', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const gone = exitOf(owner);
      const directory = await new Promise<string>((resolve) => {
        owner.stdout.once('data', (chunk: Buffer) => {
          resolve(chunk.toString().trim());
        });
      });
      const signs = signsUntilEnd(directory);
      owner.kill('SIGKILL');
      await gone;
      expect(tracesOf(signs)).not.toEqual([]);
      await command('run', '--', process.execPath, '-e', '');
      expect(throwAways()).not.toContain(directory);
      expect(tracesOf(signs)).toEqual([]);
    },
    STARTING_TAKES_AT_MOST_MS,
  );
});

describe('a machine', () => {
  it('that lacks what a node needs is told so, and nothing is made', () => {
    const directory = join(tmpdir(), 'adrasteia-node-refused');
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'up', '--node', '--scratch', directory], {
      encoding: 'utf8',
      uid: 65534,
      gid: 65534,
    });
    expect(status).toBe(1);
    expect(stderr).toContain("this machine can't run a node: a node needs root");
    expect(existsSync(directory)).toBe(false);
  });
});
