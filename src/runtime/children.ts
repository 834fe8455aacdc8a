/**
 * The children of one custom resource: applied in the order of their gates, compared before they are written.
 *
 * Objects whose dependencies are met are applied in parallel, then those that these have set free, until nothing moves. What
 * is refused or has to wait is said by reference key, and never keeps independent objects from being applied.
 */

import type { KubeObject, Manifest } from '../api/object';
import { describeObject, referenceKey, referenceTo, valueAt } from '../api/object';
import { kindKey, kindKeyOf, type ResourceType } from '../api/resource-type';
import { FIELD_MANAGER } from '../api/well-known';
import { AdrasteiaError, hasCode } from '../errors';
import type { Refusal } from '../plan/plan';
import type { PlannedObject, ReadyRule } from '../plan/planned-object';
import type { Cluster } from '../ports/cluster';
import type { RuntimeMetrics } from '../ports/metrics';
import { generatedData } from './generated-values';
import type { CachedObject, Informer } from './informer';
import { desiredDigest } from './owned-fields';
import { conflictOf, nameOf, type Owner, withOwner } from './ownership';

/** A planned object, reduced to what tells whether it has to be written. */
export interface Child {
  readonly key: string;
  readonly type: ResourceType;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly digest: string;
  readonly planned: Pick<PlannedObject, 'dependsOn' | 'readyWhen' | 'handling'>;
}

export interface ChildrenOptions {
  readonly cluster: Cluster;
  readonly metrics: RuntimeMetrics;
  readonly informerOf: (kind: string) => Informer | undefined;
  readonly typeOf: (kind: string) => ResourceType | undefined;
}

export interface ApplyResult {
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** True when every child is as planned: what isn't wanted any more may be pruned. */
  readonly complete: boolean;
  /** True when every child is also ready by its own rules. */
  readonly ready: boolean;
}

/**
 * A version that no object has: the store counts from one, and one is the empty store. An apply that demands it makes an object
 * where there is none, and is refused as a conflict where there is one; the version is no field, so nobody comes to own it.
 */
const NEVER_STORED = '1';

type Answer =
  | { readonly done: true; readonly object: KubeObject }
  | { readonly done: false; readonly refusal: Refusal };

export class Children {
  /**
   * What the server made of a manifest where it stored it otherwise than sent (a spelling of a quantity, a default inside an
   * atomic list), so that the same difference isn't written for ever. By reference key.
   */
  private readonly accepted = new Map<
    string,
    { readonly uid: string; readonly digest: string; readonly owned: string }
  >();

  constructor(private readonly options: ChildrenOptions) {}

  /** The summary of a rendered tree, with the marks of the owner counted in. */
  summarise(objects: readonly PlannedObject[], owner: Owner): readonly Child[] {
    return objects.map((planned) => {
      const { manifest } = planned;
      const kind = kindKeyOf(manifest);
      const type = this.options.typeOf(kind);
      if (type === undefined) {
        throw new AdrasteiaError(
          'ApplyNotDeclared',
          `plan of ${describeObject(owner)} applies ${kind}, which its planner does not declare: add the kind to \`applies\``,
        );
      }
      return {
        key: referenceKey(referenceTo(manifest)),
        type,
        name: manifest.metadata.name,
        namespace: manifest.metadata.namespace,
        digest: planned.handling.generate === undefined ? desiredDigest(withOwner(planned, owner)) : '',
        planned: { dependsOn: planned.dependsOn, readyWhen: planned.readyWhen, handling: planned.handling },
      };
    });
  }

  /** The child as it is in the cache. */
  cached(child: Pick<Child, 'type' | 'name' | 'namespace'>): CachedObject | undefined {
    const { name, namespace } = child;
    return this.options.informerOf(kindKey(child.type))?.get(namespace === undefined ? { name } : { name, namespace });
  }

  /** Applies what differs. `render` is called only when something does. */
  async apply(children: readonly Child[], owner: Owner, render: () => readonly PlannedObject[]): Promise<ApplyResult> {
    const refusals = new Map<string, Refusal>();
    const applied = new Map<string, KubeObject>();
    let waiting = children.filter((child) => {
      const live = this.inSync(child, owner);
      if (live !== undefined) applied.set(child.key, live);
      return live === undefined;
    });
    const byKey = new Map(children.map((child) => [child.key, child]));
    while (waiting.length > 0) {
      const free = waiting.filter((child) => this.blockers(child, byKey, applied).length === 0);
      if (free.length === 0) break;
      waiting = waiting.filter((child) => !free.includes(child));
      const planned = new Map(render().map((object) => [referenceKey(referenceTo(object.manifest)), object]));
      const answers = await Promise.allSettled(
        free.map(async (child) => {
          const object = planned.get(child.key);
          if (object === undefined) return;
          const answer = await this.applyOne(child, object, owner);
          if (answer.done) applied.set(child.key, answer.object);
          else refusals.set(child.key, answer.refusal);
        }),
      );
      // Only now: a look that ended while some are under way would let the next one send them again.
      for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
    }
    for (const child of waiting) {
      refusals.set(child.key, {
        reason: 'Waiting',
        message: `waits for ${this.blockers(child, byKey, applied).join(', ')}`,
      });
    }
    const complete = refusals.size === 0;
    const ready = complete && children.every(({ key, planned }) => isReadyIn(applied, key, planned.readyWhen));
    return { refusals, complete, ready };
  }

  /** Whether every rule holds for the object as it is. */
  static isReady(rules: readonly ReadyRule[], object: Pick<KubeObject, 'metadata'>): boolean {
    return rules.every((rule) => {
      const value = valueAt(object, rule.path);
      switch (rule.operator) {
        case 'Equals':
          return value === rule.value;
        case 'AtLeast':
          return typeof value === 'number' && typeof rule.value === 'number' && value >= rule.value;
        case 'ObservedGeneration':
          return typeof value === 'number' && value >= (object.metadata.generation ?? 0);
      }
    });
  }

  forget(key: string): void {
    this.accepted.delete(key);
  }

  /** The live object where nothing has to be written, else undefined. */
  private inSync(child: Child, owner: Owner): KubeObject | undefined {
    const live = this.cached(child);
    if (live === undefined || live.object.metadata.deletionTimestamp !== undefined) return undefined;
    if (conflictOf(live.object, owner, { adopt: false }) !== undefined) return undefined;
    if (child.planned.handling.generate !== undefined) return live.object;
    if (child.planned.handling.prune === 'Keep' && (live.object.metadata.ownerReferences ?? []).length > 0)
      return undefined;
    if (live.owned === child.digest) return live.object;
    const accepted = this.accepted.get(child.key);
    const isAccepted =
      accepted?.uid === live.object.metadata.uid && accepted?.digest === child.digest && accepted.owned === live.owned;
    return isAccepted ? live.object : undefined;
  }

  private blockers(
    child: Child,
    byKey: ReadonlyMap<string, Child>,
    applied: ReadonlyMap<string, KubeObject>,
  ): readonly string[] {
    return child.planned.dependsOn
      .filter((key) => {
        const dependency = byKey.get(key);
        const live = applied.get(key);
        return (
          dependency !== undefined && (live === undefined || !Children.isReady(dependency.planned.readyWhen, live))
        );
      })
      .sort();
  }

  private async applyOne(child: Child, planned: PlannedObject, owner: Owner): Promise<Answer> {
    const manifest = withOwner(planned, owner);
    try {
      const cached = this.cached(child)?.object;
      const made = cached === undefined ? await this.makeNew(child, planned, manifest) : undefined;
      if (made !== undefined) return made;
      // Something has the name that the cache doesn't hold: not ours, or ours and not seen yet.
      const live = cached ?? (await this.options.cluster.get(child.type, nameOf(manifest.metadata)));
      if (live !== undefined) {
        const conflict = conflictOf(live, owner, planned.handling);
        if (conflict !== undefined)
          return refused('NameConflict', `${conflict}: rename the environment, or remove the other object`);
        if (live.metadata.deletionTimestamp !== undefined)
          return refused('Waiting', `${describeObject(live)} is being deleted`);
        if (planned.handling.generate !== undefined) return { done: true, object: live };
      }
      if (planned.handling.generate !== undefined) return await this.createGenerated(child, planned, manifest);
      return await this.applyManifest(child, planned, manifest, live);
    } catch (error) {
      if (hasCode(error, 'ApiInvalid', 'ApiForbidden', 'ApiNotFound', 'ApiTooLarge'))
        return refused('Refused', error.message);
      throw error;
    }
  }

  /** Makes an object that isn't there; undefined where the name is taken, so that it has to be looked at first. */
  private async makeNew(child: Child, planned: PlannedObject, manifest: Manifest): Promise<Answer | undefined> {
    try {
      if (planned.handling.generate !== undefined) return await this.createGenerated(child, planned, manifest);
      const answer = await this.options.cluster.apply(
        child.type,
        { ...manifest, metadata: { ...manifest.metadata, resourceVersion: NEVER_STORED } },
        { fieldManager: FIELD_MANAGER, force: true },
      );
      this.written(child, 'apply');
      return this.take(child, answer);
    } catch (error) {
      if (hasCode(error, 'ApiConflict', 'ApiAlreadyExists')) return undefined;
      throw error;
    }
  }

  private async applyManifest(
    child: Child,
    planned: PlannedObject,
    manifest: Manifest,
    live: KubeObject | undefined,
  ): Promise<Answer> {
    try {
      if (live !== undefined && planned.handling.prune === 'Keep') await this.disown(child, live);
      const answer = await this.options.cluster.apply(child.type, manifest, {
        fieldManager: FIELD_MANAGER,
        force: true,
      });
      this.written(child, 'apply');
      return this.take(child, answer);
    } catch (error) {
      if (live === undefined || !hasCode(error, 'ApiInvalid') || !(await this.isFreshlyValid(child.type, manifest)))
        throw error;
      // As a new object it would be accepted: what is refused is the change of an immutable field.
      if (planned.handling.immutable === 'Refuse') return refused('Immutable', error.message);
      await this.options.cluster.delete(child.type, nameOf(manifest.metadata), {
        propagation: 'Orphan',
        ...(live.metadata.uid === undefined ? {} : { uid: live.metadata.uid }),
      });
      this.written(child, 'delete');
      return refused('Waiting', `${describeObject(live)} is made anew, because a field that can't be changed differs`);
    }
  }

  /**
   * Takes the owner references off an object that holds data, as an earlier operator may have left them: the garbage collector
   * would delete it with its owner. Applying without them doesn't remove them, since they are another manager's fields.
   */
  private async disown(child: Child, live: KubeObject): Promise<void> {
    if ((live.metadata.ownerReferences ?? []).length === 0) return;
    const { resourceVersion, uid } = live.metadata;
    await this.options.cluster.patch(
      child.type,
      nameOf(live.metadata),
      { metadata: { ownerReferences: null, resourceVersion, uid } },
      { type: 'merge', fieldManager: FIELD_MANAGER },
    );
    this.written(child, 'patch');
  }

  /** Asks the server, without storing anything, whether the manifest would do under another name. */
  private async isFreshlyValid(type: ResourceType, manifest: Manifest): Promise<boolean> {
    const probe = { ...manifest, metadata: { ...manifest.metadata, name: '', generateName: 'adrasteia-probe-' } };
    try {
      await this.options.cluster.create(type, probe, { dryRun: true });
      return true;
    } catch (error) {
      if (hasCode(error, 'ApiInvalid')) return false;
      throw error;
    }
  }

  /** A Secret with values made here is created once and not written again: its values are nobody's to change. */
  private async createGenerated(child: Child, planned: PlannedObject, manifest: Manifest): Promise<Answer> {
    const data = generatedData(planned.handling.generate ?? {});
    const answer = await this.options.cluster.create(
      child.type,
      { ...manifest, data },
      { fieldManager: FIELD_MANAGER },
    );
    this.written(child, 'create');
    return this.take(child, answer);
  }

  private take(child: Child, answer: KubeObject): Answer {
    const owned = this.options.informerOf(kindKey(child.type))?.overlay(answer)?.owned;
    const uid = answer.metadata.uid;
    if (owned !== undefined && uid !== undefined && child.digest !== '' && owned !== child.digest) {
      this.accepted.set(child.key, { uid, digest: child.digest, owned });
    } else {
      this.accepted.delete(child.key);
    }
    return { done: true, object: answer };
  }

  private written(child: Child, verb: string): void {
    this.options.metrics.written(kindKey(child.type), verb);
  }
}

function isReadyIn(applied: ReadonlyMap<string, KubeObject>, key: string, rules: readonly ReadyRule[]): boolean {
  const live = applied.get(key);
  return live !== undefined && Children.isReady(rules, live);
}

function refused(reason: Refusal['reason'], message: string): Answer {
  return { done: false, refusal: { reason, message } };
}
