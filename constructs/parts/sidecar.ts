/**
 * The sidecar in a pod, and the probes of an app that only the sidecar reaches.
 */
import { type AppProbe, appProbePath } from '../../src/access/envoy/app-probe';
import { sidecarContainer } from '../../src/access/envoy/sidecar-container';
import { SIDECAR_PORTS } from '../../src/access/envoy/sidecar-names';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/json';
import type { ContainerModel, EnvironmentModel, VolumeModel, Workload } from '../../src/model/environment-model';
import type { Layout } from '../../src/model/layout';
import { SIDECAR_PORT_NAME, sidecarOf } from './access';

/** What a sidecar adds to the pod of its workload. */
export interface SidecarParts {
  /** Started before the app and ended after it. */
  readonly container: ContainerModel;
  readonly volume: VolumeModel;
  /** The app, with probes that lead through the sidecar where it listens on loopback. */
  readonly app: ContainerModel;
}

/** The sidecar's part in a workload's pod; undefined where the workload has none. */
export function sidecarParts(model: EnvironmentModel, layout: Layout, workload: Workload): SidecarParts | undefined {
  const sidecar = sidecarOf(model, layout);
  if (sidecar?.web.workload !== workload) return undefined;
  const { app, probes } = workload.webListens === 'Loopback' ? throughSidecar(workload.app) : { app: workload.app };
  const { container, volume } = sidecarContainer({
    name: model.name,
    namespace: model.namespace,
    listenPort: sidecar.layout.port,
    portName: SIDECAR_PORT_NAME,
    gate: sidecar.access.gate,
    ...(probes === undefined ? {} : { appProbes: probes }),
  });
  return { container: { ...container, name: sidecar.layout.container }, volume, app };
}

/** The kubelet asks the pod's address, where an app on loopback doesn't listen: the sidecar asks in its place. */
function throughSidecar(app: ContainerModel): { readonly app: ContainerModel; readonly probes: readonly AppProbe[] } {
  const probes: AppProbe[] = [];
  const rewritten = Object.entries((app.probes ?? {}) as Readonly<Record<string, JsonObject>>).map(([name, probe]) => {
    const asked = isJsonObject(probe['httpGet']) ? probe['httpGet'] : undefined;
    const port = asked === undefined ? undefined : portOf(app, asked['port']);
    if (asked === undefined || port === undefined) return [name, probe] as const;
    const { path } = asked;
    probes.push({ name, port, path: typeof path === 'string' && path !== '' ? path : '/' });
    const httpGet = { path: appProbePath({ name }), port: SIDECAR_PORTS.readiness, scheme: 'HTTP' };
    return [name, { ...probe, httpGet }] as const;
  });
  return {
    app: rewritten.length === 0 ? app : { ...app, probes: Object.fromEntries(rewritten) },
    probes,
  };
}

function portOf({ ports }: ContainerModel, asked: JsonValue | undefined): number | undefined {
  return typeof asked === 'number' ? asked : ports.find(({ name }) => name === asked)?.port;
}
