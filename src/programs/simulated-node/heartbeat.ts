/**
 * Registers the node and keeps saying that it is alive: the Node object, its status, and the Lease that the cluster's
 * controllers watch. What somebody removed meanwhile is made again at the next beat.
 */
import type { KubeObject, Manifest } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { hasCode } from '../../errors';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { errorKeys } from '../error-keys';
import { leaseManifest, nodeManifest, nodePatches } from './node-object';
import type { ResolvedOptions } from './options';
import { LEASE, NODE } from './resource-types';

/** What a heartbeat speaks to, and of which node. */
export interface HeartbeatOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly options: ResolvedOptions;
}

/** Under which everything of the simulated node is written. */
export const FIELD_MANAGER = 'adrasteia-simulated-node';

const MERGE = { type: 'merge', fieldManager: FIELD_MANAGER } as const;

/** The heartbeat of one node; begins with the first `beat` or `start`. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #cancel: () => void = () => undefined;
  #beating: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Makes the Node if it isn't there, has it say that it is ready, and renews its lease. Throws what the cluster throws. */
  async beat(): Promise<void> {
    const { cluster, clock, options } = this.#options;
    const nowMs = clock.now();
    const node = await this.#ensure(NODE, nodeManifest(options));
    const { metadata, status } = nodePatches(node, options, nowMs);
    if (metadata !== undefined) await cluster.patch(NODE, node.metadata, { metadata }, MERGE);
    if (status !== undefined) await cluster.patch(NODE, node.metadata, { status }, { ...MERGE, subresource: 'status' });
    const lease = leaseManifest(node, nowMs);
    await this.#ensure(LEASE, lease);
    await cluster.patch(LEASE, lease.metadata, lease, MERGE);
  }

  /** Beats from now on, `heartbeatMs` after each beat. Failures are logged. */
  start(): void {
    const { clock, log, options } = this.#options;
    if (this.#isStopped) return;
    this.#cancel = clock.schedule(options.heartbeatMs, () => {
      this.#beating = this.beat()
        .catch((error: unknown) => log.warn('heartbeat failed', errorKeys(error)))
        .then(() => this.start());
    });
  }

  /** Returns when no beat is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#beating;
  }

  async #ensure(type: ResourceType, manifest: Manifest): Promise<KubeObject> {
    const { cluster } = this.#options;
    const present = await cluster.get(type, manifest.metadata);
    if (present !== undefined) return present;
    try {
      return await cluster.create(type, manifest, { fieldManager: FIELD_MANAGER });
    } catch (error) {
      // Made by somebody else since we looked.
      if (!hasCode(error, 'ApiAlreadyExists')) throw error;
      return (await cluster.get(type, manifest.metadata)) ?? manifest;
    }
  }
}
