/**
 * Keeps what is served in step with the CustomResourceDefinitions: takes names, establishes, and cleans up when one goes.
 *
 * One definition is looked at after another, each from what is stored now, so that it may stop at any point and go on at the
 * next start. It writes as the API server's own user, past authorization and through everything else.
 */

import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { CLEANUP_FINALIZER } from './custom-resources/finalization';
import { type DraftObject, draftOf, ensureObject } from './draft';
import { jsonText } from './json/json-text';
import { keyPrefix } from './registry/keys';
import { objectOf } from './registry/object-text';
import { ResourceStore, type ResourceStoreDependencies } from './registry/resource-store';
import type { WriteContext } from './registry/write-context';
import type { ResourceCatalogue } from './resources/catalogue';
import type { Resource } from './resources/resource';
import { isStatusError } from './status-error';

/** What is known of definitions, as pure functions. */
export interface DefinitionRules {
  /** The status that a definition comes to have next; undefined where it stays. */
  nextStatus(definition: KubeObject, all: readonly KubeObject[], now: Date): JsonObject | undefined;
  /** The status while its objects are being deleted; undefined where it stays. */
  terminatingStatus(definition: KubeObject, stage: 'InProgress' | 'Completed', now: Date): JsonObject | undefined;
  isEstablished(definition: KubeObject): boolean;
  resourceOf(definition: KubeObject): Resource;
}

export interface CustomResourceDefinitionsOptions {
  readonly catalogue: ResourceCatalogue;
  readonly definitions: Resource;
  readonly store: ResourceStoreDependencies;
  readonly rules: DefinitionRules;
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY_MS = 1000;

const SYSTEM: WriteContext = {
  user: { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  dryRun: false,
  fieldManager: 'kube-apiserver',
  version: 'v1',
  subresource: '',
  options: {},
  warn: () => undefined,
  authorizeCreate: () => undefined,
};

export class CustomResourceDefinitions {
  readonly #options: CustomResourceDefinitionsOptions;
  readonly #store: ResourceStore;
  /** Made once for each version of a definition: a resource holds compiled schemas. */
  readonly #resources = new Map<string, { readonly generation: string; readonly resource: Resource }>();
  readonly #queue = new Set<string>();
  #working: Promise<void> | undefined;
  #stop: () => void = () => undefined;
  #isStopped = false;

  constructor(options: CustomResourceDefinitionsOptions) {
    this.#options = options;
    this.#store = new ResourceStore(options.definitions, options.store);
  }

  /** Serves what is established, and begins to follow changes. */
  start(): void {
    const { store, definitions } = this.#options;
    const prefix = keyPrefix(definitions);
    this.#refresh();
    this.#stop = store.storage.subscribe(prefix, store.storage.revision, (events) => {
      this.#refresh();
      for (const { key } of events) this.#enqueue(key.slice(prefix.length));
    });
    for (const { metadata } of this.#all()) this.#enqueue(metadata.name);
  }

  /** Ends, when what is under way is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stop();
    await this.#working;
  }

  #all(): readonly KubeObject[] {
    return this.#options.store.storage.list({ prefix: keyPrefix(this.#options.definitions) }).records.map(objectOf);
  }

  /** Serves exactly the established definitions. */
  #refresh(): void {
    const { rules, catalogue, log } = this.#options;
    const served: Resource[] = [];
    const names = new Set<string>();
    for (const definition of this.#all()) {
      if (!rules.isEstablished(definition)) continue;
      const { name, uid = '' } = definition.metadata;
      names.add(name);
      const generation = `${uid}/${jsonText([definition.spec, definition.metadata.deletionTimestamp, acceptedNames(definition)])}`;
      const known = this.#resources.get(name);
      if (known?.generation === generation) {
        served.push(known.resource);
        continue;
      }
      try {
        const resource = rules.resourceOf(definition);
        this.#resources.set(name, { generation, resource });
        served.push(resource);
      } catch (error) {
        log.error('custom resource not served', { kind: 'CustomResourceDefinition', name, error });
      }
    }
    for (const name of [...this.#resources.keys()]) if (!names.has(name)) this.#resources.delete(name);
    catalogue.setCustom(served);
  }

  #enqueue(name: string): void {
    this.#queue.add(name);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    // The change that is told of is shown to everybody first.
    await Promise.resolve();
    for (;;) {
      const [name] = this.#queue;
      if (name === undefined || this.#isStopped) return;
      this.#queue.delete(name);
      try {
        await this.#settle(name);
      } catch (error) {
        if (isStatusError(error, 'NotFound')) continue;
        this.#options.log.warn('custom resource definition not settled', {
          kind: 'CustomResourceDefinition',
          name,
          error,
        });
        this.#options.clock.schedule(RETRY_MS, () => {
          if (!this.#isStopped) this.#enqueue(name);
        });
      }
    }
  }

  async #settle(name: string): Promise<void> {
    const definition = this.#store.get('', name);
    const now = new Date(this.#options.clock.now());
    if (definition.metadata.deletionTimestamp !== undefined) {
      await this.#cleanUp(definition, now);
      return;
    }
    const status = this.#options.rules.nextStatus(definition, this.#all(), now);
    if (status === undefined) return;
    await this.#writeStatus(definition, status);
    // Others may have waited for the names that this one gave up.
    for (const other of this.#all())
      if (other.metadata.name !== name && !this.#options.rules.isEstablished(other))
        this.#queue.add(other.metadata.name);
  }

  /** Deletes the definition's objects, and lets it go when none is left. */
  async #cleanUp(definition: KubeObject, now: Date): Promise<void> {
    const { rules, store, clock } = this.#options;
    const { name, finalizers = [] } = definition.metadata;
    if (!finalizers.includes(CLEANUP_FINALIZER)) return;
    const begun = rules.terminatingStatus(definition, 'InProgress', now);
    const current = begun === undefined ? definition : await this.#writeStatus(definition, begun);
    if (rules.isEstablished(current)) {
      const resource = this.#resources.get(name)?.resource ?? rules.resourceOf(current);
      const objects = new ResourceStore(resource, store);
      for (const record of store.storage.list({ prefix: keyPrefix(resource) }).records) {
        const { metadata } = objectOf(record);
        if (metadata.deletionTimestamp !== undefined) continue;
        try {
          await objects.delete(
            metadata.namespace ?? '',
            metadata.name,
            {},
            { ...SYSTEM, version: resource.storageVersion },
          );
        } catch (error) {
          if (!isStatusError(error, 'NotFound')) throw error;
        }
      }
      if (store.storage.count(keyPrefix(resource)) > 0) {
        // Finalizers hold some; whoever holds them takes them off in time.
        clock.schedule(RETRY_MS, () => {
          if (!this.#isStopped) this.#enqueue(name);
        });
        return;
      }
    }
    await this.#store.update(
      { namespace: '', name },
      (live) => {
        const next = draftOf(live as unknown as JsonObject);
        ensureObject(next, 'metadata')['finalizers'] = finalizers.filter(
          (finalizer) => finalizer !== CLEANUP_FINALIZER,
        );
        const done = rules.terminatingStatus(current, 'Completed', now);
        if (done !== undefined) next['status'] = draftOf(done);
        return next;
      },
      SYSTEM,
    );
  }

  async #writeStatus(definition: KubeObject, status: JsonObject): Promise<KubeObject> {
    const { object } = await this.#store.update(
      { namespace: '', name: definition.metadata.name },
      (live) => {
        const next: DraftObject = draftOf(live as unknown as JsonObject);
        ensureObject(next, 'metadata')['resourceVersion'] = definition.metadata.resourceVersion;
        next['status'] = draftOf(status);
        return next;
      },
      { ...SYSTEM, subresource: 'status' },
    );
    return object;
  }
}

function acceptedNames({ status }: KubeObject): unknown {
  return (status as { readonly acceptedNames?: unknown } | undefined)?.acceptedNames;
}
