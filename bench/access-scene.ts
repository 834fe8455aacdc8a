/**
 * What access is measured on: an app in a process of its own, the sidecar before it, an Envoy beside that which asks nobody, and
 * the gate in a process of its own on an embedded API.
 */

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CUSTOM_RESOURCE_DEFINITION, NAMESPACE } from '../constructs/parts/resource-types';
import { ENVIRONMENT_ACCESS, type EnvironmentAccess } from '../src/access/environment-access';
import { GATE, GATE_NAME, GATE_SERVICE } from '../src/access/gate';
import { connectCluster } from '../src/adapters/kubernetes/client';
import { systemClock } from '../src/adapters/system-clock';
import type { KubeObject, Manifest } from '../src/api/object';
import { apiVersionOf, type ResourceType } from '../src/api/resource-type';
import { ApiServer } from '../src/apiserver/api-server';
import { MemoryStorage } from '../src/apiserver/storage/memory-storage';
import type { Cluster } from '../src/ports/cluster';
import { crdOf } from '../src/schema/crd';
import { freePort, type GateAddress } from '../test/support/envoy/running-sidecar';
import { eventually } from '../test/support/eventually';
import { type MeasuredEnvoy, startEnvoyAlone, startSidecar } from './access-envoys';
import type { LoadPerson } from './access-load';
import { Sessions } from './access-sessions';

/** How requests come to the app. */
export type Way = 'Straight' | 'Envoy' | 'Gate';

/** What is measured by itself. */
export type Part = 'gate' | 'sidecar' | 'envoy' | 'app';

const HOST = 'thesis.example.org';
const VOUCHING = { gateUrl: 'https://gate.example.org', provider: 'id', issuerUrl: 'https://id.example.org' };
const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** As in the gate's Deployment. */
const GATE_NODE_OPTIONS = '--max-old-space-size=192';

interface Started {
  readonly pid: number;
  stop(): Promise<void>;
}

interface Parts {
  readonly app: Started & { readonly port: number };
  readonly gate: Started;
  readonly sidecar: MeasuredEnvoy;
  readonly envoy: MeasuredEnvoy;
}

/** All of it. Stop it. */
export class AccessScene {
  /** `Host` of all requests. */
  readonly host = HOST;

  private constructor(
    private readonly access: EnvironmentAccess,
    private readonly sessions: Sessions,
    private readonly parts: Parts,
    readonly stop: () => Promise<void>,
  ) {}

  /** Starts everything; returns when the sidecar is ready. */
  static async start(): Promise<AccessScene> {
    const stops: (() => unknown)[] = [];
    const stop = async (): Promise<void> => {
      for (const each of stops.splice(0).reverse()) await each();
    };
    const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
      stops.push(() => part.stop());
      return part;
    };
    try {
      const folder = mkdtempSync(join(tmpdir(), 'adrasteia-bench-access-'));
      stops.push(() => rmSync(folder, { recursive: true }));
      const server = keep(await ApiServer.start({ storage: new MemoryStorage(), clock: systemClock, log: QUIET }));
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, JSON.stringify(await server.adminKubeconfig()), { mode: 0o600 });
      const cluster = connectCluster({ kubeconfig });
      stops.push(() => cluster.close());
      const app = keep(await startApp());
      const access = await install(cluster, app.port);
      const address = { authorization: await freePort(), discovery: await freePort() };
      const gate = keep(await startGate(kubeconfig, address));
      const sessions = await Sessions.begin(cluster, VOUCHING);
      stops.push(() => sessions.end());
      const sidecar = keep(await startSidecar(access, address));
      const envoy = keep(await startEnvoyAlone(access));
      return new AccessScene(access, sessions, { app, gate, sidecar, envoy }, stop);
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** So many people who are signed in, as of now: the gate looks at sessions again after five minutes. */
  async people(count: number): Promise<readonly LoadPerson[]> {
    return this.sessions.peopleOf(this.access, count);
  }

  /** Where a way begins, as a port of loopback. */
  portOf(way: Way): number {
    const { app, envoy, sidecar } = this.parts;
    switch (way) {
      case 'Straight':
        return app.port;
      case 'Envoy':
        return envoy.port;
      case 'Gate':
        return sidecar.port;
    }
  }

  pidOf(part: Part): number {
    return this.parts[part].pid;
  }
}

async function startApp(): Promise<Parts['app']> {
  const app = fork(join(__dirname, 'access-app-process.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = (await once(app, 'message')) as [{ readonly port: number }];
  return {
    port,
    pid: app.pid ?? 0,
    stop: async () => {
      const ended = once(app, 'exit');
      app.disconnect();
      await ended;
    },
  };
}

async function startGate(kubeconfig: string, address: GateAddress): Promise<Started> {
  const metricsPort = await freePort();
  const gate = spawn(process.execPath, [join(__dirname, '../images/programs/gate.js')], {
    env: {
      ...process.env,
      NODE_OPTIONS: GATE_NODE_OPTIONS,
      KUBECONFIG: kubeconfig,
      HOST: '127.0.0.1',
      PUBLIC_PORT: '0',
      AUTHORIZATION_PORT: String(address.authorization),
      DISCOVERY_PORT: String(address.discovery),
      METRICS_PORT: String(metricsPort),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    if (gate.exitCode !== null) return;
    const ended = once(gate, 'exit');
    gate.kill('SIGTERM');
    await ended;
  };
  try {
    await eventually('the gate is ready', async () => {
      if (gate.exitCode !== null) throw new Error('the gate has ended');
      return fetch(`http://127.0.0.1:${metricsPort}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: gate.pid ?? 0, stop };
}

/** A Gate, and an environment that `staff` may use and whose app is at this port. */
async function install(cluster: Cluster, appPort: number): Promise<EnvironmentAccess> {
  const { gateUrl, provider, issuerUrl } = VOUCHING;
  for (const name of [GATE_SERVICE.namespace, 'team']) await create(cluster, NAMESPACE, { metadata: { name } });
  for (const schema of [GATE, ENVIRONMENT_ACCESS]) await cluster.create(CUSTOM_RESOURCE_DEFINITION, crdOf(schema));
  await eventually('the kinds are served', async () => {
    const lists = await Promise.allSettled([GATE, ENVIRONMENT_ACCESS].map(({ type }) => cluster.list(type, {})));
    return lists.every(({ status }) => status === 'fulfilled');
  });
  await create(cluster, GATE.type, {
    metadata: { name: GATE_NAME },
    spec: { url: gateUrl, providers: [{ name: provider, issuerUrl, clientId: 'gate' }] },
  });
  const access = await create(cluster, ENVIRONMENT_ACCESS.type, {
    metadata: { namespace: 'team', name: 'thesis' },
    spec: {
      address: { scheme: 'https', host: HOST, path: '/' },
      listenPort: await freePort(),
      app: { port: appPort, basePath: 'Keep' },
      authenticate: { method: 'OIDC', oidc: {} },
      authorize: [
        {
          grants: [
            { user: 'owner', level: 'Own' },
            { group: 'staff', level: 'Use' },
          ],
        },
      ],
    },
  });
  return access as EnvironmentAccess;
}

function create(
  cluster: Cluster,
  type: ResourceType,
  object: Pick<Manifest, 'metadata'> & { readonly spec?: object },
): Promise<KubeObject> {
  return cluster.create(type, { apiVersion: apiVersionOf(type), kind: type.kind, ...object });
}
