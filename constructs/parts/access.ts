/**
 * Whether an environment may be reached, what stands before its app, and how many pods that leaves.
 */
import type { AccessModel, EnvironmentModel, PortModel, Workload } from '../../src/model/environment-model';
import type { Layout, SidecarLayout } from '../../src/model/layout';

/** The sidecar's container and port where a layout names none. */
export const DEFAULT_SIDECAR: SidecarLayout = { container: 'gate', port: 15080 };

/** Name of the sidecar's port, which no app's port has. */
export const SIDECAR_PORT_NAME = 'sidecar';

/** The access of an environment that nobody gets into; undefined where it is open or guarded by the gate. */
export function closedAccess({ access }: EnvironmentModel): Extract<AccessModel, { mode: 'Closed' }> | undefined {
  return access.mode === 'Closed' ? access : undefined;
}

/**
 * True where a sign-in is asked for that can't be put before the app. Such an environment fails closed: no pod, no Service, no
 * Ingress, and a policy that lets nobody in; its data objects stay.
 */
export function isClosed(model: EnvironmentModel): boolean {
  return closedAccess(model) !== undefined;
}

/** Pods of each workload: one, or none while the environment is stopped or closed. */
export function replicasOf(model: EnvironmentModel): 0 | 1 {
  return model.running && !isClosed(model) ? 1 : 0;
}

/** A workload that the Service leads to, and the app's port. */
export interface WebWorkload {
  readonly workload: Workload;
  readonly port: PortModel;
}

/** The first workload with a web port; undefined where none has one, and while the environment is closed. */
export function webWorkload(model: EnvironmentModel): WebWorkload | undefined {
  if (isClosed(model)) return undefined;
  for (const workload of model.workloads) {
    const port = workload.app.ports.find(({ name }) => name === workload.webPort);
    if (port !== undefined) return { workload, port };
  }
  return undefined;
}

/** A sidecar before an app. */
export interface Sidecar {
  readonly layout: SidecarLayout;
  readonly access: Extract<AccessModel, { mode: 'Gate' }>;
  readonly web: WebWorkload;
}

/** The sidecar of an environment; undefined where none stands before the app. */
export function sidecarOf(model: EnvironmentModel, layout: Layout): Sidecar | undefined {
  const { access } = model;
  const web = webWorkload(model);
  if (access.mode !== 'Gate' || web === undefined) return undefined;
  return { layout: layout.sidecar ?? DEFAULT_SIDECAR, access, web };
}

/** The port of a pod that requests of the web workload go to: the sidecar's, or the app's own. */
export function entryPort(model: EnvironmentModel, layout: Layout): PortModel | undefined {
  const sidecar = sidecarOf(model, layout);
  if (sidecar === undefined) return webWorkload(model)?.port;
  return { name: SIDECAR_PORT_NAME, port: sidecar.layout.port };
}
