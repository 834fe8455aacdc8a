/**
 * Environments of several kinds, followed: a list and a watch for each kind, kept true by the same caches that the controller
 * has. Kinds that aren't served are passed over.
 */
import type { KubeObject } from '../../api/object';
import { describeObject } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { Informer } from '../../runtime/informer';

export interface FollowOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly types: readonly ResourceType[];
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** Only these; default all. */
  readonly isWanted?: (object: KubeObject) => boolean;
  /** After a change; `object` is undefined where it is gone. Not called for what is there at the start. */
  readonly onChange: (before: KubeObject | undefined, object: KubeObject | undefined) => void;
}

export class FollowedEnvironments {
  private readonly informers: readonly Informer[];
  private readonly whenListed: Promise<void>;
  private isListed = false;
  private resolveListed: () => void = () => undefined;

  constructor(private readonly options: FollowOptions) {
    const { cluster, clock, log, types, namespace, labelSelector } = options;
    this.whenListed = new Promise((resolve) => {
      this.resolveListed = resolve;
    });
    this.informers = types.map(
      (type) =>
        new Informer({
          cluster,
          clock,
          log,
          type,
          statusOnly: false,
          ...(namespace === undefined ? {} : { namespace }),
          ...(labelSelector === undefined ? {} : { labelSelector }),
          onChange: ({ before, after }) => {
            this.changed(before?.object, after?.object);
          },
          onState: () => {
            this.stateChanged();
          },
        }),
    );
  }

  /** Begins; returns when every kind is listed, or known not to be served. */
  async start(): Promise<void> {
    for (const informer of this.informers) informer.start();
    await this.whenListed;
  }

  /** Everything that is there now, by kind, namespace and name. */
  objects(): readonly KubeObject[] {
    return this.informers.flatMap((informer) =>
      [...informer.values()]
        .map(({ object }) => object)
        .filter((object) => this.isWanted(object))
        .sort((a, b) => (describeObject(a) < describeObject(b) ? -1 : 1)),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.informers.map((informer) => informer.close()));
  }

  private changed(before: KubeObject | undefined, after: KubeObject | undefined): void {
    const object = after ?? before;
    if (this.isListed && object !== undefined && this.isWanted(object)) this.options.onChange(before, after);
  }

  private stateChanged(): void {
    if (this.isListed || this.informers.some(({ state }) => state === 'Starting')) return;
    this.isListed = true;
    this.resolveListed();
  }

  private isWanted(object: KubeObject): boolean {
    return this.options.isWanted?.(object) ?? true;
  }
}
