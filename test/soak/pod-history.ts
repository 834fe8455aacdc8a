/**
 * Every pod that an environment ever had during the soak, and how often its containers were started again.
 */

import { POD } from '../../constructs/parts/resource-types';
import { systemClock } from '../../src/adapters/system-clock';
import type { KubeObject } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import type { Cluster } from '../../src/ports/cluster';
import { Informer } from '../../src/runtime/informer';
import { silentLogger } from '../support/silent-logger';

/** Pods of one namespace, as they come and go. */
export class PodHistory {
  private readonly uids = new Map<string, Set<string>>();
  private readonly restarts = new Map<string, number>();
  private readonly informer: Informer;

  constructor(cluster: Cluster, namespace: string) {
    this.informer = new Informer({
      cluster,
      clock: systemClock,
      log: silentLogger(),
      type: POD,
      namespace,
      statusOnly: false,
      onChange: ({ before, after }) => {
        const pod = after?.object ?? before?.object;
        if (pod !== undefined) this.note(pod);
      },
      onState: () => undefined,
    });
  }

  start(): void {
    this.informer.start();
  }

  /** How many different pods had this name so far. */
  podsCalled(name: string): number {
    return this.uids.get(name)?.size ?? 0;
  }

  /** How often containers of pods of this name were started again. */
  containerRestarts(name: string): number {
    return this.restarts.get(name) ?? 0;
  }

  async close(): Promise<void> {
    await this.informer.close();
  }

  private note(pod: KubeObject): void {
    const { name, uid = '' } = pod.metadata;
    const uids = this.uids.get(name) ?? new Set();
    this.uids.set(name, uids.add(uid));
    const statuses = valueAt(pod, ['status', 'containerStatuses']);
    const count = Array.isArray(statuses)
      ? statuses.reduce((sum: number, status) => sum + valueOfRestarts(status), 0)
      : 0;
    this.restarts.set(name, Math.max(count, this.restarts.get(name) ?? 0));
  }
}

function valueOfRestarts(status: unknown): number {
  return (status as { restartCount?: number } | null)?.restartCount ?? 0;
}
