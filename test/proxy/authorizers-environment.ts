/** An environment behind a real Envoy, and a gate in a process of its own, on an embedded API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceReference } from '../../src/access/access-rules';
import {
  ENVIRONMENT_ACCESS,
  type EnvironmentAccess,
  type EnvironmentAccessSpec,
} from '../../src/access/environment-access';
import { GATE, GATE_NAME, GATE_SERVICE } from '../../src/access/gate';
import { connectCluster, type KubernetesCluster } from '../../src/adapters/kubernetes/client';
import { systemClock } from '../../src/adapters/system-clock';
import { apiVersionOf, type ResourceType } from '../../src/api/resource-type';
import { ApiServer } from '../../src/apiserver/api-server';
import { MemoryStorage } from '../../src/apiserver/storage/memory-storage';
import { inClusterAddress } from '../../src/programs/gate/external/service-address';
import { crdOf } from '../../src/schema/crd';
import { environmentAccess } from '../support/envoy/access';
import { RecordingApp } from '../support/envoy/recording-app';
import { freePort, type RequestOptions, RunningSidecar } from '../support/envoy/running-sidecar';
import { eventually } from '../support/eventually';
import { silentLogger } from '../support/silent-logger';
import { GateProcess } from './authorizers-gate';

const NAMESPACE = 'team-a';
const TOKENS = 'tokens';

const builtin = (kind: string, plural: string, namespaced: boolean, group = ''): ResourceType => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced,
});
const SECRET = builtin('Secret', 'secrets', true);
const CRD = builtin('CustomResourceDefinition', 'customresourcedefinitions', false, 'apiextensions.k8s.io');
const NAMESPACES = builtin('Namespace', 'namespaces', false);

export interface GuardedOptions {
  readonly authenticate: 'None' | 'Bearer';
  readonly authorize: EnvironmentAccessSpec['authorize'];
  /** Who has a token, for method Bearer. Default: nobody. */
  readonly users?: readonly string[];
}

interface Parts {
  readonly folder: string;
  readonly server: ApiServer;
  readonly cluster: KubernetesCluster;
  readonly gate: GateProcess;
}

export class GuardedEnvironment {
  private constructor(
    private readonly parts: Parts,
    readonly app: RecordingApp,
    readonly sidecar: RunningSidecar,
  ) {}

  /** Starts everything, the gate first; returns when the sidecar is ready. */
  static async start(options: GuardedOptions): Promise<GuardedEnvironment> {
    const parts = await startParts(options);
    const app = await RecordingApp.start();
    const { metadata, spec } = environmentAccess({
      spec: {
        listenPort: await freePort(),
        app: { port: app.port, basePath: 'Keep', view: 'None' },
        authenticate:
          options.authenticate === 'None'
            ? { method: 'None' }
            : { method: 'Bearer', bearer: { secret: { name: TOKENS } } },
        authorize: options.authorize,
      },
    });
    const { uid: _uid, generation: _generation, ...place } = metadata;
    const access = (await parts.cluster.create(ENVIRONMENT_ACCESS.type, {
      apiVersion: apiVersionOf(ENVIRONMENT_ACCESS.type),
      kind: ENVIRONMENT_ACCESS.type.kind,
      metadata: place,
      spec,
    })) as EnvironmentAccess;
    const environment = new GuardedEnvironment(parts, app, await RunningSidecar.start(access, parts.gate.ports));
    try {
      await environment.sidecar.becomesReady();
    } catch (error) {
      const { output } = environment.sidecar.envoy;
      await environment.stop();
      throw new Error(`the sidecar isn't ready; it says ${output}, and the gate ${parts.gate.output}`, {
        cause: error,
      });
    }
    return environment;
  }

  get gate(): GateProcess {
    return this.parts.gate;
  }

  /** What the app was asked so far. */
  get arrivals(): number {
    return this.app.arrivals.length;
  }

  /** The status with which a request is answered; 0 where there is no answer. */
  async statusFor(path: string, user?: string, options: RequestOptions = {}): Promise<number> {
    const headers = { ...(user === undefined ? {} : tokenOf(user)), ...options.headers };
    return this.sidecar.ask(path, { ...options, headers }).then(
      ({ status }) => status,
      () => 0,
    );
  }

  async stop(): Promise<void> {
    const { folder, server, cluster, gate } = this.parts;
    await this.sidecar.stop();
    await gate.kill();
    await this.app.stop();
    await cluster.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What somebody sends who has a token. */
export function tokenOf(user: string): { readonly authorization: string } {
  return { authorization: `Bearer ${tokenText(user)}` };
}

function tokenText(user: string): string {
  return `token-of-${user}`.padEnd(32, '.');
}

async function startParts({ authorize, users = [] }: GuardedOptions): Promise<Parts> {
  const folder = mkdtempSync(join(tmpdir(), 'adrasteia-guarded-'));
  const server = await ApiServer.start({ storage: new MemoryStorage(), clock: systemClock, log: silentLogger() });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(await server.adminKubeconfig()), { mode: 0o600 });
  const cluster = connectCluster({ kubeconfig });
  for (const name of [GATE_SERVICE.namespace, NAMESPACE]) {
    await cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  for (const schema of [GATE, ENVIRONMENT_ACCESS]) await cluster.create(CRD, crdOf(schema));
  await eventually('the kinds are served', async () => {
    const lists = await Promise.allSettled([GATE, ENVIRONMENT_ACCESS].map(({ type }) => cluster.list(type, {})));
    return lists.every(({ status }) => status === 'fulfilled');
  });
  await cluster.create(GATE.type, {
    apiVersion: apiVersionOf(GATE.type),
    kind: 'Gate',
    metadata: { name: GATE_NAME },
    spec: { url: 'https://gate.example.org' },
  });
  await cluster.create(SECRET, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: NAMESPACE, name: TOKENS },
    stringData: Object.fromEntries(users.map((user) => [user, tokenText(user)])),
  });
  const hosts = servicesOf(authorize).map((service) => inClusterAddress(service).host);
  return { folder, server, cluster, gate: await GateProcess.start({ folder, kubeconfig, hosts }) };
}

function servicesOf(authorize: GuardedOptions['authorize']): readonly ServiceReference[] {
  return authorize.flatMap(({ external }) => {
    const service = (external?.grpc ?? external?.http ?? external?.opa)?.service;
    return service === undefined ? [] : [service];
  });
}
