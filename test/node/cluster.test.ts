import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { binaryPath } from '../cluster/binaries';
import { kubectl } from '../support/cluster';
import { type NodeCluster, pushWorkload, testNodeCluster } from '../support/node-cluster';

const TAKES_AT_MOST_MS = 120_000;
const WAIT = '--timeout=90s';

jest.setTimeout(TAKES_AT_MOST_MS);

const namespace = `node-${randomBytes(4).toString('hex')}`;
let cluster: NodeCluster;
let image: string;

/** kubectl in the namespace of this suite; what it prints. */
function ask(...words: readonly string[]): string {
  return kubectl(['-n', namespace, ...words]).stdout;
}

function apply(...objects: readonly object[]): void {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  kubectl(['-n', namespace, 'apply', '-f', '-'], { input: JSON.stringify(list) });
}

/** One field of an object, as text. */
function field(path: string, ...object: readonly string[]): string {
  return ask('get', ...object, '-o', `jsonpath={${path}}`);
}

/** Runs the workload's program in a pod. */
function within(pod: string, ...words: readonly string[]): string {
  return ask('exec', pod, '--', '/workload', ...words);
}

function container(text: string): object {
  return {
    name: 'main',
    image,
    args: ['serve', ':8080', text],
    readinessProbe: { httpGet: { port: 8080, path: '/ready' }, periodSeconds: 1 },
  };
}

/** A pod that answers with its name, and is asked whether it is ready. */
function pod(name: string, spec: object = {}): object {
  const metadata = { name, labels: { app: name } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container(name)], ...QUICK, ...spec } };
}

const QUICK = { terminationGracePeriodSeconds: 1 };

/** Leads to the pod `web`, under another name than that, which the pod would find in its own list of hosts. */
const SITE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'site' },
  spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

async function textAt(url: string): Promise<string> {
  const answer = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(30_000) });
  return answer.text();
}

beforeAll(async () => {
  cluster = testNodeCluster();
  image = await pushWorkload(cluster.registry);
  kubectl(['create', 'namespace', namespace]);
  apply(pod('web'), SITE);
  ask('wait', '--for=condition=Ready', 'pod/web', WAIT);
}, TAKES_AT_MOST_MS);

afterAll(() => {
  kubectl(['delete', 'namespace', namespace, '--wait=false']);
}, TAKES_AT_MOST_MS);

describe('a pod', () => {
  it('runs an image of the registry, and is ready since its probe is answered', () => {
    expect(field('.spec.containers[0].image', 'pod', 'web')).toBe(`${cluster.registry}/workload:latest`);
    expect(ask('logs', 'web')).toContain('GET /ready');
  });

  it('whose probe nobody answers is alive and not ready', () => {
    const readinessProbe = { httpGet: { port: 8081 }, periodSeconds: 1 };
    apply(pod('silent', { containers: [{ ...container('silent'), readinessProbe }] }));
    ask('wait', '--for=jsonpath={.status.phase}=Running', 'pod/silent', WAIT);
    ask(
      'wait',
      '--for=jsonpath={.reason}=Unhealthy',
      '--for=create',
      'event',
      '--field-selector=reason=Unhealthy',
      WAIT,
    );
    expect(field('.status.containerStatuses[0].ready', 'pod', 'silent')).toBe('false');
  });

  it('runs commands for kubectl exec, and gives their exit codes', () => {
    expect(within('web', 'read', '/etc/hostname')).toBe('web\n');
    const failed = kubectl(['-n', namespace, 'exec', 'web', '--', '/workload', 'read', '/absent'], {
      expectFailure: true,
    });
    expect(failed.stderr).toContain('open /absent: no such file or directory');
  });

  it('is reached by kubectl port-forward', async () => {
    const words = ['--kubeconfig', cluster.kubeconfig, '-n', namespace, 'port-forward', 'pod/web', ':8080'];
    const forwarding = spawn(binaryPath('kubectl'), words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = new Promise((resolve) => forwarding.once('exit', resolve));
    try {
      const port = await new Promise<string>((resolve, reject) => {
        forwarding.stdout.on('data', (chunk: Buffer) => {
          const said = /127\.0\.0\.1:(\d+)/.exec(chunk.toString())?.[1];
          if (said !== undefined) resolve(said);
        });
        forwarding.once('exit', () => {
          reject(new Error('kubectl port-forward ended'));
        });
      });
      await expect(textAt(`http://127.0.0.1:${port}/`)).resolves.toBe('web from web\n');
    } finally {
      forwarding.kill();
      await gone;
    }
  });

  it('that a restricted namespace forbids is refused', () => {
    const name = `${namespace}-restricted`;
    kubectl(['create', 'namespace', name]);
    try {
      kubectl(['label', 'namespace', name, 'pod-security.kubernetes.io/enforce=restricted']);
      const { stderr } = kubectl(['-n', name, 'run', 'forbidden', `--image=${image}`], { expectFailure: true });
      expect(stderr).toContain('violates PodSecurity "restricted:latest"');
    } finally {
      kubectl(['delete', 'namespace', name, '--wait=false']);
    }
  });
});

describe('this machine', () => {
  it('reaches pods by their address', async () => {
    await expect(textAt(`http://${field('.status.podIP', 'pod', 'web')}:8080/`)).resolves.toBe('web from web\n');
  });

  it('reaches services by their address', async () => {
    await expect(textAt(`http://${field('.spec.clusterIP', 'service', 'site')}/`)).resolves.toBe('web from web\n');
  });

  it('reaches services by their port of the node', async () => {
    const port = field('.spec.ports[0].nodePort', 'service', 'site');
    await expect(textAt(`http://${cluster.nodeAddress}:${port}/`)).resolves.toBe('web from web\n');
  });
});

describe('the names of the cluster', () => {
  it('are known in pods, in full and by the search domains', () => {
    const address = `${field('.spec.clusterIP', 'service', 'site')}\n`;
    expect(within('web', 'resolve', `site.${namespace}.svc.cluster.local`)).toBe(address);
    expect(within('web', 'resolve', `site.${namespace}`)).toBe(address);
    expect(within('web', 'resolve', 'site')).toBe(address);
  });

  it('lead pods to services, also back to themselves', () => {
    expect(within('web', 'get', 'http://site/')).toContain('web from web');
  });

  it('are the only ones', () => {
    const { stderr } = kubectl(['-n', namespace, 'exec', 'web', '--', '/workload', 'resolve', 'example.com'], {
      expectFailure: true,
    });
    expect(stderr).toContain('no such host');
  });
});

describe('a claim', () => {
  const claims = (storageClassName?: string): object => ({
    volumeClaimTemplates: [
      {
        metadata: { name: 'files' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
          ...(storageClassName === undefined ? {} : { storageClassName }),
        },
      },
    ],
  });

  function set(name: string, storageClassName?: string): object {
    const mounted = { ...container(name), volumeMounts: [{ name: 'files', mountPath: '/files' }] };
    return {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name },
      spec: {
        serviceName: name,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { ...QUICK, containers: [mounted], securityContext: { runAsUser: 1000, fsGroup: 2000 } },
        },
        ...claims(storageClassName),
      },
    };
  }

  beforeAll(() => {
    apply(set('keeper'), set('archive', 'retained'));
    for (const name of ['keeper', 'archive']) ask('rollout', 'status', `statefulset/${name}`, WAIT);
  }, TAKES_AT_MOST_MS);

  const volumeOf = (set_: string): string => field('.spec.volumeName', 'persistentvolumeclaim', `files-${set_}-0`);

  it('without a class gets a volume of the default class, a folder of the node', () => {
    expect(field('.spec.storageClassName', 'persistentvolumeclaim', 'files-keeper-0')).toBe('standard');
    expect(field('.status.phase', 'persistentvolumeclaim', 'files-keeper-0')).toBe('Bound');
    expect(readdirSync(cluster.volumes)).toContain(volumeOf('keeper'));
  });

  it('belongs to the group that the pod says, and its files do', () => {
    within('keeper-0', 'write', '/files/mine', 'x');
    expect(within('keeper-0', 'stat', '/files')).toBe('2775 0 2000\n');
    expect(within('keeper-0', 'stat', '/files/mine')).toBe('644 1000 2000\n');
  });

  it('keeps files when its pod is made anew', () => {
    const before = field('.metadata.uid', 'pod', 'keeper-0');
    within('keeper-0', 'write', '/files/thesis', 'first line');
    ask('delete', 'pod', 'keeper-0');
    ask('rollout', 'status', 'statefulset/keeper', WAIT);
    expect(field('.metadata.uid', 'pod', 'keeper-0')).not.toBe(before);
    expect(within('keeper-0', 'read', '/files/thesis')).toBe('first line\n');
  });

  it('grows while its pod runs', () => {
    const larger = { spec: { resources: { requests: { storage: '2Gi' } } } };
    ask('patch', 'persistentvolumeclaim', 'files-keeper-0', '-p', JSON.stringify(larger));
    ask('wait', '--for=jsonpath={.status.capacity.storage}=2Gi', 'persistentvolumeclaim/files-keeper-0', WAIT);
    expect(field('.status.conditions', 'persistentvolumeclaim', 'files-keeper-0')).toBe('');
    expect(field('.spec.capacity.storage', 'persistentvolume', volumeOf('keeper'))).toBe('2Gi');
  });

  it.each([
    { name: 'keeper', remains: false, because: 'its class says Delete' },
    { name: 'archive', remains: true, because: 'its class says Retain' },
  ])('that is deleted leaves its volume behind ($remains) because $because', ({ name, remains }) => {
    const volume = volumeOf(name);
    ask('delete', 'statefulset', name);
    ask('wait', '--for=delete', `pod/${name}-0`, WAIT);
    ask('delete', 'persistentvolumeclaim', `files-${name}-0`);
    if (remains) ask('wait', '--for=jsonpath={.status.phase}=Released', `persistentvolume/${volume}`, WAIT);
    else ask('wait', '--for=delete', `persistentvolume/${volume}`, WAIT);
    expect(existsSync(join(cluster.volumes, volume))).toBe(remains);
    if (remains) ask('delete', 'persistentvolume', volume);
  });
});
