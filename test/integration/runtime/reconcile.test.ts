import { CLAIM, CONFIG_MAP, SECRET, SERVICE, STATEFUL_SET } from '../../../constructs/parts/resource-types';
import type { KubeObject } from '../../../src/api/object';
import { PAUSED_ANNOTATION } from '../../../src/api/well-known';
import { INVENTORY } from '../../../src/runtime/inventory';
import { eventually } from '../../support/eventually';
import { Harness } from '../../support/harness';
import { configMap, SETTINGS, settings, WIDGET, widget, widgetCrds, widgetKind } from '../../support/widget';

const phase = (object: KubeObject): unknown => (object.status as { phase?: string } | undefined)?.phase;
const statusOf = (object: KubeObject): Record<string, unknown> => (object.status ?? {}) as Record<string, unknown>;
const refusals = (object: KubeObject): string => JSON.stringify(statusOf(object)['refusals'] ?? []);
const dataOf = (object: KubeObject | undefined): Record<string, string> =>
  (object?.['data'] ?? {}) as Record<string, string>;

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }], selector: { app: 'web' } },
};
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'home' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};
const statefulSet = (serviceName: string) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'main' },
  spec: {
    replicas: 0,
    serviceName,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'example.org/app:1' }] },
    },
  },
});

jest.setTimeout(120_000);

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.make(widgetCrds());
});
afterEach(async () => {
  await harness.close();
});

describe('a new object', () => {
  test('gets its inventory first, then its children, then one status', async () => {
    const { cluster, drained } = await harness.start([widgetKind()]);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }, { manifest: service }] }),
    );
    const object = await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    await drained();
    expect(cluster.words[0]).toBe(`apply Inventory.adrasteia.dev/${object.metadata.uid ?? ''}`);
    expect([...cluster.words].sort()).toEqual(
      [
        'apply ConfigMap/a',
        `apply Inventory.adrasteia.dev/${object.metadata.uid ?? ''}`,
        'apply Service/web',
        'patch Widget.test.adrasteia.dev/w/status',
      ].sort(),
    );
  });

  test('waits for a gate, and goes on when it opens', async () => {
    await harness.start([widgetKind()]);
    const gate = {
      manifest: configMap('gate'),
      readyWhen: [{ path: ['metadata', 'labels', 'open'], operator: 'Equals' as const, value: 'yes' }],
    };
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [gate, { manifest: service, dependsOn: ['ConfigMap/gate'] }] }),
    );
    const waiting = await harness.until(WIDGET, 'w', 'waits', (live) => refusals(live).includes('Waiting'));
    expect(refusals(waiting)).toContain(`waits for ConfigMap/${harness.namespace}/gate`);
    expect(await harness.get(SERVICE, 'web')).toBeUndefined();
    await harness.cluster.patch(
      CONFIG_MAP,
      { namespace: harness.namespace, name: 'gate' },
      { metadata: { labels: { open: 'yes' } } },
      { type: 'merge' },
    );
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    expect(await harness.get(SERVICE, 'web')).toBeDefined();
  });
});

describe('a change of the specification', () => {
  test('counts also where it comes with the answer to our own write, before the watch brings it', async () => {
    const { cluster } = await harness.start([widgetKind()]);
    let release: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isChanged = false;
    const more = widget(harness.namespace, 'w', {
      objects: [{ manifest: configMap('a') }, { manifest: configMap('b') }],
    });
    cluster.hook = {
      before: async ({ subresource }) => {
        if (subresource !== 'status' || isChanged) return;
        isChanged = true;
        await harness.apply(WIDGET, more);
      },
      answered: ({ subresource }) => {
        if (subresource === 'status') release();
      },
      event: ({ kind }) => (isChanged && kind === WIDGET.kind ? answered : undefined),
    };
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    await harness.until(CONFIG_MAP, 'b', 'is there', () => true);
  });
});

describe('a converged object', () => {
  test('causes no write when a runtime starts', async () => {
    const first = await harness.start([widgetKind()]);
    const objects = [
      { manifest: configMap('a') },
      { manifest: service },
      { manifest: claim, handling: { prune: 'Keep' as const } },
      { manifest: statefulSet('web') },
    ];
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects }));
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    await first.drained();
    await first.stop();
    const second = await harness.start([widgetKind()]);
    await second.drained();
    expect(second.cluster.words).toEqual([]);
  });

  test('a change of one child writes that child, and nothing where nothing else differs', async () => {
    const { cluster, drained } = await harness.start([widgetKind()]);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }, { manifest: configMap('b') }] }),
    );
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    await drained();
    cluster.writes.length = 0;
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', {
        objects: [{ manifest: configMap('a', { key: 'other' }) }, { manifest: configMap('b') }],
      }),
    );
    await harness.until(
      WIDGET,
      'w',
      'has seen the change',
      (live) => statusOf(live)['observedGeneration'] === live.metadata.generation,
    );
    expect(dataOf(await harness.get(CONFIG_MAP, 'a'))).toEqual({ key: 'other' });
    await drained();
    expect(cluster.words).toEqual(['apply ConfigMap/a', 'patch Widget.test.adrasteia.dev/w/status']);
  });

  test('gets back a child that was deleted, and a field that was changed', async () => {
    await harness.start([widgetKind()]);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    const ready = await harness.until(CONFIG_MAP, 'a', 'is there', () => true);
    await harness.delete(CONFIG_MAP, 'a');
    await harness.until(CONFIG_MAP, 'a', 'is there again', (live) => live.metadata.uid !== ready.metadata.uid);
    await harness.cluster.patch(
      CONFIG_MAP,
      { namespace: harness.namespace, name: 'a' },
      { data: { key: 'tampered', extra: 'theirs' } },
      { type: 'merge', fieldManager: 'somebody' },
    );
    const healed = await harness.until(CONFIG_MAP, 'a', 'is as planned', (live) => dataOf(live)['key'] === 'value');
    expect(dataOf(healed)['extra']).toBe('theirs');
  });

  test('is planned again when what it refers to changes, and is not rendered again for an event of a child', async () => {
    const counts = { plans: 0, renders: 0 };
    const { drained } = await harness.start([widgetKind(counts)]);
    await harness.apply(SETTINGS, settings(harness.namespace, 'shared', { colour: 'red' }));
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { settings: 'shared', objects: [{ manifest: configMap('a') }] }),
    );
    await harness.until(CONFIG_MAP, 'a', 'has the setting', (live) => dataOf(live)['colour'] === 'red');
    await drained();
    const { renders } = counts;
    await harness.cluster.patch(
      CONFIG_MAP,
      { namespace: harness.namespace, name: 'a' },
      { metadata: { annotations: { seen: 'yes' } } },
      { type: 'merge' },
    );
    await harness.apply(SETTINGS, settings(harness.namespace, 'unrelated', { colour: 'blue' }));
    await drained();
    expect(counts.renders).toBe(renders);
    await harness.apply(SETTINGS, settings(harness.namespace, 'shared', { colour: 'green' }));
    await harness.until(CONFIG_MAP, 'a', 'has the new setting', (live) => dataOf(live)['colour'] === 'green');
  });
});

describe('what is no longer wanted', () => {
  test('is pruned when all else is applied, and the inventory shrinks', async () => {
    await harness.start([widgetKind()]);
    const object = await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }, { manifest: configMap('b') }] }),
    );
    await harness.until(CONFIG_MAP, 'b', 'is there', () => true);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    await harness.untilGone(CONFIG_MAP, 'b');
    await harness.until(
      INVENTORY,
      object.metadata.uid ?? '',
      'has shrunk',
      (live) => (live.spec as { entries: unknown[] }).entries.length === 1,
    );
  });

  test('stays while anything is refused', async () => {
    await harness.start([widgetKind()]);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }, { manifest: configMap('b') }] }),
    );
    await harness.until(CONFIG_MAP, 'b', 'is there', () => true);
    const refused = { ...service, spec: { ports: [{ port: 0, protocol: 'TCP' }] } };
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }, { manifest: refused }] }),
    );
    const told = await harness.until(WIDGET, 'w', 'says what was refused', (live) =>
      refusals(live).includes('Refused'),
    );
    expect(refusals(told)).toContain('spec.ports[0].port');
    expect(await harness.get(CONFIG_MAP, 'b')).toBeDefined();
  });

  test('stays when it holds data', async () => {
    await harness.start([widgetKind()]);
    const object = await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', {
        objects: [{ manifest: configMap('a') }, { manifest: claim, handling: { prune: 'Keep' } }],
      }),
    );
    await harness.until(CLAIM, 'home', 'is there', () => true);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    await harness.until(
      INVENTORY,
      object.metadata.uid ?? '',
      'has shrunk',
      (live) => (live.spec as { entries: unknown[] }).entries.length === 1,
    );
    const kept = await harness.get(CLAIM, 'home');
    expect(kept?.metadata.deletionTimestamp).toBeUndefined();
    expect(kept?.metadata.ownerReferences).toBeUndefined();
  });
});

describe('an object of somebody else', () => {
  test('is left alone, and the one who wants the name says so', async () => {
    await harness.apply(CONFIG_MAP, {
      ...configMap('a', { mine: 'yes' }),
      metadata: { name: 'a', namespace: harness.namespace },
    });
    await harness.start([widgetKind()]);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }, { manifest: configMap('b') }] }),
    );
    const told = await harness.until(WIDGET, 'w', 'says the conflict', (live) =>
      refusals(live).includes('NameConflict'),
    );
    expect(refusals(told)).toContain('was not made by Adrasteia');
    expect(dataOf(await harness.get(CONFIG_MAP, 'a'))).toEqual({ mine: 'yes' });
    expect(await harness.get(CONFIG_MAP, 'b')).toBeDefined();
  });

  test('of two objects that want one name the second says NameConflict', async () => {
    await harness.start([widgetKind()]);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'first', { objects: [{ manifest: configMap('a', { of: 'first' }) }] }),
    );
    await harness.until(WIDGET, 'first', 'is ready', (live) => phase(live) === 'Ready');
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'second', { objects: [{ manifest: configMap('a', { of: 'second' }) }] }),
    );
    const told = await harness.until(WIDGET, 'second', 'says the conflict', (live) =>
      refusals(live).includes('NameConflict'),
    );
    expect(refusals(told)).toContain('belongs to Widget first');
    expect(dataOf(await harness.get(CONFIG_MAP, 'a'))).toEqual({ of: 'first' });
  });

  test('is taken over where the plan says that it may be adopted', async () => {
    await harness.apply(CLAIM, { ...claim, metadata: { name: 'home', namespace: harness.namespace } });
    await harness.start([widgetKind()]);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: claim, handling: { prune: 'Keep', adopt: true } }] }),
    );
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
  });

  test('that holds data and is owned by the custom resource itself loses the owner reference, so that nothing deletes it by surprise', async () => {
    const object = await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: claim, handling: { prune: 'Keep', adopt: true } }] }),
    );
    const ownerReferences = [
      { apiVersion: object.apiVersion, kind: object.kind, name: 'w', uid: object.metadata.uid ?? '', controller: true },
    ];
    await harness.apply(CLAIM, { ...claim, metadata: { name: 'home', namespace: harness.namespace, ownerReferences } });
    await harness.start([widgetKind()]);
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    expect((await harness.get(CLAIM, 'home'))?.metadata.ownerReferences).toBeUndefined();
    await harness.delete(WIDGET, 'w');
    await harness.untilGone(WIDGET, 'w');
    expect((await harness.get(CLAIM, 'home'))?.metadata.deletionTimestamp).toBeUndefined();
  });

  test('data that outlived its owner is found again by an owner of the same kind and name, and by no other', async () => {
    await harness.start([widgetKind()]);
    const spec = { objects: [{ manifest: claim, handling: { prune: 'Keep' as const } }] };
    await harness.apply(WIDGET, widget(harness.namespace, 'w', spec));
    const before = await harness.until(CLAIM, 'home', 'is there', () => true);
    await harness.delete(WIDGET, 'w');
    await harness.untilGone(WIDGET, 'w');
    await harness.apply(WIDGET, widget(harness.namespace, 'other', spec));
    await harness.until(WIDGET, 'other', 'says the conflict', (live) =>
      refusals(live).includes('holds the data of Widget.test.adrasteia.dev/w'),
    );
    await harness.apply(WIDGET, widget(harness.namespace, 'w', spec));
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    expect((await harness.get(CLAIM, 'home'))?.metadata.uid).toBe(before.metadata.uid);
  });
});

describe('a field that cannot be changed', () => {
  test('makes an object anew where no data is at stake, leaving its dependents', async () => {
    await harness.start([widgetKind()]);
    const handling = { immutable: 'RecreateOrphaning' as const };
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: statefulSet('one'), handling }] }),
    );
    const before = await harness.until(STATEFUL_SET, 'main', 'is there', () => true);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { objects: [{ manifest: statefulSet('two'), handling }] }),
    );
    const after = await harness.until(
      STATEFUL_SET,
      'main',
      'is made anew',
      (live) => (live.spec as { serviceName: string }).serviceName === 'two',
    );
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
  });

  test('is refused with the field where data is at stake', async () => {
    await harness.start([widgetKind()]);
    const ofClass = (storageClassName: string) => ({
      objects: [
        { manifest: { ...claim, spec: { ...claim.spec, storageClassName } }, handling: { prune: 'Keep' as const } },
      ],
    });
    await harness.apply(WIDGET, widget(harness.namespace, 'w', ofClass('one')));
    const before = await harness.until(CLAIM, 'home', 'is there', () => true);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', ofClass('two')));
    await harness.until(WIDGET, 'w', 'says Immutable', (live) => refusals(live).includes('Immutable'));
    expect((await harness.get(CLAIM, 'home'))?.metadata.uid).toBe(before.metadata.uid);
  });
});

describe('generated values', () => {
  test('are made once, and stay when the tree changes', async () => {
    await harness.start([widgetKind()]);
    const secret = {
      manifest: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' } },
      handling: { generate: { token: { bytes: 32, encoding: 'hex' as const } } },
    };
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [secret] }));
    const before = await harness.until(SECRET, 'token', 'is there', () => true);
    expect(Buffer.from(dataOf(before)['token'] ?? '', 'base64').toString()).toMatch(/^[0-9a-f]{64}$/);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [secret, { manifest: configMap('a') }] }));
    await harness.until(CONFIG_MAP, 'a', 'is there', () => true);
    expect(dataOf(await harness.get(SECRET, 'token'))).toEqual(dataOf(before));
  });
});

describe('deletion', () => {
  test('without a finalizer is the garbage collector’s work, and data stays', async () => {
    await harness.start([widgetKind()]);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', {
        objects: [{ manifest: configMap('a') }, { manifest: claim, handling: { prune: 'Keep' } }],
      }),
    );
    const object = await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    expect(object.metadata.finalizers).toBeUndefined();
    await harness.delete(WIDGET, 'w');
    await harness.untilGone(CONFIG_MAP, 'a');
    await harness.untilGone(INVENTORY, object.metadata.uid ?? '');
    expect((await harness.get(CLAIM, 'home'))?.metadata.deletionTimestamp).toBeUndefined();
  });

  test('with a finalizer runs its steps in order, each when the one before is gone', async () => {
    const { cluster } = await harness.start([widgetKind()]);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', {
        finalize: true,
        teardown: [{ kinds: ['Service'] }, { kinds: ['PersistentVolumeClaim'], includingKept: true }],
        objects: [
          { manifest: configMap('a') },
          { manifest: service },
          { manifest: claim, handling: { prune: 'Keep' } },
        ],
      }),
    );
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    cluster.writes.length = 0;
    await harness.delete(WIDGET, 'w');
    await harness.untilGone(WIDGET, 'w');
    const deletions = cluster.words.filter((word) => word.startsWith('delete'));
    expect(deletions).toEqual(['delete Service/web', 'delete PersistentVolumeClaim/home', 'delete ConfigMap/a']);
    expect(await harness.get(CLAIM, 'home')).toBeUndefined();
  });

  test('has come to its end where somebody else takes the finalizer off first', async () => {
    const { cluster, log, drained } = await harness.start([widgetKind()]);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { finalize: true }));
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    const w = { namespace: harness.namespace, name: 'w' };
    cluster.hook = {
      before: async ({ verb, kind, subresource }) => {
        if (verb !== 'patch' || kind !== 'Widget.test.adrasteia.dev' || subresource !== undefined) return;
        await harness.cluster.patch(WIDGET, w, { metadata: { finalizers: null } }, { type: 'merge' });
      },
    };
    await harness.delete(WIDGET, 'w');
    await harness.untilGone(WIDGET, 'w');
    await drained();
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a teardown', () => {
  test('deletes of what holds data only that which says so itself', async () => {
    await harness.start([widgetKind()]);
    const named = (name: string, annotations: Record<string, string>) => ({
      manifest: { ...claim, metadata: { name, annotations } },
      handling: { prune: 'Keep' as const },
    });
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', {
        finalize: true,
        teardown: [
          { kinds: ['PersistentVolumeClaim'], keptWithAnnotation: { name: 'example.org/reclaim', value: 'Delete' } },
        ],
        objects: [
          named('scratch', { 'example.org/reclaim': 'Delete' }),
          named('precious', { 'example.org/reclaim': 'Retain' }),
          named('silent', {}),
        ],
      }),
    );
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    await harness.delete(WIDGET, 'w');
    await harness.untilGone(WIDGET, 'w');
    expect(await harness.get(CLAIM, 'scratch')).toBeUndefined();
    for (const name of ['precious', 'silent'])
      expect((await harness.get(CLAIM, name))?.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('doubt', () => {
  test('a missing reference holds: nothing is applied, and nothing is pruned when it goes missing later', async () => {
    await harness.start([widgetKind()]);
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { settings: 'shared', objects: [{ manifest: configMap('a') }] }),
    );
    await harness.until(WIDGET, 'w', 'is held', (live) => phase(live) === 'Held');
    expect(await harness.get(CONFIG_MAP, 'a')).toBeUndefined();
    await harness.apply(SETTINGS, settings(harness.namespace, 'shared', { colour: 'red' }));
    await harness.until(CONFIG_MAP, 'a', 'is there', () => true);
    await harness.delete(SETTINGS, 'shared');
    await harness.until(WIDGET, 'w', 'is held again', (live) => phase(live) === 'Held');
    expect((await harness.get(CONFIG_MAP, 'a'))?.metadata.deletionTimestamp).toBeUndefined();
  });

  test('a plan that throws says so on its object, and others are served', async () => {
    await harness.start([widgetKind()]);
    await harness.apply(WIDGET, widget(harness.namespace, 'bad', { broken: true }));
    await harness.apply(WIDGET, widget(harness.namespace, 'good', { objects: [{ manifest: configMap('a') }] }));
    await harness.until(WIDGET, 'good', 'is ready', (live) => phase(live) === 'Ready');
    const bad = await harness.until(WIDGET, 'bad', 'says PlanFailed', (live) =>
      JSON.stringify(live.status ?? {}).includes('PlanFailed'),
    );
    expect(phase(bad)).toBeUndefined();
    await harness.apply(WIDGET, widget(harness.namespace, 'bad', { objects: [{ manifest: configMap('b') }] }));
    await harness.until(WIDGET, 'bad', 'is ready after the fix', (live) => phase(live) === 'Ready');
  });

  test('a paused object and its children are left alone, until it is resumed', async () => {
    await harness.start([widgetKind()]);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    const name = { namespace: harness.namespace, name: 'w' };
    await harness.cluster.patch(
      WIDGET,
      name,
      { metadata: { annotations: { [PAUSED_ANNOTATION]: 'true' } } },
      { type: 'merge' },
    );
    await harness.until(WIDGET, 'w', 'says Paused', (live) =>
      JSON.stringify(live.status ?? {}).includes('PausedByAnnotation'),
    );
    await harness.delete(CONFIG_MAP, 'a');
    await harness.apply(WIDGET, { ...widget(harness.namespace, 'w2', { objects: [{ manifest: configMap('b') }] }) });
    await harness.until(CONFIG_MAP, 'b', 'of another object is there', () => true);
    expect(await harness.get(CONFIG_MAP, 'a')).toBeUndefined();
    await harness.cluster.patch(
      WIDGET,
      name,
      { metadata: { annotations: { [PAUSED_ANNOTATION]: null } } },
      { type: 'merge' },
    );
    await harness.until(CONFIG_MAP, 'a', 'is back', () => true);
    await harness.until(
      WIDGET,
      'w',
      'no longer says Paused',
      (live) => !JSON.stringify(live.status ?? {}).includes('PausedByAnnotation'),
    );
  });
});

describe('time', () => {
  test('an instant that a plan asked for wakes it', async () => {
    const lateAt = Date.now() + 1_500;
    await harness.start([widgetKind()]);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { lateAt, objects: [{ manifest: configMap('a') }] }));
    const early = await harness.until(CONFIG_MAP, 'a', 'is there', () => true);
    expect(dataOf(early)['late']).toBeUndefined();
    await harness.until(CONFIG_MAP, 'a', 'has turned late', (live) => dataOf(live)['late'] === 'true');
    expect(Date.now()).toBeGreaterThanOrEqual(lateAt);
  });
});

describe('events', () => {
  test('say what happened, once', async () => {
    await harness.start([widgetKind()]);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    const type = { group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };
    const events = await eventually('an event', async () => {
      const { items } = await harness.cluster.list(type, { namespace: harness.namespace });
      const ours = items.filter((item) => item['reason'] === 'Ready');
      return ours.length > 0 && ours;
    });
    expect(events).toHaveLength(1);
    expect(events[0]?.['note']).toBe('The widget is ready');
  });
});
