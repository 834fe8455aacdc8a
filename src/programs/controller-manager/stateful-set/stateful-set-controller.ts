/**
 * Keeps the pods of StatefulSets, each with its number and its claims: made in order and ended in reverse, one at a time
 * unless the set says otherwise. Claims are made and never deleted here.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
 */
import type { ObjectName } from '../../../api/object';
import type { ControllerContext } from '../controller-context';
import { claimDependents } from '../dependents';
import { failureOf } from '../failure';
import { KeyedController } from '../keyed-controller';
import { isEmptySelector, isSelected } from '../label-selector';
import { controllerOf, controllerReference } from '../ownership';
import { isFinished, nextAvailability, type Pod } from '../pods/pod';
import { CLAIM, CONTROLLER_REVISION, POD, STATEFUL_SET } from '../resource-types';
import { type ControllerRevision, templateOf } from '../revisions/controller-revision';
import { RevisionHistory } from '../revisions/revision-history';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { StatefulPods } from './stateful-pods';
import {
  identityOf,
  isWithin,
  replicasOf,
  revisionNameOf,
  type StatefulSet,
  type StatefulSetStatus,
  startOrdinal,
  statefulPod,
} from './stateful-set';
import {
  isAvailable,
  isNews,
  isRunningAndReady,
  isTerminating,
  type StatefulFacts,
  statefulStatus,
  writtenStatus,
} from './stateful-status';

const DEFAULT_HISTORY_LIMIT = 10;

/** Two revisions of a set: that of pods that weren't updated yet, and that of the template. */
interface SetRevisions extends StatefulFacts {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

/** A pod that is to be, or is. */
interface Place {
  readonly ordinal: number;
  pod: Pod | undefined;
}

export class StatefulSetController extends KeyedController {
  readonly #sets: Store<StatefulSet>;
  readonly #pods: Store<Pod>;
  readonly #control: StatefulPods;
  readonly #history: RevisionHistory<StatefulSet>;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'statefulset-controller');
    this.#sets = stores.of<StatefulSet>(STATEFUL_SET, (_before, after) => {
      if (after !== undefined) this.enqueue(after.metadata);
    });
    this.#pods = stores.of<Pod>(POD, (before, after) => this.#podChanged(before, after));
    const revisions = stores.of<ControllerRevision>(CONTROLLER_REVISION);
    this.#history = new RevisionHistory({ owners: this.#sets, revisions });
    this.#control = new StatefulPods({ pods: this.#pods, claims: stores.of(CLAIM), events: context.events });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const set = this.#sets.get(name);
    if (set === undefined || isEmptySelector(set.spec.selector)) return undefined;
    const { selector } = set.spec;
    const known = await this.#history.list(set, selector);
    const pods = await claimDependents({
      owner: set,
      owners: this.#sets as unknown as Store,
      dependents: this.#pods,
      isSelected: (pod) => isSelected(pod.metadata.labels, selector) && identityOf(pod).parent === set.metadata.name,
    });
    const { present, all, collisionCount } = await this.#history.ensure(set, known, set.status?.collisionCount ?? 0);
    const current = all.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? present;
    const revisions: SetRevisions = {
      current,
      update: present,
      currentRevision: current.metadata.name,
      updateRevision: present.metadata.name,
      collisionCount,
      now: this.context.clock.now(),
    };
    const status = await this.#update(set, pods, revisions);
    const used = new Set([
      status.currentRevision,
      status.updateRevision,
      current.metadata.name,
      ...pods.map(revisionNameOf),
    ]);
    await this.#history.truncate(all, used, set.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT);
    return nextAvailability(pods, set.spec.minReadySeconds ?? 0, revisions.now);
  }

  /** Does the next step, and says how far the set is, also where the step fails. */
  async #update(set: StatefulSet, pods: readonly Pod[], revisions: SetRevisions): Promise<Required<StatefulSetStatus>> {
    let leaving = 0;
    const isLeaving = set.metadata.deletionTimestamp !== undefined;
    const failure = await failureOf(async () => {
      if (!isLeaving) leaving = await this.#step(set, pods, revisions);
    });
    const status = statefulStatus(set, pods, { ...revisions, leaving });
    const next = writtenStatus(status);
    if (isNews(set, next)) await this.#sets.replace({ ...set, status: next }, 'status');
    if (failure !== undefined) throw failure;
    return status;
  }

  /** Gives the number of pods of the current revision that were deleted for the update. */
  async #step(set: StatefulSet, pods: readonly Pod[], revisions: SetRevisions): Promise<number> {
    const start = startOrdinal(set);
    const byOrdinal = new Map(pods.map((pod) => [identityOf(pod).ordinal, pod]));
    const places: Place[] = Array.from({ length: replicasOf(set) }, (_, index) => ({
      ordinal: start + index,
      pod: byOrdinal.get(start + index),
    }));
    const condemned = pods
      .filter((pod) => identityOf(pod).ordinal >= 0 && !isWithin(set, identityOf(pod).ordinal))
      .sort((a, b) => identityOf(b).ordinal - identityOf(a).ordinal);
    const isOrdered = set.spec.podManagementPolicy !== 'Parallel';
    const isWaiting = await inTurn(places, isOrdered, (place) => this.#fill(set, place, { revisions, isOrdered }));
    if (isWaiting) return 0;
    for (const pod of condemned) await this.#control.releaseClaims(set, pod);
    const { now } = revisions;
    // The first that doesn't work may go although it doesn't.
    const unhealthy = [...places.map(({ pod }) => pod), ...[...condemned].reverse()].find(
      (pod) => pod === undefined || isTerminating(pod) || !isAvailable(pod, set, now),
    );
    const isShrinking = await inTurn(condemned, isOrdered, async (pod) => {
      if (isTerminating(pod)) return isOrdered;
      const works = isRunningAndReady(pod) && isAvailable(pod, set, now);
      if (isOrdered && !works && pod !== unhealthy) return true;
      await this.#control.delete(set, pod);
      return isOrdered;
    });
    if (isShrinking || set.spec.updateStrategy?.type === 'OnDelete') return 0;
    return this.#replaceOutdated(set, places, revisions);
  }

  /** Has a pod in its place. True where the next place has to wait. */
  async #fill(
    set: StatefulSet,
    place: Place,
    { revisions, isOrdered }: { readonly revisions: SetRevisions; readonly isOrdered: boolean },
  ): Promise<boolean> {
    const { pod } = place;
    if (pod === undefined) {
      const name = `${set.metadata.name}-${String(place.ordinal)}`;
      if (this.#control.isHeldBack(set, name)) return true;
      const { template, revision } = this.#versionAt(set, place.ordinal, revisions);
      const owner = controllerReference(STATEFUL_SET, set);
      place.pod = await this.#control.create(set, statefulPod(set, place.ordinal, { template, revision, owner }));
      return isOrdered;
    }
    if (isFinished(pod)) {
      if (!isTerminating(pod)) await this.#control.delete(set, pod);
      return true;
    }
    if (pod.status?.phase === 'Pending') await this.#control.provide(set, pod);
    const works = !isTerminating(pod) && isRunningAndReady(pod) && isAvailable(pod, set, revisions.now);
    if (isOrdered && !works) return true;
    await this.#control.mend(set, pod);
    return false;
  }

  /** Pods that weren't reached by the update are made anew as they were. */
  #versionAt(
    set: StatefulSet,
    ordinal: number,
    { current, update }: SetRevisions,
  ): { readonly template: StatefulSet['spec']['template']; readonly revision: string } {
    const { updateStrategy, template } = set.spec;
    const untouched = updateStrategy?.rollingUpdate?.partition ?? set.status?.currentReplicas ?? 0;
    const isOld = updateStrategy?.type === 'RollingUpdate' && ordinal < startOrdinal(set) + untouched;
    const version = isOld ? current : update;
    return { template: templateOf(version) ?? template, revision: version.metadata.name };
  }

  /** Deletes the last pod of another revision, once all after it work. */
  async #replaceOutdated(set: StatefulSet, places: readonly Place[], revisions: SetRevisions): Promise<number> {
    const { partition = 0 } = set.spec.updateStrategy?.rollingUpdate ?? {};
    for (let index = places.length - 1; index >= partition; index -= 1) {
      const pod = places[index]?.pod;
      if (pod === undefined) return 0;
      if (revisionNameOf(pod) !== revisions.updateRevision && !isTerminating(pod)) {
        await this.#control.delete(set, pod);
        return 1;
      }
      if (isTerminating(pod) || !isAvailable(pod, set, revisions.now)) return 0;
    }
    return 0;
  }

  #podChanged(before: Pod | undefined, after: Pod | undefined): void {
    for (const pod of [before, after]) {
      const controller = pod === undefined ? undefined : controllerOf(pod.metadata);
      if (pod === undefined || controller?.kind !== 'StatefulSet') continue;
      this.enqueue({ namespace: pod.metadata.namespace ?? '', name: controller.name });
    }
    if (after === undefined || controllerOf(after.metadata) !== undefined) return;
    for (const set of this.#sets.inNamespace(after.metadata.namespace ?? '')) {
      if (isSelected(after.metadata.labels, set.spec.selector)) this.enqueue(set.metadata);
    }
  }
}

/**
 * Does something for each: in order until one says that the others have to wait, or for all. True where the caller has to
 * wait too.
 */
async function inTurn<T>(
  items: readonly T[],
  isOrdered: boolean,
  perform: (item: T) => Promise<boolean>,
): Promise<boolean> {
  if (isOrdered) {
    for (const item of items) if (await perform(item)) return true;
    return false;
  }
  const outcomes = await Promise.allSettled(items.map(perform));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return false;
}
