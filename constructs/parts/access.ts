/**
 * Whether an environment may be reached, and how many pods that leaves.
 */
import type { EnvironmentModel, PortModel, Workload } from '../../src/model/environment-model';

/**
 * True where a sign-in is asked for that nothing here can render. Such an environment fails closed: no pod, no Service, no
 * Ingress, and a policy that lets nobody in; its data objects stay.
 */
export function isClosed(model: EnvironmentModel): boolean {
  return model.access.mode === 'Proxy';
}

/** Pods of each workload: one, or none while the environment is stopped or closed. */
export function replicasOf(model: EnvironmentModel): 0 | 1 {
  return model.running && !isClosed(model) ? 1 : 0;
}

/** A workload that the Service leads to, and the port. */
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
