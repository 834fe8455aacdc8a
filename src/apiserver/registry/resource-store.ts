/**
 * The objects of one resource: read, created, updated and deleted as the Kubernetes API does it, whatever the kind.
 *
 * Every write goes the same way: what the client wants, who set which field, mutating admission, what the strategy prepares
 * and checks, validating admission, and a commit that holds only while nobody else changed the object; otherwise it begins
 * again with what is there now. Objects come in the request's version and go back in the stored one.
 * @see k8s.io/apiserver/pkg/registry/generic/registry/store.go, v0.34
 */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../api/object';
import type { AdmissionOperation } from '../admission/admission';
import { type DraftObject, draftOf, ensureObject, findString } from '../draft';
import type { FieldError } from '../field-error';
import type { FieldManager, FieldWrite } from '../fields/field-manager';
import type { ObjectReader } from '../resources/object-reader';
import type { Resource, StrategyContext } from '../resources/resource';
import { type GroupResource, invalid, notFound, StatusError } from '../status-error';
import type { Storage, StoredRecord } from '../storage/storage';
import { admissionAttributes } from './admission-attributes';
import type { AdmissionChain } from './admission-chain';
import { hasNewGeneration, keepFieldTimes } from './changes';
import { type DeleteOptions, deletionStep, isDeletedByUpdate } from './deletion';
import { objectKey } from './keys';
import {
  dedupeOwnerReferences,
  fillSystemFields,
  type Identities,
  keepSystemFields,
  setGeneration,
  settleName,
  settleNamespace,
  wipeSystemFields,
} from './metadata';
import { currentObject } from './object-text';
import { ObjectWriter } from './object-writer';
import { checkNoUid, checkResourceVersion, checkUid, generatedNameTaken, nameTaken } from './refusals';
import { apiVersionIn, fieldManagedType } from './versions';
import type { WriteContext } from './write-context';

/** Checks that hold for the metadata of any object. */
export interface MetadataRules {
  validate(object: KubeObject, resource: Resource): readonly FieldError[];
  /** The same for an object that is there already. */
  validateKept(object: KubeObject, resource: Resource): readonly FieldError[];
  validateUpdate(object: KubeObject, old: KubeObject): readonly FieldError[];
}

export interface ResourceStoreDependencies {
  readonly storage: Storage;
  readonly admission: AdmissionChain;
  readonly fieldManager: FieldManager;
  readonly reader: ObjectReader;
  readonly metadataRules: MetadataRules;
  readonly identities: Identities;
  readonly now: () => Date;
}

/** What an update makes of the object that is there; undefined where there is none. In the request's version. */
export type MakeNext = (live: KubeObject | undefined) => DraftObject | Promise<DraftObject>;

export interface UpdateOptions {
  /** Creates an object that isn't there. */
  readonly createsMissing?: boolean;
  /** What is given is a whole object that a client sent: its `uid` is a precondition. */
  readonly uid?: string;
  /** `next` has its `managedFields` already, as server-side apply gives them. */
  readonly tracksFields?: boolean;
}

/** Names an object of the resource; an empty namespace where it has none. */
export interface Target {
  readonly namespace: string;
  readonly name: string;
}

export interface Written {
  readonly object: KubeObject;
  readonly isNew: boolean;
}

export interface Deleted {
  readonly object: KubeObject;
  /** False where it waits for finalizers or its grace period. */
  readonly isGone: boolean;
}

const MOST_NAME_ATTEMPTS = 8;

/** One resource's objects. Stateless but for the storage: it may be made anew whenever the resource changes. */
export class ResourceStore {
  readonly resource: Resource;
  readonly #deps: ResourceStoreDependencies;
  readonly #groupResource: GroupResource;
  readonly #writer: ObjectWriter;

  constructor(resource: Resource, dependencies: ResourceStoreDependencies) {
    this.resource = resource;
    this.#deps = dependencies;
    this.#groupResource = { group: resource.group, resource: resource.resource };
    this.#writer = new ObjectWriter(dependencies.storage, resource);
  }

  /** The stored record. Throws `StatusError` 404. */
  getRecord(namespace: string, name: string): StoredRecord {
    const record = this.#deps.storage.get(objectKey(this.resource, namespace, name));
    if (record === undefined) throw notFound(this.#groupResource, name);
    return record;
  }

  get(namespace: string, name: string): KubeObject {
    return currentObject(this.resource, this.getRecord(namespace, name));
  }

  /** Stores a new object. Throws what admission and validation throw, and `StatusError` 409 where the name is taken. */
  async create(namespace: string, draft: DraftObject, context: WriteContext): Promise<KubeObject> {
    const metadata = ensureObject(draft, 'metadata');
    wipeSystemFields(metadata);
    settleNamespace(metadata, this.resource.namespaced ? namespace : '');
    dedupeOwnerReferences(metadata, context.warn);
    this.#trackFields(undefined, draft, context);
    await this.#admit(draft, undefined, 'CREATE', context);
    const isGenerated =
      (findString(metadata, 'name') ?? '') === '' && (findString(metadata, 'generateName') ?? '') !== '';
    for (let attempt = 1; ; attempt += 1) {
      const object = attempt === 1 && !isGenerated ? draft : draftOf(draft);
      try {
        return await this.#insert(object, context);
      } catch (error) {
        const isTaken = isGenerated && error instanceof StatusError && error.status.reason === 'AlreadyExists';
        if (!isTaken) throw error;
        if (attempt === MOST_NAME_ATTEMPTS)
          throw generatedNameTaken(this.#groupResource, findString(ensureObject(object, 'metadata'), 'name') ?? '');
      }
    }
  }

  /**
   * Changes an object, or creates it where `createsMissing` says so. Begins again with what is there, as often as somebody
   * else is faster; `next` is asked anew each time. Throws `StatusError` 404, 409 where the version that `next` names is old,
   * and what admission and validation throw.
   */
  async update(
    { namespace, name }: Target,
    next: MakeNext,
    context: WriteContext,
    options: UpdateOptions = {},
  ): Promise<Written> {
    const key = objectKey(this.resource, namespace, name);
    for (;;) {
      const record = this.#deps.storage.get(key);
      if (record === undefined && options.createsMissing !== true) throw notFound(this.#groupResource, name);
      const live = record === undefined ? undefined : currentObject(this.resource, record);
      if (live !== undefined) checkUid(live, this.resource, options.uid);
      const wanted = await next(live === undefined ? undefined : this.resource.convert(live, context.version));
      const metadata = ensureObject(wanted, 'metadata');
      if (live === undefined) {
        checkNoUid(metadata, this.#groupResource, name);
        // Nothing is there that could have another version.
        delete metadata['resourceVersion'];
      }
      settleNamespace(metadata, this.resource.namespaced ? namespace : '');
      settleName(metadata, name);
      dedupeOwnerReferences(metadata, context.warn);
      if (options.tracksFields !== true) this.#trackFields(live, wanted, context);
      await this.#admit(wanted, live, live === undefined ? 'CREATE' : 'UPDATE', context);
      if (live === undefined || record === undefined) {
        const outcome = await this.#insertMissing(wanted, context);
        if (outcome !== undefined) return { object: outcome, isNew: true };
        continue;
      }
      const outcome = await this.#replace(record, live, wanted, context);
      if (outcome !== undefined) return { object: outcome, isNew: false };
    }
  }

  /** Deletes an object, or begins to. Throws `StatusError` 404, and 409 where a precondition doesn't hold. */
  async delete(namespace: string, name: string, options: DeleteOptions, context: WriteContext): Promise<Deleted> {
    const key = objectKey(this.resource, namespace, name);
    for (;;) {
      const record = this.getRecord(namespace, name);
      const live = currentObject(this.resource, record);
      const step = deletionStep(this.resource, live, {
        options,
        now: this.#deps.now(),
        ...this.#preparation(context),
      });
      if (step.kind === 'Pending') return { object: live, isGone: false };
      const release = await this.#deps.admission.validate(
        undefined,
        admissionAttributes(this.resource, { operation: 'DELETE', namespace, name, oldObject: live }, context),
      );
      if (step.kind === 'Remove') {
        const removed = await this.#writer.remove(record, live, context.dryRun);
        if (removed !== undefined) return { object: removed, isGone: true };
      } else {
        const marked = await this.#writer.write(
          { key, ifRevision: record.modRevision, object: step.object, live },
          context.dryRun,
        );
        if (marked !== undefined) {
          if (!step.removeAfterwards || context.dryRun) return { object: marked.object, isGone: step.removeAfterwards };
          const removed = await this.#writer.remove(marked.record, marked.object, context.dryRun);
          // Whoever was faster has taken it out, or changed it and will be asked again.
          if (removed !== undefined || this.#deps.storage.get(key) === undefined) {
            return { object: removed ?? marked.object, isGone: true };
          }
        }
      }
      await release();
    }
  }

  /**
   * Changes an object past admission and strategy, as the server does for its own bookkeeping: a pod's binding, say. Begins
   * again while others are faster. Throws `StatusError` 404, and what `change` throws.
   */
  async modify(
    namespace: string,
    name: string,
    change: (draft: DraftObject) => void,
    context: WriteContext,
  ): Promise<KubeObject> {
    const key = objectKey(this.resource, namespace, name);
    for (;;) {
      const record = this.getRecord(namespace, name);
      const live = currentObject(this.resource, record);
      const draft = draftOf(live as never);
      change(draft);
      const written = await this.#writer.write(
        { key, ifRevision: record.modRevision, object: draft, live },
        context.dryRun,
      );
      if (written !== undefined) return written.object;
    }
  }

  /** Puts a new object in, prepared and checked. */
  async #insert(draft: DraftObject, context: WriteContext): Promise<KubeObject> {
    const metadata = ensureObject(draft, 'metadata');
    fillSystemFields(metadata, this.#deps.now(), this.#deps.identities);
    if (findString(metadata, 'resourceVersion') !== undefined && findString(metadata, 'resourceVersion') !== '') {
      throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
    }
    const { strategy } = this.resource;
    const strategyContext = this.#strategyContext(context);
    const object = this.#toWorking(draft);
    setGeneration(object, strategy.generation === undefined ? undefined : 1);
    strategy.prepareForCreate?.(object, strategyContext);
    this.resource.normalise?.(object);
    const candidate = object as unknown as KubeObject;
    const errors = [
      ...this.#deps.metadataRules.validate(candidate, this.resource),
      ...(strategy.validate?.(candidate, strategyContext) ?? []),
    ];
    if (errors.length > 0) throw invalid(this.resource, findString(metadata, 'name') ?? '', errors);
    for (const text of strategy.warnings?.(candidate, undefined, strategyContext) ?? []) context.warn(text);
    strategy.canonicalize?.(object);
    const { namespace = '', name } = candidate.metadata;
    const release = await this.#deps.admission.validate(
      candidate,
      admissionAttributes(this.resource, { operation: 'CREATE', namespace, name, oldObject: undefined }, context),
    );
    const key = objectKey(this.resource, namespace, name);
    try {
      const written = await this.#writer.write({ key, ifRevision: 0, object, live: undefined }, context.dryRun);
      if (written !== undefined) return written.object;
      throw nameTaken(this.#groupResource, name, this.#deps.storage.get(key));
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** The same for an update of what isn't there; undefined where somebody else was faster. */
  async #insertMissing(wanted: DraftObject, context: WriteContext): Promise<KubeObject | undefined> {
    context.authorizeCreate();
    try {
      return await this.#insert(wanted, context);
    } catch (error) {
      if (error instanceof StatusError && error.status.reason === 'AlreadyExists') return undefined;
      throw error;
    }
  }

  /** Puts `wanted` in the place of `live`; undefined where that has changed meanwhile. */
  async #replace(
    record: StoredRecord,
    stored: KubeObject,
    wanted: DraftObject,
    context: WriteContext,
  ): Promise<KubeObject | undefined> {
    const { strategy } = this.resource;
    const strategyContext = this.#strategyContext(context);
    const next = this.#toWorking(wanted);
    // Custom objects are checked in the version in which they come.
    const live = this.resource.isCustom ? this.resource.convert(stored, context.version) : stored;
    const metadata = ensureObject(next, 'metadata');
    checkResourceVersion(metadata, live, this.resource);
    setGeneration(next, live.metadata.generation);
    strategy.prepareForUpdate?.(next, live, strategyContext);
    if (strategy.generation !== undefined && hasNewGeneration(strategy.generation, next, live)) {
      setGeneration(next, (live.metadata.generation ?? 0) + 1);
    }
    keepSystemFields(next, live);
    this.resource.normalise?.(next);
    const candidate = next as unknown as KubeObject;
    const errors = [
      ...this.#deps.metadataRules.validateKept(candidate, this.resource),
      ...this.#deps.metadataRules.validateUpdate(candidate, live),
      ...(strategy.validateUpdate?.(candidate, live, strategyContext) ?? []),
    ];
    if (errors.length > 0) throw invalid(this.resource, live.metadata.name, errors);
    for (const text of strategy.warnings?.(candidate, live, strategyContext) ?? []) context.warn(text);
    strategy.canonicalize?.(next);
    keepFieldTimes(next, live);
    const { namespace = '', name } = live.metadata;
    const release = await this.#deps.admission.validate(
      candidate,
      admissionAttributes(this.resource, { operation: 'UPDATE', namespace, name, oldObject: live }, context),
    );
    if (isDeletedByUpdate(this.resource, candidate, live)) {
      const removed = await this.#writer.remove(record, live, context.dryRun);
      if (removed === undefined) await release();
      return removed === undefined ? undefined : candidate;
    }
    metadata['resourceVersion'] = live.metadata.resourceVersion;
    // A change of nothing isn't written: nobody is woken, and the version stays.
    if (isDeepStrictEqual(candidate, live)) return live;
    try {
      const written = await this.#writer.write(
        { key: record.key, ifRevision: record.modRevision, object: next, live },
        context.dryRun,
      );
      if (written === undefined) await release();
      return written?.object;
    } catch (error) {
      await release();
      throw error;
    }
  }

  #preparation(context: WriteContext): { readonly prepare?: (draft: DraftObject) => void } {
    const { strategy } = this.resource;
    if (strategy.prepareForDelete === undefined) return {};
    return { prepare: (draft) => strategy.prepareForDelete?.(draft, this.#strategyContext(context)) };
  }

  /** The version in which an object is prepared and checked: as it comes for custom objects, as it is stored for others. */
  #toWorking(draft: DraftObject): DraftObject {
    return this.resource.isCustom ? draft : this.#writer.toStored(draft);
  }

  #trackFields(live: KubeObject | undefined, next: DraftObject, context: WriteContext): void {
    const inVersion = live === undefined ? undefined : this.resource.convert(live, context.version);
    this.#deps.fieldManager.update(inVersion, next, this.fieldWrite(context));
  }

  /** What field tracking is told of a write. */
  fieldWrite({
    version,
    fieldManager,
    subresource,
  }: Pick<WriteContext, 'version' | 'fieldManager' | 'subresource'>): FieldWrite {
    return {
      type: fieldManagedType(this.resource, subresource),
      apiVersion: apiVersionIn(this.resource, version),
      kind: this.resource.kind,
      manager: fieldManager,
      subresource,
      now: this.#deps.now(),
    };
  }

  async #admit(
    draft: DraftObject,
    live: KubeObject | undefined,
    operation: AdmissionOperation,
    context: WriteContext,
  ): Promise<void> {
    const { namespace, name } = draft['metadata'] as unknown as { namespace?: string; name?: string };
    await this.#deps.admission.admit(
      draft,
      admissionAttributes(
        this.resource,
        { operation, namespace: namespace ?? '', name: name ?? '', oldObject: live },
        context,
      ),
    );
    dedupeOwnerReferences(ensureObject(draft, 'metadata'), context.warn);
  }

  #strategyContext({ user, dryRun, subresource }: WriteContext): StrategyContext {
    return { reader: this.#deps.reader, user, now: this.#deps.now(), dryRun, subresource };
  }
}
