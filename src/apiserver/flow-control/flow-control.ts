/**
 * Priority and fairness, as far as clients see it: each answer names the flow schema and the priority level of its request, and
 * each flow schema's status tells whether its level is there. No request is held back: one process answers them all in turn.
 * @see https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { Logger } from '../../ports/logger';
import { keyPrefix } from '../registry/keys';
import { timestamp } from '../registry/metadata';
import { ResourceStore, type ResourceStoreDependencies } from '../registry/resource-store';
import type { WriteContext } from '../registry/write-context';
import type { ResourceCatalogue } from '../resources/catalogue';
import type { Resource } from '../resources/resource';
import { isStatusError } from '../status-error';
import { findDanglingCondition } from './dangling-condition';
import { type FlowRequest, type FlowSchemaSpec, flowSpecOf, inMatchingOrder, isInFlow } from './flow-match';
import { priorityLevelMetrics } from './priority-level-metrics';

const GROUP = 'flowcontrol.apiserver.k8s.io';
const MANAGER = 'api-priority-and-fairness-config-consumer-v1';

export interface FlowControlOptions {
  readonly catalogue: ResourceCatalogue;
  readonly store: ResourceStoreDependencies;
  readonly log: Logger;
}

/** Where a request belongs. */
export interface Flow {
  readonly schemaUid: string;
  readonly levelUid: string;
}

interface KnownFlow extends Flow {
  readonly spec: FlowSchemaSpec;
}

const SYSTEM: WriteContext = {
  user: { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  dryRun: false,
  fieldManager: MANAGER,
  version: 'v1',
  subresource: 'status',
  options: {},
  warn: () => undefined,
  authorizeCreate: () => undefined,
};

export class FlowControl {
  readonly #options: FlowControlOptions;
  readonly #schemas: Resource;
  readonly #levels: Resource;
  /** What was known when something changed last; made anew when it is asked for. */
  #flows: readonly KnownFlow[] | undefined;
  #stops: readonly (() => void)[] = [];
  #isDue = false;
  #isStopped = false;
  #working: Promise<void> | undefined;

  constructor(options: FlowControlOptions) {
    this.#options = options;
    this.#schemas = getResource(options.catalogue, 'flowschemas');
    this.#levels = getResource(options.catalogue, 'prioritylevelconfigurations');
  }

  /** Begins to follow changes, and to keep the statuses. */
  start(): void {
    const { storage } = this.#options.store;
    this.#stops = [this.#schemas, this.#levels].map((resource) =>
      storage.subscribe(keyPrefix(resource), storage.revision, () => {
        this.#flows = undefined;
        this.#settleSoon();
      }),
    );
    this.#settleSoon();
  }

  /** Ends, when what is under way is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
    await this.#working;
  }

  /** The flow of a request; undefined where no schema speaks of it. */
  findFlow(request: FlowRequest): Flow | undefined {
    this.#flows ??= this.#knownFlows();
    return this.#flows.find(({ spec }) => isInFlow(spec, request));
  }

  /** `/metrics`, as far as it tells of priority levels. */
  metrics(): string {
    return priorityLevelMetrics(this.#list(this.#levels));
  }

  #knownFlows(): readonly KnownFlow[] {
    const levels = new Map(this.#list(this.#levels).map(({ metadata }) => [metadata.name, metadata.uid ?? '']));
    return inMatchingOrder(this.#list(this.#schemas)).flatMap((schema) => {
      const spec = flowSpecOf(schema);
      const levelUid = levels.get(spec.priorityLevelConfiguration.name);
      return levelUid === undefined ? [] : [{ spec, schemaUid: schema.metadata.uid ?? '', levelUid }];
    });
  }

  #list({ group, resource }: Resource): readonly KubeObject[] {
    return this.#options.store.reader.list({ group, resource }, '');
  }

  #settleSoon(): void {
    this.#isDue = true;
    this.#working ??= this.#settle().finally(() => {
      this.#working = undefined;
    });
  }

  async #settle(): Promise<void> {
    // The change that is told of is shown to everybody first.
    await Promise.resolve();
    while (this.#isDue && !this.#isStopped) {
      this.#isDue = false;
      for (const schema of this.#list(this.#schemas)) await this.#settleStatus(schema);
    }
  }

  async #settleStatus(schema: KubeObject): Promise<void> {
    const { store, log } = this.#options;
    const levels = new Set(this.#list(this.#levels).map(({ metadata }) => metadata.name));
    const now = store.now();
    const condition = findDanglingCondition(schema, (name) => levels.has(name), timestamp(now));
    if (condition === undefined) return;
    const { name } = schema.metadata;
    const schemas = new ResourceStore(this.#schemas, store);
    const applied: JsonObject = {
      apiVersion: `${GROUP}/v1`,
      kind: this.#schemas.kind,
      metadata: { name },
      status: { conditions: [condition] },
    };
    try {
      await schemas.update(
        { namespace: '', name },
        (live) => store.fieldManager.apply(live, applied, { ...schemas.fieldWrite(SYSTEM), force: true }),
        SYSTEM,
        { tracksFields: true },
      );
    } catch (error) {
      // Deleted meanwhile.
      if (isStatusError(error, 'NotFound')) return;
      log.warn('flow schema status not written', { kind: this.#schemas.kind, name, error });
    }
  }
}

function getResource(catalogue: ResourceCatalogue, resource: string): Resource {
  const found = catalogue.find(GROUP, resource);
  if (found === undefined) throw new Error(`the published facts name no ${resource}`);
  return found;
}
