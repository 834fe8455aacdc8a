/** The two Envoys that access is measured through: the sidecar, as in a pod, and the same one without the gate. */
import type { EnvironmentAccess } from '../src/access/environment-access';
import { sidecarBootstrap } from '../src/access/envoy/sidecar-bootstrap';
import { sidecarClusters } from '../src/access/envoy/sidecar-clusters';
import { sidecarListener } from '../src/access/envoy/sidecar-listener';
import { GATE_FILTER, type SidecarPorts } from '../src/access/envoy/sidecar-names';
import { GATE_SERVICE } from '../src/access/gate';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/api/json';
import { EnvoyProcess } from '../test/support/envoy/envoy-process';
import { freePort, type GateAddress, RunningSidecar } from '../test/support/envoy/running-sidecar';
import { eventually } from '../test/support/eventually';

/** An Envoy that leads to the app. Stop it. */
export interface MeasuredEnvoy {
  /** Of loopback. */
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the sidecar of an environment, configured by the gate; returns when it is ready. */
export async function startSidecar(access: EnvironmentAccess, gate: GateAddress): Promise<MeasuredEnvoy> {
  const sidecar = await RunningSidecar.start(access, gate);
  await stoppedUnless(sidecar, () => sidecar.becomesReady());
  return { port: sidecar.listenPort, pid: pidOf(sidecar.envoy), stop: () => sidecar.stop() };
}

/** Starts an Envoy that does all that the sidecar does but ask; returns when it is ready. */
export async function startEnvoyAlone(given: EnvironmentAccess): Promise<MeasuredEnvoy> {
  const ports = { readiness: await freePort(), metrics: await freePort() };
  const access = { ...given, spec: { ...given.spec, listenPort: await freePort() } };
  const envoy = await EnvoyProcess.start({
    bootstrap: bootstrapWithoutGate(access, ports),
    hosts: [`${GATE_SERVICE.name}.${GATE_SERVICE.namespace}.svc`],
  });
  await stoppedUnless(envoy, () =>
    eventually('Envoy is ready', async () => {
      if (envoy.hasEnded) throw new Error(`Envoy has ended: ${envoy.output}`);
      return fetch(`http://127.0.0.1:${ports.readiness}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    }),
  );
  return { port: access.spec.listenPort, pid: pidOf(envoy), stop: () => envoy.stop() };
}

async function stoppedUnless(part: { stop(): Promise<void> }, becomesReady: () => Promise<unknown>): Promise<void> {
  try {
    await becomesReady();
  } catch (error) {
    await part.stop();
    throw error;
  }
}

/** The process by which its sockets are named. */
function pidOf(envoy: EnvoyProcess): number {
  return Number(/^\/proc\/(\d+)\//.exec(envoy.socketPath('/'))?.[1]);
}

interface Bootstrap {
  readonly static_resources: Readonly<Record<'listeners' | 'clusters', readonly JsonObject[]>>;
}

/** What the gate would serve, written into the bootstrap. */
function bootstrapWithoutGate(access: EnvironmentAccess, ports: SidecarPorts): string {
  const { metadata, spec } = access;
  const bootstrap = JSON.parse(
    sidecarBootstrap({
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      listenPort: spec.listenPort,
      service: GATE_SERVICE,
      ports,
    }),
  ) as Bootstrap;
  const { listeners, clusters } = bootstrap.static_resources;
  return JSON.stringify({
    ...bootstrap,
    dynamic_resources: {},
    static_resources: {
      listeners: [...listeners, withoutGate(sidecarListener(access, 'measured'))],
      clusters: [...clusters, ...sidecarClusters(access)],
    },
  });
}

function withoutGate(listener: JsonObject): JsonObject {
  const isGate = (item: JsonValue): boolean => isJsonObject(item) && item['name'] === GATE_FILTER;
  return JSON.parse(JSON.stringify(listener), (key, value: JsonValue) => {
    if (key === 'typed_per_filter_config') return undefined;
    return Array.isArray(value) ? (value as readonly JsonValue[]).filter((item) => !isGate(item)) : value;
  }) as JsonObject;
}
