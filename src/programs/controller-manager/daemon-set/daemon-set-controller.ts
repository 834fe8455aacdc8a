/**
 * Keeps one pod of each DaemonSet on every node that takes it.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/
 */
import type { ObjectName } from '../../../api/object';
import type { ControllerContext } from '../controller-context';
import { claimDependents } from '../dependents';
import { failureOf } from '../failure';
import { KeyedController } from '../keyed-controller';
import { isEmptySelector, isSelected } from '../label-selector';
import type { Node } from '../nodes/node';
import { controllerOf } from '../ownership';
import { nextAvailability, type Pod } from '../pods/pod';
import { PodControl } from '../pods/pod-control';
import { CONTROLLER_REVISION, DAEMON_SET, NODE, POD } from '../resource-types';
import { type ControllerRevision, REVISION_HASH_LABEL } from '../revisions/controller-revision';
import { RevisionHistory } from '../revisions/revision-history';
import { isSemanticallyEqual } from '../semantic-equality';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import {
  byAge,
  type DaemonSet,
  daemonPod,
  daemonStatus,
  isAvailable,
  isOfHash,
  maxSurge,
  maxUnavailable,
  nodeNameOf,
  placement,
} from './daemon-set';

const COMPONENT = 'daemonset-controller';
const DEFAULT_HISTORY_LIMIT = 10;
/** Pods that are made or deleted at most in one go. */
const BURST = 250;

/** What is to be done on the nodes. */
interface NodeChanges {
  readonly create: readonly string[];
  readonly delete: readonly Pod[];
}

export class DaemonSetController extends KeyedController {
  readonly #sets: Store<DaemonSet>;
  readonly #pods: Store<Pod>;
  readonly #nodes: Store<Node>;
  readonly #control: PodControl;
  readonly #history: RevisionHistory<DaemonSet>;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, COMPONENT);
    this.#sets = stores.of<DaemonSet>(DAEMON_SET, (_before, after) => {
      if (after !== undefined) this.enqueue(after.metadata);
    });
    this.#pods = stores.of<Pod>(POD, (before, after) => this.#podChanged(before, after));
    this.#nodes = stores.of<Node>(NODE, (before, after) => {
      const isSame =
        isSemanticallyEqual(before?.metadata.labels, after?.metadata.labels) &&
        isSemanticallyEqual(before?.spec, after?.spec);
      if (before !== undefined && after !== undefined && isSame) return;
      for (const { metadata } of this.#sets.values()) this.enqueue(metadata);
    });
    this.#control = new PodControl({ pods: this.#pods, events: context.events, component: COMPONENT });
    this.#history = new RevisionHistory({
      owners: this.#sets,
      revisions: stores.of<ControllerRevision>(CONTROLLER_REVISION),
      hashLabel: REVISION_HASH_LABEL,
    });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const set = this.#sets.get(name);
    if (set === undefined) return undefined;
    const { selector } = set.spec;
    if (isEmptySelector(selector)) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
      this.context.events.record(COMPONENT, set, { type: 'Warning', reason: 'SelectingAll', message });
      return undefined;
    }
    if (set.metadata.deletionTimestamp !== undefined) return undefined;
    const known = await this.#history.list(set, selector);
    const { present, all, collisionCount } = await this.#history.ensure(set, known, set.status?.collisionCount ?? 0);
    const hash = present.metadata.labels?.[REVISION_HASH_LABEL] ?? '';
    const claimed = await this.#claim(set);
    const failure = await failureOf(() => this.#manage(set, claimed, hash));
    const now = this.context.clock.now();
    const pods = this.#pods.controlledBy(set.metadata.uid ?? '');
    const podsOn = groupedByNode(pods);
    const status = daemonStatus(set, { nodes: this.#nodes.values(), podsOn, hash, collisionCount, now });
    if (!isSemanticallyEqual(set.status, status)) await this.#sets.replace({ ...set, status }, 'status');
    if (failure !== undefined) throw failure;
    const used = new Set(all.filter((revision) => isUsed(revision, pods)).map((revision) => revision.metadata.name));
    used.add(present.metadata.name);
    await this.#history.truncate(all, used, set.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT);
    return nextAvailability(pods, set.spec.minReadySeconds ?? 0, now);
  }

  #claim(set: DaemonSet): Promise<readonly Pod[]> {
    return claimDependents({
      owner: set,
      owners: this.#sets as unknown as Store,
      dependents: this.#pods,
      isSelected: ({ metadata }) => isSelected(metadata.labels, set.spec.selector),
    });
  }

  async #manage(set: DaemonSet, pods: readonly Pod[], hash: string): Promise<void> {
    await this.#perform(set, this.#missing(set, pods), hash);
    if (set.spec.updateStrategy?.type !== 'RollingUpdate') return;
    const current = this.#pods.controlledBy(set.metadata.uid ?? '');
    await this.#perform(set, this.#outdated(set, current, hash), hash);
  }

  async #perform(set: DaemonSet, changes: NodeChanges, hash: string): Promise<void> {
    const manifests = changes.create.slice(0, BURST).map((node) => daemonPod(set, node, hash));
    const deletions = changes.delete.slice(0, BURST).map((pod) => this.#control.delete(set, pod));
    const outcomes = await Promise.allSettled([this.#control.createMany(set, manifests), ...deletions]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Each node that takes the set has a pod, and none has two. */
  #missing(set: DaemonSet, pods: readonly Pod[]): NodeChanges {
    const podsOn = groupedByNode(pods);
    const create: string[] = [];
    const surplus: Pod[] = [];
    for (const node of this.#nodes.values()) {
      const { name } = node.metadata;
      const { starts, stays } = placement(set, node);
      const present = podsOn(name).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const ended = present.filter(({ status }) => status?.phase === 'Failed' || status?.phase === 'Succeeded');
      const running = present.filter((pod) => !ended.includes(pod)).sort(byAge);
      if (podsOn(name).length === 0 && starts) create.push(name);
      if (!stays) surplus.push(...present);
      else if (starts || present.length > 0) {
        for (const pod of ended) this.#tellEnded(set, pod, name);
        surplus.push(...ended, ...running.slice(this.#isSurging(set) ? 2 : 1));
      }
    }
    const known = new Set([...this.#nodes.values()].map(({ metadata }) => metadata.name));
    // Pods that wait for a node that is gone would wait for ever.
    const lost = pods.filter((pod) => (pod.spec.nodeName ?? '') === '' && !known.has(nodeNameOf(pod)));
    return { create, delete: [...surplus, ...lost.filter(({ metadata }) => metadata.deletionTimestamp === undefined)] };
  }

  /** Pods of another template, as many as may go at once; with a surge, their successors come first. */
  #outdated(set: DaemonSet, pods: readonly Pod[], hash: string): NodeChanges {
    const now = this.context.clock.now();
    const podsOn = groupedByNode(pods);
    const nodes = [...this.#nodes.values()].filter((node) => placement(set, node).starts);
    const surge = maxSurge(set, nodes.length);
    const works = (pod: Pod | undefined): boolean => pod !== undefined && isAvailable(set, pod, now);
    const ready: Pod[] = [];
    const candidates: Pod[] = [];
    const create: string[] = [];
    let unavailable = 0;
    let surging = 0;
    for (const { metadata } of nodes) {
      const alive = podsOn(metadata.name).filter((pod) => pod.metadata.deletionTimestamp === undefined);
      const old = alive.find((pod) => !isOfHash(pod, hash));
      const next = alive.find((pod) => isOfHash(pod, hash));
      if (surge > 0) {
        if (old !== undefined && works(next)) ready.push(old);
        else if (old !== undefined && next === undefined && surging < surge) create.push(metadata.name);
        if (old !== undefined && !works(next)) surging += 1;
        continue;
      }
      if (old === undefined || next !== undefined) unavailable += works(next) ? 0 : 1;
      else if (works(old)) candidates.push(old);
      else {
        ready.push(old);
        unavailable += 1;
      }
    }
    if (surge > 0) return { create, delete: ready };
    const allowed = Math.max(0, maxUnavailable(set, nodes.length) - unavailable);
    return { create: [], delete: [...ready, ...candidates.slice(0, allowed)] };
  }

  #isSurging(set: DaemonSet): boolean {
    return maxSurge(set, [...this.#nodes.values()].length) > 0;
  }

  #tellEnded(set: DaemonSet, { metadata, status }: Pod, node: string): void {
    const pod = `${metadata.namespace ?? ''}/${metadata.name}`;
    const isFailed = status?.phase === 'Failed';
    this.context.events.record(COMPONENT, set, {
      type: isFailed ? 'Warning' : 'Normal',
      reason: isFailed ? 'FailedDaemonPod' : 'SucceededDaemonPod',
      message: isFailed
        ? `Found failed daemon pod ${pod} on node ${node}, will try to kill it`
        : `Found succeeded daemon pod ${pod} on node ${node}, will try to delete it`,
    });
  }

  #podChanged(before: Pod | undefined, after: Pod | undefined): void {
    for (const pod of [before, after]) {
      const controller = pod === undefined ? undefined : controllerOf(pod.metadata);
      if (pod === undefined || controller?.kind !== 'DaemonSet') continue;
      this.enqueue({ namespace: pod.metadata.namespace ?? '', name: controller.name });
    }
    if (after === undefined || controllerOf(after.metadata) !== undefined) return;
    for (const set of this.#sets.inNamespace(after.metadata.namespace ?? '')) {
      if (isSelected(after.metadata.labels, set.spec.selector)) this.enqueue(set.metadata);
    }
  }
}

function groupedByNode(pods: readonly Pod[]): (node: string) => readonly Pod[] {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = nodeNameOf(pod);
    const group = groups.get(node);
    if (group === undefined) groups.set(node, [pod]);
    else group.push(pod);
  }
  return (node) => groups.get(node) ?? [];
}

function isUsed({ metadata }: ControllerRevision, pods: readonly Pod[]): boolean {
  const hash = metadata.labels?.[REVISION_HASH_LABEL] ?? '';
  return pods.some((pod) => isOfHash(pod, hash));
}
