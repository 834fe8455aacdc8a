import { CONFIG_MAP } from '../../../constructs/parts/resource-types';
import type { KubeObject } from '../../../src/api/object';
import { LEASE_NAME } from '../../../src/controller/controller';
import { eventually } from '../../support/eventually';
import { Harness } from '../../support/harness';
import { configMap, WIDGET, widget, widgetCrds, widgetKind } from '../../support/widget';

jest.setTimeout(120_000);

const leaderElection = { name: LEASE_NAME, durationMs: 3_000, renewMs: 2_000, retryMs: 200 };
const phase = (object: KubeObject): unknown => (object.status as { phase?: string } | undefined)?.phase;

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.make(widgetCrds());
});
afterEach(async () => {
  await harness.close();
});

describe('two replicas', () => {
  test('one works; the other is ready, writes nothing, and takes over with warm caches when the first stops', async () => {
    const first = await harness.start([widgetKind()], { leaderElection });
    await eventually('the first leads', () => first.runtime.isLeading);
    const second = await harness.start([widgetKind()], { leaderElection });
    expect(second.runtime.isReady).toBe(true);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    expect(second.cluster.words).toEqual([]);
    await first.stop();
    await eventually('the second leads', () => second.runtime.isLeading);
    await second.drained();
    expect(second.cluster.words).toEqual([]);
    await harness.delete(CONFIG_MAP, 'a');
    await harness.until(CONFIG_MAP, 'a', 'is back', () => true);
    expect(second.cluster.words).toEqual(['apply ConfigMap/a']);
  });

  test('a leader that loses the lease stops working and says so', async () => {
    const first = await harness.start([widgetKind()], { leaderElection });
    await eventually('the first leads', () => first.runtime.isLeading);
    const lease = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases', namespaced: true };
    await harness.cluster.patch(
      lease,
      { namespace: harness.namespace, name: LEASE_NAME },
      { spec: { holderIdentity: 'somebody-else' } },
      { type: 'merge' },
    );
    await eventually('the loss is told', () => first.fatal.length === 1);
    expect(first.fatal[0]).toMatchObject({ code: 'LeaseLost' });
    expect(first.runtime.isLeading).toBe(false);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    const second = await harness.start([widgetKind()]);
    await harness.until(CONFIG_MAP, 'a', 'is made by another', () => true);
    expect(first.cluster.words).toEqual([]);
    expect(second.cluster.words).toContain('apply ConfigMap/a');
  });
});

describe('a stop', () => {
  test('lets a look that is under way end', async () => {
    const running = await harness.start([widgetKind()]);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    running.cluster.hook = { before: ({ kind }) => (kind === 'ConfigMap' ? held : undefined) };
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    await eventually('the write is under way', () => running.cluster.words.includes('apply ConfigMap/a'));
    const stopped = running.stop();
    release();
    await stopped;
    expect(await harness.get(CONFIG_MAP, 'a')).toBeDefined();
    expect(phase(await harness.until(WIDGET, 'w', 'has its status', () => true))).toBe('Ready');
  });
});
