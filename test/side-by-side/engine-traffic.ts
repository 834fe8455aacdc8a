/** What our own programs say to an API server: controllers, a simulated node and the controller, from empty to ready and away again. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readManifests } from '../../src/adapters/files/manifest-files';
import { connectCluster } from '../../src/adapters/kubernetes/client';
import { Discovery } from '../../src/adapters/kubernetes/discovery';
import { systemClock } from '../../src/adapters/system-clock';
import type { Manifest } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { Controller } from '../../src/controller/controller';
import { ControllerManager } from '../../src/programs/controller-manager/controller-manager';
import { SimulatedNode } from '../../src/programs/simulated-node/simulated-node';
import { engineCrds, typeOf } from '../support/engine';
import { eventually } from '../support/harness';
import { silentLogger } from '../support/silent-logger';

const CRD: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};
const NAMESPACE: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** Runs everything against the server that the kubeconfig names, until the examples are ready, and then deletes them. */
export async function runEngine(kubeconfig: string): Promise<void> {
  const connect = (): ReturnType<typeof connectCluster> => connectCluster({ kubeconfig });
  const user = connect();
  const clusters = [connect(), connect(), connect()] as const;
  const log = silentLogger();
  const manager = new ControllerManager({ cluster: clusters[0], clock: systemClock, log });
  const node = new SimulatedNode({ cluster: clusters[1], clock: systemClock, log });
  const controller = new Controller({
    cluster: clusters[2],
    clock: systemClock,
    log,
    leaderElection: false,
    onFatal: () => undefined,
  });
  for (const crd of engineCrds()) await user.apply(CRD, crd, { fieldManager: 'side', force: true });
  await user.apply(
    NAMESPACE,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'engine' } },
    { fieldManager: 'side' },
  );
  await manager.start();
  await node.start();
  await controller.start();
  try {
    const objects = exampleObjects();
    const discovery = new Discovery(user);
    for (const object of objects) {
      const type = await eventually(`${object.kind} is served`, () =>
        discovery.byKind(object.apiVersion, object.kind).catch(() => undefined),
      );
      await user.apply(type, inNamespace(type, object), { fieldManager: 'side', force: true });
    }
    const environment = typeOf('Environment');
    await eventually('the examples are ready', async () => {
      const { items } = await user.list(environment, { namespace: 'engine' });
      return items.length > 0 && items.every(({ status }) => isReady(status));
    });
    for (const { metadata } of (await user.list(environment, { namespace: 'engine' })).items)
      await user.delete(environment, metadata);
    await eventually(
      'the examples are gone',
      async () => (await user.list(environment, { namespace: 'engine' })).items.length === 0,
    );
  } finally {
    await controller.stop();
    await node.stop();
    await manager.stop();
    await Promise.all([user, ...clusters].map((cluster) => cluster.close()));
  }
}

function exampleObjects(): readonly Manifest[] {
  const root = join(process.cwd(), 'examples');
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = folders.flatMap(({ name }) => readdirSync(join(root, name)).map((file) => join(root, name, file)));
  const objects = files.flatMap((file) => readManifests(file));
  return objects.sort((a, b) => Number(a.kind.endsWith('Template')) - Number(b.kind.endsWith('Template'))).reverse();
}

function inNamespace({ namespaced }: ResourceType, object: Manifest): Manifest {
  return namespaced ? { ...object, metadata: { ...object.metadata, namespace: 'engine' } } : object;
}

function isReady(status: unknown): boolean {
  const { conditions = [] } = (status ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return conditions.some(({ type, status: state }) => type === 'Ready' && state === 'True');
}
