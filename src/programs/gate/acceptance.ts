/** Whether sidecars take what EnvironmentAccesses say, as the condition Accepted of their status. */
import { ENVIRONMENT_ACCESS, type EnvironmentAccess } from '../../access/environment-access';
import { type Condition, type ConditionReport, stampConditions } from '../../api/condition';
import { isJsonObject } from '../../api/json';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { errorKeys } from '../error-keys';

export interface AcceptanceOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly find: (environment: string) => EnvironmentAccess | undefined;
}

const ACCEPTED: ConditionReport = {
  type: 'Accepted',
  status: 'True',
  reason: 'Accepted',
  message: 'Its sidecar takes the configuration',
};

/** What a refusal says may be as long as a sidecar likes. */
const LONGEST_MESSAGE = 2048;

/**
 * Writes the condition where it says something else. What is good from the beginning has none; a refusal stays until the sidecar
 * takes its configuration, or there is another one for it to take. Replicas write alike, so that it doesn't matter which does.
 */
export class Acceptance {
  readonly #options: AcceptanceOptions;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: AcceptanceOptions) {
    this.#options = options;
  }

  /** A sidecar refuses its configuration, and goes on with what it had. */
  refused(environment: string, message: string): void {
    const { log, find } = this.#options;
    log.warn('sidecar refuses its configuration', { environment, reason: message });
    const short = message.slice(0, LONGEST_MESSAGE);
    this.#report(find(environment), { ...ACCEPTED, status: 'False', reason: 'ConfigurationRefused', message: short });
  }

  /** A sidecar that had refused takes its configuration. */
  taken(environment: string): void {
    const { log, find } = this.#options;
    log.info('sidecar takes its configuration again', { environment });
    this.#recovered(find(environment));
  }

  /** There is another state; whether it is refused will be seen. */
  changed(access: EnvironmentAccess): void {
    const condition = conditionsOf(access).find(({ type }) => type === ACCEPTED.type);
    if ((condition?.observedGeneration ?? 0) < (access.metadata.generation ?? 0)) this.#recovered(access);
  }

  /** Returns when everything is written, or couldn't be. */
  async close(): Promise<void> {
    await this.#writing;
  }

  #recovered(access: EnvironmentAccess | undefined): void {
    if (access === undefined) return;
    const isRefused = conditionsOf(access).some(({ type, status }) => type === ACCEPTED.type && status !== 'True');
    if (isRefused) this.#report(access, ACCEPTED);
  }

  #report(access: EnvironmentAccess | undefined, report: ConditionReport): void {
    if (access === undefined) return;
    // One after the other, so that the last word is the last written.
    this.#writing = this.#writing.then(async () => {
      await this.#write(access, report);
    });
  }

  async #write(access: EnvironmentAccess, report: ConditionReport): Promise<void> {
    const { cluster, clock, log } = this.#options;
    const { generation, name, namespace = '' } = access.metadata;
    const now = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const status = {
      observedGeneration: generation,
      conditions: stampConditions([report], conditionsOf(access), generation, now),
    };
    try {
      const options = { type: 'merge', subresource: 'status' } as const;
      await cluster.patch(ENVIRONMENT_ACCESS.type, { namespace, name }, { status }, options);
    } catch (error) {
      log.warn('status not written', { kind: ENVIRONMENT_ACCESS.type.kind, namespace, name, ...errorKeys(error) });
    }
  }
}

function conditionsOf({ status }: EnvironmentAccess): readonly Condition[] {
  const conditions = isJsonObject(status) ? status['conditions'] : undefined;
  return Array.isArray(conditions) ? (conditions as readonly Condition[]) : [];
}
