/** One look at a Deployment: what its ReplicaSets are, what changes them, and what it says of itself. */
import { hasCode } from '../../../errors';
import { withCondition } from '../conditions';
import type { ControllerContext } from '../controller-context';
import type { LabelSelector } from '../label-selector';
import { controllerOf, controllerReference } from '../ownership';
import { type Pod } from '../pods/pod';
import { refusalMessage, saysNamespaceIsTerminating } from '../refusal';
import type { ReplicaSet } from '../replica-set/replica-set';
import { isSemanticallyEqual } from '../semantic-equality';
import type { Store } from '../store';
import { collidingHash } from '../template-hash';
import {
  byCreation,
  type Deployment,
  type DeploymentStatus,
  desiredReplicas,
  findNewReplicaSet,
  historyLimit,
  isRollingUpdate,
  isSameTemplate,
  progressDeadline,
  ROLLBACK_ANNOTATION,
  rollbackTarget,
  TEMPLATE_HASH_LABEL,
  withoutHash,
} from './deployment';
import {
  desiredBefore,
  REVISION_ANNOTATION,
  replicasAnnotations,
  revisedAnnotations,
  revisionOf,
  rolledBackAnnotations,
} from './replica-set-annotations';
import {
  deploymentStatus,
  findProgressing,
  isComplete,
  pauseCondition,
  progressing,
  rolloutStatus,
} from './rollout-status';
import {
  activeOrLatest,
  isSaturated,
  newReplicaSetSize,
  proportionalSizes,
  shrunkenSizes,
  totalReplicas,
} from './scaling';

const COMPONENT = 'deployment-controller';

export interface RolloutOptions {
  readonly context: ControllerContext;
  readonly deployments: Store<Deployment>;
  readonly replicaSets: Store<ReplicaSet>;
  readonly pods: Store<Pod>;
  readonly deployment: Deployment;
  /** Those that are the Deployment's. */
  readonly sets: readonly ReplicaSet[];
}

export class Rollout {
  readonly #options: RolloutOptions;
  #deployment: Deployment;
  /** By UID, as they are by now. */
  readonly #sets: Map<string, ReplicaSet>;

  constructor(options: RolloutOptions) {
    this.#options = options;
    this.#deployment = options.deployment;
    this.#sets = new Map(options.sets.map((set) => [set.metadata.uid ?? '', set]));
  }

  /** Does what is due. Throws what the cluster throws. Gives the Deployment as it is afterwards. */
  async advance(): Promise<Deployment> {
    if (this.#deployment.metadata.deletionTimestamp !== undefined) {
      await this.#synchronizeRevision();
      await this.#writeStatus(deploymentStatus(this.#deployment, this.#facts()));
      return this.#deployment;
    }
    const pause = pauseCondition(this.#deployment, this.#now());
    if (pause !== undefined) await this.#writeCondition(pause);
    if (this.#deployment.spec.paused === true) await this.#scale();
    else if (rollbackTarget(this.#deployment) !== undefined)
      await this.#rollBack(rollbackTarget(this.#deployment) ?? 0);
    else {
      await this.#synchronizeRevision();
      if (this.#isScaled()) await this.#scale();
      else if (isRollingUpdate(this.#deployment)) await this.#rollOut();
      else await this.#recreate();
    }
    return this.#deployment;
  }

  /** Replaces pods step by step. */
  async #rollOut(): Promise<void> {
    const newSet = await this.#ensureNewSet();
    if (newSet === undefined) return;
    const { oldSets } = this.#facts();
    const sets = [...oldSets, newSet];
    const size = desiredReplicas(newSet);
    const desired = desiredReplicas(this.#deployment);
    const next = size > desired ? desired : newReplicaSetSize(this.#deployment, sets, size);
    if (next !== size) await this.#resize(newSet, next);
    else {
      const active = oldSets.filter((set) => desiredReplicas(set) > 0);
      const sizes =
        totalReplicas(active) === 0 ? new Map<string, number>() : shrunkenSizes(this.#deployment, newSet, active);
      for (const set of active) {
        const shrunken = sizes.get(set.metadata.name);
        if (shrunken !== undefined) await this.#resize(set, shrunken);
      }
      if (sizes.size === 0 && isComplete(this.#deployment, this.#deployment.status)) await this.#cleanUp();
    }
    await this.#writeStatus(rolloutStatus(this.#deployment, this.#facts()));
  }

  /** Ends all old pods before it makes new ones. */
  async #recreate(): Promise<void> {
    const { oldSets, newSet } = this.#facts();
    const active = oldSets.filter((set) => desiredReplicas(set) > 0);
    for (const set of active) await this.#resize(set, 0);
    if (active.length === 0 && !this.#isOldPodLeft(newSet)) {
      const next = await this.#ensureNewSet();
      if (next === undefined) return;
      await this.#resize(next, desiredReplicas(this.#deployment));
      if (isComplete(this.#deployment, this.#deployment.status)) await this.#cleanUp();
    }
    await this.#writeStatus(rolloutStatus(this.#deployment, this.#facts()));
  }

  /** Follows a change of the number of pods, without beginning a rollout. */
  async #scale(): Promise<void> {
    await this.#synchronizeRevision();
    const { newSet, oldSets } = this.#facts();
    const single = activeOrLatest(newSet, oldSets);
    const desired = desiredReplicas(this.#deployment);
    if (single !== undefined) {
      if (desiredReplicas(single) !== desired) await this.#resize(single, desired);
    } else if (isSaturated(this.#deployment, newSet)) {
      for (const set of oldSets) if (desiredReplicas(set) > 0) await this.#resize(set, 0);
    } else if (isRollingUpdate(this.#deployment)) {
      const all = newSet === undefined ? oldSets : [...oldSets, newSet];
      const active = all.filter((set) => desiredReplicas(set) > 0);
      const sizes = proportionalSizes(this.#deployment, active);
      for (const set of active) {
        const size = sizes.get(set.metadata.name) ?? desiredReplicas(set);
        await this.#resize(set, size, { evenIfSame: true });
      }
    }
    if (this.#deployment.spec.paused === true && rollbackTarget(this.#deployment) === undefined) await this.#cleanUp();
    await this.#writeStatus(deploymentStatus(this.#deployment, this.#facts()));
  }

  async #rollBack(asked: number): Promise<void> {
    await this.#ensureNewSet();
    const { name } = this.#deployment.metadata;
    const sets = [...this.#sets.values()];
    const revisions = sets.map(revisionOf).sort((a, b) => b - a);
    const target = asked === 0 ? (revisions[1] ?? 0) : asked;
    const set = target === 0 ? undefined : sets.find((candidate) => revisionOf(candidate) === target);
    const warn = (reason: string, message: string): void => this.#tell('Warning', reason, message);
    let next = this.#deployment;
    if (target === 0) warn('DeploymentRollbackRevisionNotFound', 'Unable to find last revision.');
    else if (set === undefined) {
      warn('DeploymentRollbackRevisionNotFound', 'Unable to find the revision to rollback to.');
    } else if (isSameTemplate(set.spec.template, next.spec.template)) {
      const message = `The rollback revision contains the same template as current deployment "${name}"`;
      warn('DeploymentRollbackTemplateUnchanged', message);
    } else {
      const template = withoutHash(set.spec.template) ?? next.spec.template;
      const annotations = rolledBackAnnotations(next, set);
      next = { ...next, metadata: { ...next.metadata, annotations }, spec: { ...next.spec, template } };
    }
    const { [ROLLBACK_ANNOTATION]: _done, ...annotations } = next.metadata.annotations ?? {};
    const isRolledBack = next !== this.#deployment;
    this.#deployment = await this.#options.deployments.replace({
      ...next,
      metadata: { ...next.metadata, annotations },
    });
    if (isRolledBack) {
      this.#tell('Normal', 'DeploymentRollback', `Rolled back deployment "${name}" to revision ${String(target)}`);
    }
  }

  /** Has the ReplicaSet of the template, and the Deployment, say which revision it is; nothing where there is none yet. */
  async #synchronizeRevision(): Promise<ReplicaSet | undefined> {
    const { newSet, oldSets } = this.#facts();
    if (newSet === undefined) return undefined;
    const revision = Math.max(0, ...oldSets.map(revisionOf)) + 1;
    const annotations = revisedAnnotations(this.#deployment, newSet, revision);
    const { minReadySeconds = 0 } = this.#deployment.spec;
    const isStale =
      !isSemanticallyEqual(annotations, newSet.metadata.annotations) ||
      (newSet.spec.minReadySeconds ?? 0) !== minReadySeconds;
    if (isStale) {
      const metadata = { ...newSet.metadata, annotations };
      return this.#replaceSet({ ...newSet, metadata, spec: { ...newSet.spec, minReadySeconds } });
    }
    const { name } = newSet.metadata;
    const now = this.#now();
    const found = progressing('True', 'FoundNewReplicaSet', `Found new replica set "${name}"`, now);
    const isMissing =
      progressDeadline(this.#deployment) !== undefined && findProgressing(this.#deployment) === undefined;
    await this.#writeRevision(newSet.metadata.annotations?.[REVISION_ANNOTATION] ?? '', isMissing ? found : undefined);
    return newSet;
  }

  /** The ReplicaSet of the template, made where there is none; undefined where its name is taken and another is to be tried. */
  async #ensureNewSet(): Promise<ReplicaSet | undefined> {
    const present = await this.#synchronizeRevision();
    if (present !== undefined) return present;
    const { oldSets } = this.#facts();
    const revision = Math.max(0, ...oldSets.map(revisionOf)) + 1;
    const manifest = newReplicaSet(this.#deployment, oldSets, {
      revision,
      owner: controllerReference(this.#options.deployments.type, this.#deployment),
    });
    const { name } = manifest.metadata;
    let set: ReplicaSet;
    try {
      set = await this.#options.replicaSets.create(manifest);
    } catch (error) {
      if (!hasCode(error, 'ApiAlreadyExists')) return this.#reportFailedCreation(name, error);
      const known = await this.#options.replicaSets.refresh(manifest.metadata);
      const isOurs = known !== undefined && controllerOf(known.metadata)?.uid === this.#deployment.metadata.uid;
      if (!isOurs || !isSameTemplate(known.spec.template, this.#deployment.spec.template)) {
        const { status } = this.#deployment;
        await this.#writeStatus({ ...status, collisionCount: (status?.collisionCount ?? 0) + 1 });
        throw error;
      }
      this.#sets.set(known.metadata.uid ?? '', known);
      await this.#writeRevision(String(revision), undefined);
      return known;
    }
    this.#sets.set(set.metadata.uid ?? '', set);
    const size = desiredReplicas(set);
    if (size > 0) this.#tell('Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${String(size)}`);
    const created = progressing('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`, this.#now());
    const hasDeadline = progressDeadline(this.#deployment) !== undefined;
    await this.#writeRevision(String(revision), hasDeadline ? created : undefined);
    return set;
  }

  async #reportFailedCreation(name: string, error: unknown): Promise<never> {
    if (saysNamespaceIsTerminating(error)) throw error;
    const message = `Failed to create new replica set "${name}": ${refusalMessage(error)}`;
    if (progressDeadline(this.#deployment) !== undefined) {
      await this.#writeCondition(progressing('False', 'ReplicaSetCreateError', message, this.#now()));
    }
    this.#tell('Warning', 'ReplicaSetCreateError', message);
    throw error;
  }

  async #resize(set: ReplicaSet, size: number, { evenIfSame = false } = {}): Promise<void> {
    const before = desiredReplicas(set);
    const wanted = replicasAnnotations(this.#deployment);
    const isNoted = Object.entries(wanted).every(([key, value]) => set.metadata.annotations?.[key] === value);
    if (before === size && (isNoted || !evenIfSame)) return;
    const metadata = { ...set.metadata, annotations: { ...set.metadata.annotations, ...wanted } };
    await this.#replaceSet({ ...set, metadata, spec: { ...set.spec, replicas: size } });
    if (before === size) return;
    const direction = before < size ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${set.metadata.name} from ${String(before)} to ${String(size)}`;
    this.#tell('Normal', 'ScalingReplicaSet', message);
  }

  /** Forgets the oldest revisions beyond the limit. */
  async #cleanUp(): Promise<void> {
    const limit = historyLimit(this.#deployment);
    if (limit === undefined) return;
    const sets = this.#facts().oldSets.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const surplus = [...sets]
      .sort((a, b) => revisionOf(a) - revisionOf(b) || byCreation(a, b))
      .slice(0, Math.max(0, sets.length - limit));
    for (const set of surplus) {
      const isObserved = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
      if ((set.status?.replicas ?? 0) !== 0 || desiredReplicas(set) !== 0 || !isObserved) continue;
      await this.#options.replicaSets.delete(set);
      this.#sets.delete(set.metadata.uid ?? '');
    }
  }

  /** True where the Deployment asks for another number of pods than when it scaled its ReplicaSets. */
  #isScaled(): boolean {
    const desired = desiredReplicas(this.#deployment);
    return [...this.#sets.values()].some(
      (set) => desiredReplicas(set) > 0 && (desiredBefore(set) ?? desired) !== desired,
    );
  }

  #isOldPodLeft(newSet: ReplicaSet | undefined): boolean {
    for (const set of this.#sets.values()) {
      if (set.metadata.uid === newSet?.metadata.uid) continue;
      if ((set.status?.replicas ?? 0) > 0) return true;
      const pods = this.#options.pods.controlledBy(set.metadata.uid ?? '');
      if (pods.some(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded')) return true;
    }
    return false;
  }

  #facts(): { readonly newSet: ReplicaSet | undefined; readonly oldSets: readonly ReplicaSet[]; readonly now: number } {
    const sets = [...this.#sets.values()];
    const newSet = findNewReplicaSet(this.#deployment, sets);
    return { newSet, oldSets: sets.filter((set) => set !== newSet), now: this.#now() };
  }

  async #replaceSet(set: ReplicaSet): Promise<ReplicaSet> {
    const replaced = await this.#options.replicaSets.replace(set);
    this.#sets.set(replaced.metadata.uid ?? '', replaced);
    return replaced;
  }

  /** The revision is written with the status, so that it doesn't count as a change of the Deployment. */
  async #writeRevision(revision: string, condition: ReturnType<typeof progressing> | undefined): Promise<void> {
    const { metadata, status } = this.#deployment;
    const isSame = metadata.annotations?.[REVISION_ANNOTATION] === revision;
    if (isSame && condition === undefined) return;
    const conditions = condition === undefined ? status?.conditions : withCondition(status?.conditions, condition);
    const annotations = { ...metadata.annotations, [REVISION_ANNOTATION]: revision };
    await this.#replaceStatus({
      ...this.#deployment,
      metadata: { ...metadata, annotations },
      status: { ...status, ...(conditions === undefined ? {} : { conditions }) },
    });
  }

  async #writeCondition(condition: ReturnType<typeof progressing>): Promise<void> {
    const { status } = this.#deployment;
    await this.#writeStatus({ ...status, conditions: withCondition(status?.conditions, condition) });
  }

  async #writeStatus(status: DeploymentStatus): Promise<void> {
    if (isSemanticallyEqual(status, this.#deployment.status)) return;
    await this.#replaceStatus({ ...this.#deployment, status });
  }

  async #replaceStatus(deployment: Deployment): Promise<void> {
    this.#deployment = await this.#options.deployments.replace(deployment, 'status');
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#options.context.events.record(COMPONENT, this.#deployment, { type, reason, message });
  }

  #now(): number {
    return this.#options.context.clock.now();
  }
}

/** The ReplicaSet of a Deployment's template. */
function newReplicaSet(
  deployment: Deployment,
  oldSets: readonly ReplicaSet[],
  { revision, owner }: { readonly revision: number; readonly owner: ReturnType<typeof controllerReference> },
): ReplicaSet {
  const { metadata, spec, status } = deployment;
  const hash = collidingHash(spec.template, status?.collisionCount);
  const labels = { ...spec.template.metadata?.labels, [TEMPLATE_HASH_LABEL]: hash };
  const selector: LabelSelector = {
    ...spec.selector,
    matchLabels: { ...spec.selector.matchLabels, [TEMPLATE_HASH_LABEL]: hash },
  };
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace ?? '',
      labels,
      ownerReferences: [owner],
    },
    spec: {
      replicas: newReplicaSetSize(deployment, oldSets, 0),
      minReadySeconds: spec.minReadySeconds ?? 0,
      selector,
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
  const annotations = { ...revisedAnnotations(deployment, set, revision), ...replicasAnnotations(deployment) };
  return { ...set, metadata: { ...set.metadata, annotations } };
}
