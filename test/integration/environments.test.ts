import { CLAIM, POD, SECRET, SERVICE, STATEFUL_SET } from '../../constructs/parts/resource-types';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import {
  anyEnvironment,
  anyTemplate,
  appliedTypes,
  engineCrds,
  engineKinds,
  kode,
  kodeTemplate,
  typeOf,
} from '../support/engine';
import { eventually } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { Harness } from '../support/harness';

jest.setTimeout(120_000);

const ENVIRONMENT = typeOf('Environment');
const TEMPLATE = typeOf('EnvironmentTemplate');
const KODE = typeOf('Kode', 'kode.jacero.io');
const KODE_TEMPLATE = typeOf('KodeTemplate', 'kode.jacero.io');

const image = (set: KubeObject): unknown => valueAt(set, ['spec', 'template', 'spec', 'containers', 0, 'image']);
const reason = (object: KubeObject, type: string): unknown => {
  const conditions = valueAt(object, ['status', 'conditions']);
  return Array.isArray(conditions)
    ? (conditions as { type: string; reason: string }[]).find((condition) => condition.type === type)?.reason
    : undefined;
};

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.make(engineCrds());
});
afterEach(async () => {
  await harness.close();
});

const placed = (manifest: Manifest): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace: harness.namespace },
});

async function children(): Promise<string[]> {
  const found: string[] = [];
  for (const type of appliedTypes()) {
    const { items } = await harness.cluster.list(type, {
      namespace: harness.namespace,
      labelSelector: 'adrasteia.dev/owner-uid',
    });
    found.push(
      ...items
        .filter((item) => item.metadata.deletionTimestamp === undefined)
        .map((item) => `${item.kind}/${item.metadata.name}`),
    );
  }
  return found.sort();
}

/** The API under test, in the two shapes that ask for the same thing. */
const apis = [
  {
    api: 'an Environment',
    type: ENVIRONMENT,
    templateType: TEMPLATE,
    template: (value: string) => anyTemplate({}, value),
    object: () => anyEnvironment('dev'),
    claim: 'dev-main',
  },
  {
    api: 'a Kode',
    type: KODE,
    templateType: KODE_TEMPLATE,
    template: (value: string) => kodeTemplate({ image: value }),
    object: () =>
      kode('dev', {
        password: 'secret-enough',
        storage: { keepVolume: true, resources: { requests: { storage: '1024Mi' } } },
      }),
    claim: 'dev-pvc',
  },
] as const;

describe.each(apis)('$api on a real API server', ({ type, templateType, template, object, claim }) => {
  test('follows an edit of its template', async () => {
    await harness.start(engineKinds());
    await harness.apply(templateType, placed(template('registry.example.org/one:1')));
    await harness.apply(type, placed(object()));
    await harness.until(
      STATEFUL_SET,
      'dev',
      'runs the first image',
      (live) => image(live) === 'registry.example.org/one:1',
    );
    await harness.apply(templateType, placed(template('registry.example.org/two:2')));
    await harness.until(
      STATEFUL_SET,
      'dev',
      'runs the second image',
      (live) => image(live) === 'registry.example.org/two:2',
    );
  });

  test('gets a deleted child back', async () => {
    await harness.start(engineKinds());
    await harness.apply(templateType, placed(template('registry.example.org/one:1')));
    await harness.apply(type, placed(object()));
    const before = await harness.until(SERVICE, 'dev', 'is there', () => true);
    await harness.delete(SERVICE, 'dev');
    await harness.until(SERVICE, 'dev', 'is back', (live) => live.metadata.uid !== before.metadata.uid);
  });

  test('takes everything with it when it is deleted, but a kept volume; and finds the volume again when it comes back', async () => {
    await harness.start(engineKinds());
    await harness.apply(templateType, placed(template('registry.example.org/one:1')));
    await harness.apply(type, placed(object()));
    await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    const before = await harness.until(CLAIM, claim, 'is there', () => true);
    await harness.delete(type, 'dev');
    await eventually(
      'only the claim is left',
      async () => (await children()).join() === `PersistentVolumeClaim/${claim}`,
    );
    await harness.apply(type, placed(object()));
    await harness.until(STATEFUL_SET, 'dev', 'is there again', () => true);
    expect((await harness.get(CLAIM, claim))?.metadata.uid).toBe(before.metadata.uid);
  });

  test('leaves a foreign child of the same name alone, and says NameConflict', async () => {
    const foreign: Manifest = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'dev' },
      spec: { ports: [{ port: 5432, protocol: 'TCP' }], selector: { app: 'database' } },
    };
    await harness.apply(SERVICE, placed(foreign));
    await harness.start(engineKinds());
    await harness.apply(templateType, placed(template('registry.example.org/one:1')));
    await harness.apply(type, placed(object()));
    await harness.until(type, 'dev', 'says NameConflict', (live) => reason(live, 'Admitted') === 'NameConflict');
    expect(valueAt(await harness.get(SERVICE, 'dev'), ['spec', 'selector'])).toEqual({ app: 'database' });
    await harness.delete(SERVICE, 'dev');
    await harness.until(
      SERVICE,
      'dev',
      'is made once the foreign one is gone',
      (live) => live.metadata.ownerReferences?.[0]?.kind === type.kind,
    );
  });

  test('is held when its template goes, and runs on', async () => {
    await harness.start(engineKinds());
    await harness.apply(templateType, placed(template('registry.example.org/one:1')));
    await harness.apply(type, placed(object()));
    const before = await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    const all = await children();
    await harness.delete(templateType, template('').metadata.name);
    await harness.until(type, 'dev', 'is held', (live) => reason(live, 'Admitted') === 'TemplateNotFound');
    expect(await children()).toEqual(all);
    const after = await harness.get(STATEFUL_SET, 'dev');
    expect(after?.metadata.uid).toBe(before.metadata.uid);
    expect(valueAt(after, ['spec', 'replicas'])).toBe(1);
  });

  test('converged, causes no write when the controller starts again', async () => {
    const first = await harness.start(engineKinds());
    await harness.apply(templateType, placed(template('registry.example.org/one:1')));
    await harness.apply(type, placed(object()));
    await harness.until(type, 'dev', 'says that its pod is admitted', (live) =>
      JSON.stringify(live.status ?? {}).includes('waits for its volumes'),
    );
    await first.drained();
    await first.stop();
    const second = await harness.start(engineKinds());
    await second.drained();
    expect(second.cluster.words).toEqual([]);
  });
});

describe('a new environment', () => {
  test('costs its children, at most two inventory writes and one status', async () => {
    // Whatever Kubernetes' controllers make of the children within a second belongs to one status.
    const clock = new FakeClock();
    // Known before the environment: of two watches either may be ahead, and an environment without its template says so.
    await harness.apply(TEMPLATE, placed(anyTemplate()));
    const { cluster, drained } = await harness.start(engineKinds(), { clock });
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('dev')));
    await harness.until(POD, 'dev-0', 'is there', () => true);
    await drained();
    expect(cluster.words.filter((word) => word.endsWith('/status'))).toEqual([]);
    await eventually('the status waits for its second to end', () => clock.isDueIn(1_000));
    clock.advance(1_000);
    await harness.until(
      ENVIRONMENT,
      'dev',
      'has its status',
      (live) => live.status !== undefined && valueAt(live, ['status', 'phase']) === 'Starting',
    );
    await drained();
    const words = cluster.words.map((word) => word.replace(/Inventory\S+/, 'Inventory'));
    const made = await children();
    expect(words.filter((word) => word === 'apply Inventory').length).toBeLessThanOrEqual(2);
    expect(words.filter((word) => word.endsWith('/status'))).toHaveLength(1);
    expect(words.filter((word) => !word.includes('Inventory') && !word.endsWith('/status'))).toHaveLength(made.length);
  });

  test('that is stopped keeps its volume and loses its pods, and starts again', async () => {
    await harness.start(engineKinds());
    await harness.apply(TEMPLATE, placed(anyTemplate()));
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('dev')));
    await harness.until(STATEFUL_SET, 'dev', 'is to run', (live) => valueAt(live, ['spec', 'replicas']) === 1);
    const before = await harness.until(CLAIM, 'dev-main', 'is there', () => true);
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('dev', { desiredState: 'Stopped' })));
    await harness.until(ENVIRONMENT, 'dev', 'is stopped', (live) => valueAt(live, ['status', 'phase']) === 'Stopped');
    expect((await harness.get(CLAIM, 'dev-main'))?.metadata.uid).toBe(before.metadata.uid);
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('dev', { desiredState: 'Running' })));
    await harness.until(STATEFUL_SET, 'dev', 'is to run again', (live) => valueAt(live, ['spec', 'replicas']) === 1);
  });

  test('with a claim whose class does not exist is Pending, says which, and is never bound silently', async () => {
    await harness.start(engineKinds());
    const workloads = [
      {
        name: 'main',
        container: { image: 'registry.example.org/app:1', ports: [{ name: 'http', port: 8080 }] },
        web: { port: 'http', signIn: 'App' },
        storage: { mountPath: '/home/dev', size: '1Gi', storageClassName: 'not-there' },
      },
    ];
    await harness.apply(TEMPLATE, placed(anyTemplate({ workloads })));
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('dev')));
    const told = await harness.until(
      ENVIRONMENT,
      'dev',
      'says why',
      (live) => reason(live, 'Ready') === 'StorageClassNotFound',
    );
    expect(valueAt(told, ['status', 'phase'])).toBe('Pending');
    expect(JSON.stringify(told.status)).toContain('not-there');
    expect(valueAt(await harness.get(CLAIM, 'dev-main'), ['status', 'phase'])).toBe('Pending');
  });
});

describe('a Kode', () => {
  test('adopts the claim that the first release shared, and the data stays', async () => {
    const shared: Manifest = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'kode-pvc' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const before = await harness.apply(CLAIM, placed(shared));
    await harness.start(engineKinds());
    await harness.apply(KODE_TEMPLATE, placed(kodeTemplate()));
    await harness.apply(
      KODE,
      placed(
        kode('dev', {
          storage: { keepVolume: true, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        }),
      ),
    );
    const set = await harness.until(STATEFUL_SET, 'dev', 'mounts the claim', (live) =>
      JSON.stringify(live.spec).includes('"claimName":"kode-pvc"'),
    );
    expect(set).toBeDefined();
    expect((await harness.get(CLAIM, 'kode-pvc'))?.metadata.uid).toBe(before.metadata.uid);
    expect(await harness.get(CLAIM, 'dev-pvc')).toBeUndefined();
  });

  test('that keeps no volume takes it along when it goes, and its password too', async () => {
    await harness.start(engineKinds());
    await harness.apply(KODE_TEMPLATE, placed(kodeTemplate()));
    const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    await harness.apply(KODE, placed(kode('dev', { password: 'secret-enough', storage })));
    await harness.until(SECRET, 'dev-auth', 'is there', () => true);
    await harness.until(CLAIM, 'dev-pvc', 'is there', () => true);
    await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    await harness.delete(KODE, 'dev');
    await harness.untilGone(KODE, 'dev');
    await eventually('nothing is left', async () => (await children()).length === 0);
  });

  test('signs in by the Secret that it names, and makes none', async () => {
    await harness.apply(
      SECRET,
      placed({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'login' },
        data: { password: Buffer.from('secret-enough').toString('base64') },
      }),
    );
    await harness.start(engineKinds());
    await harness.apply(KODE_TEMPLATE, placed(kodeTemplate()));
    await harness.apply(KODE, placed(kode('dev', { existingSecret: 'login' })));
    const set = await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    expect(valueAt(set, ['spec', 'template', 'spec', 'containers', 0, 'env'])).toContainEqual(
      expect.objectContaining({ valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } }),
    );
    expect((await children()).filter((child) => child.startsWith('Secret/'))).toEqual([]);
  });

  test('that asks for a proxy is closed: no pod, no Service, and its status says so', async () => {
    await harness.start(engineKinds());
    await harness.apply(
      typeOf('EnvoyProxyConfig', 'kode.jacero.io'),
      placed({
        apiVersion: 'kode.jacero.io/v1alpha1',
        kind: 'EnvoyProxyConfig',
        metadata: { name: 'guard' },
        spec: { authType: 'basic' },
      }),
    );
    await harness.apply(
      KODE_TEMPLATE,
      placed(kodeTemplate({ envoyProxyRef: { name: 'guard', kind: 'EnvoyProxyConfig' } })),
    );
    await harness.apply(KODE, placed(kode('dev')));
    const told = await harness.until(
      KODE,
      'dev',
      'says Unreachable',
      (live) => reason(live, 'Reachable') === 'AccessLayerMissing',
    );
    expect(JSON.stringify(told.status)).toContain(`EnvoyProxyConfig ${harness.namespace}/guard`);
    const set = await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    expect(valueAt(set, ['spec', 'replicas'])).toBe(0);
    expect(await harness.get(SERVICE, 'dev')).toBeUndefined();
  });

  test('closes when its template starts to ask for a proxy', async () => {
    await harness.start(engineKinds());
    await harness.apply(KODE_TEMPLATE, placed(kodeTemplate()));
    await harness.apply(KODE, placed(kode('dev')));
    await harness.until(SERVICE, 'dev', 'is there', () => true);
    await harness.apply(KODE_TEMPLATE, placed(kodeTemplate({ envoyProxyRef: { name: 'guard' } })));
    await harness.untilGone(SERVICE, 'dev');
    await harness.until(
      STATEFUL_SET,
      'dev',
      'is scaled to nothing',
      (live) => valueAt(live, ['spec', 'replicas']) === 0,
    );
  });

  test('keeps its password in a Secret, and out of the pod, the status and the events', async () => {
    await harness.start(engineKinds());
    await harness.apply(KODE_TEMPLATE, placed(kodeTemplate()));
    await harness.apply(KODE, placed(kode('dev', { user: 'ada', password: 'very-secret-word' })));
    const set = await harness.until(STATEFUL_SET, 'dev', 'is there', () => true);
    const secret = await harness.until(SECRET, 'dev-auth', 'is there', () => true);
    expect(Buffer.from(valueAt(secret, ['data', 'password']) as string, 'base64').toString()).toBe('very-secret-word');
    expect(JSON.stringify(set.spec)).not.toContain('very-secret-word');
    const told = await harness.until(KODE, 'dev', 'has a status', (live) => live.status !== undefined);
    expect(JSON.stringify(told.status)).not.toContain('very-secret-word');
  });
});
