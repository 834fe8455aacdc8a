import { CONFIG_MAP } from '../../../constructs/parts/resource-types';
import type { JsonValue } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import type { ExternalSystem, NotDone } from '../../../src/ports/external-system';
import { INVENTORY } from '../../../src/runtime/inventory';
import { eventually } from '../../support/eventually';
import { Harness } from '../../support/harness';
import { configMap, WIDGET, widget, widgetCrds, widgetKind } from '../../support/widget';

jest.setTimeout(120_000);

/** Stands for any system outside Kubernetes; what a real one does is its adapter's test. */
class MockSystem implements ExternalSystem {
  readonly things = new Map<string, JsonValue>();
  readonly performed: string[] = [];
  isDown = false;

  refreshMs(): number {
    return 60_000;
  }

  ensure(key: string, spec: JsonValue): Promise<JsonValue> {
    if (this.isDown) return Promise.reject(new Error('the system is down'));
    this.things.set(key, spec);
    return Promise.resolve(`made ${key}`);
  }

  release(key: string): Promise<void> {
    if (this.isDown) return Promise.reject(new Error('the system is down'));
    this.things.delete(key);
    return Promise.resolve();
  }

  perform(key: string): Promise<NotDone | undefined> {
    this.performed.push(key);
    return this.isDown ? Promise.reject(new Error('the system is down')) : Promise.resolve(undefined);
  }
}

const ensuredOf = (object: KubeObject): unknown => (object.status as { ensured?: unknown } | undefined)?.ensured;
const phase = (object: KubeObject): unknown => (object.status as { phase?: string } | undefined)?.phase;

let harness: Harness;
let system: MockSystem;
beforeEach(async () => {
  harness = await Harness.make(widgetCrds());
  system = new MockSystem();
});
afterEach(async () => {
  await harness.close();
});

describe('things outside Kubernetes (a mock system)', () => {
  test('exist while they are asked for, and are taken back when they no longer are', async () => {
    await harness.start([widgetKind()], { systems: { mock: system } });
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { ensure: [{ system: 'mock', key: 'user-ada', spec: { name: 'Ada' } }] }),
    );
    await harness.until(
      WIDGET,
      'w',
      'says what was made',
      (live) => JSON.stringify(ensuredOf(live)) === '{"mock/user-ada":"made user-ada"}',
    );
    expect(system.things.get('user-ada')).toEqual({ name: 'Ada' });
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { ensure: [{ system: 'mock', key: 'user-grace', spec: {} }] }),
    );
    await eventually(
      'the old thing is taken back',
      () => !system.things.has('user-ada') && system.things.has('user-grace'),
    );
  });

  test('are taken back at a deletion, before the object goes', async () => {
    await harness.start([widgetKind()], { systems: { mock: system } });
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { finalize: true, ensure: [{ system: 'mock', key: 'user-ada', spec: {} }] }),
    );
    await eventually('the thing is there', () => system.things.has('user-ada'));
    await harness.delete(WIDGET, 'w');
    await harness.untilGone(WIDGET, 'w');
    expect(system.things.size).toBe(0);
  });

  test('are taken back at a deletion without the inventory, which the garbage collector may take first', async () => {
    await harness.start([widgetKind()], { systems: { mock: system } });
    const kept = { system: 'mock', key: 'user-ada', spec: {}, keep: true };
    const object = await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', {
        objects: [{ manifest: configMap('a') }],
        finalize: true,
        ensure: [kept],
        release: [kept],
      }),
    );
    await eventually('the thing is there', () => system.things.has('user-ada'));
    system.isDown = true;
    await harness.delete(WIDGET, 'w');
    await harness.delete(INVENTORY, object.metadata.uid ?? '');
    await harness.until(WIDGET, 'w', 'says what it waits for', (live) =>
      JSON.stringify(ensuredOf(live) ?? {}).includes('failed: the system is down'),
    );
    await harness.untilGone(CONFIG_MAP, 'a');
    system.isDown = false;
    await harness.untilGone(WIDGET, 'w');
    expect(system.things.size).toBe(0);
  });

  test('that are to be kept are left when they are no longer asked for', async () => {
    const { drained } = await harness.start([widgetKind()], { systems: { mock: system } });
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', { ensure: [{ system: 'mock', key: 'user-ada', spec: {}, keep: true }] }),
    );
    await eventually('the thing is there', () => system.things.has('user-ada'));
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { objects: [{ manifest: configMap('a') }] }));
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready' && ensuredOf(live) !== undefined);
    await drained();
    expect(system.things.has('user-ada')).toBe(true);
  });

  test('that cannot be made hold up nothing else, and status says why', async () => {
    system.isDown = true;
    await harness.start([widgetKind()], { systems: { mock: system } });
    await harness.apply(
      WIDGET,
      widget(harness.namespace, 'w', {
        objects: [{ manifest: configMap('a') }],
        ensure: [{ system: 'mock', key: 'user-ada', spec: {} }],
      }),
    );
    const object = await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    expect(ensuredOf(object)).toEqual({ 'mock/user-ada': 'failed: the system is down' });
  });

  test('a system that nobody configured is said by name', async () => {
    await harness.start([widgetKind()]);
    await harness.apply(WIDGET, widget(harness.namespace, 'w', { ensure: [{ system: 'absent', key: 'x', spec: {} }] }));
    await harness.until(WIDGET, 'w', 'says so', (live) =>
      JSON.stringify(ensuredOf(live) ?? {}).includes('no system \\"absent\\" is configured'),
    );
  });
});

describe('one-shots (a mock system)', () => {
  const withMail = (...keys: string[]) => ({
    objects: [{ manifest: configMap('a') }],
    once: keys.map((key) => ({ system: 'mock', key, action: {} })),
  });

  test('are done once for each key, across restarts', async () => {
    const first = await harness.start([widgetKind()], { systems: { mock: system } });
    await harness.apply(WIDGET, widget(harness.namespace, 'w', withMail('welcome')));
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    await first.stop();
    const second = await harness.start([widgetKind()], { systems: { mock: system } });
    await second.drained();
    await harness.apply(WIDGET, widget(harness.namespace, 'w', withMail('welcome', 'goodbye')));
    await eventually('the second is done', () => system.performed.includes('goodbye'));
    await second.drained();
    expect(system.performed).toEqual(['welcome', 'goodbye']);
  });

  test('are in the ledger before they are done, so that a failure is not repeated', async () => {
    system.isDown = true;
    const { drained } = await harness.start([widgetKind()], { systems: { mock: system } });
    const object = await harness.apply(WIDGET, widget(harness.namespace, 'w', withMail('welcome')));
    await harness.until(INVENTORY, object.metadata.uid ?? '', 'has the key', (live) =>
      JSON.stringify(live.spec).includes('"ledger":["welcome"]'),
    );
    await harness.until(WIDGET, 'w', 'is ready', (live) => phase(live) === 'Ready');
    await drained();
    expect(system.performed).toEqual(['welcome']);
  });
});
