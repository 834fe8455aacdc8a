/** A controller manager over a cluster in memory, by a clock that tests turn. */
import type { KubeObject, Manifest } from '../../../src/api/object';
import type { ResourceType } from '../../../src/api/resource-type';
import {
  ControllerManager,
  type ControllerManagerProps,
} from '../../../src/programs/controller-manager/controller-manager';
import * as types from '../../../src/programs/controller-manager/resource-types';
import { FakeClock, settle } from '../../support/fake-clock';
import { silentLogger } from '../../support/silent-logger';
import { FakeCluster } from './fake-cluster';

/** What tests say of an object. */
export type NewObject = Pick<Manifest, 'metadata'> & Readonly<Record<string, unknown>>;

export interface RunningManager {
  readonly cluster: FakeCluster;
  readonly clock: FakeClock;
  readonly manager: ControllerManager;
  /** Makes an object, and lets the controllers see to it. */
  readonly create: (type: ResourceType, manifest: NewObject) => Promise<KubeObject>;
  /** Lets the controllers do all that they can without time passing. */
  readonly settled: () => Promise<void>;
  /** Turns the clock, and lets the controllers see to what is due. */
  readonly pass: (ms: number) => Promise<void>;
  /** `reason: message` of the events about objects of a kind. */
  readonly told: (kind: string) => readonly string[];
}

/** Runs a test with a manager over a cluster that has one namespace, `team`. */
export async function withManager(
  test: (running: RunningManager) => Promise<void>,
  props: Partial<ControllerManagerProps> = {},
): Promise<void> {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock, Object.values(types));
  const manager = new ControllerManager({ cluster, clock, log: silentLogger(), ...props });
  const settled = async (): Promise<void> => {
    // Several hops: a write, its watch, the work that it makes.
    for (let round = 0; round < 30; round += 1) {
      await settle(2);
      if (manager.isIdle && round > 4) break;
    }
  };
  await cluster.create(types.NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  await manager.start();
  await settled();
  cluster.writes.length = 0;
  const create: RunningManager['create'] = async (type, manifest) => {
    const metadata = type.namespaced ? { namespace: 'team', ...manifest.metadata } : manifest.metadata;
    const made = await cluster.create(type, { apiVersion: 'x', kind: type.kind, ...manifest, metadata });
    await settled();
    return made;
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settled();
  };
  const told = (kind: string): readonly string[] =>
    cluster.events
      .filter(({ ['involvedObject']: about }) => (about as { readonly kind: string }).kind === kind)
      .map(({ ['reason']: reason, ['message']: message }) => `${String(reason)}: ${String(message)}`);
  try {
    await test({ cluster, clock, manager, create, settled, pass, told });
  } finally {
    await manager.stop();
  }
}

/** A template of pods with these labels. */
export function template(labels: Readonly<Record<string, string>>, image = 'app:1') {
  return { metadata: { labels }, spec: { restartPolicy: 'Always', containers: [{ name: 'app', image }] } };
}
