/**
 * Says of each PodDisruptionBudget how many of its pods may be evicted.
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
import type { KubeObject, ObjectName } from '../../../api/object';
import { apiVersionOf, type ResourceType } from '../../../api/resource-type';
import { hasCode } from '../../../errors';
import type { ControllerContext } from '../controller-context';
import { KeyedController } from '../keyed-controller';
import { isSelected, type LabelSelector } from '../label-selector';
import { controllerOf } from '../ownership';
import { isReady, type Pod } from '../pods/pod';
import {
  DEPLOYMENT,
  POD,
  POD_DISRUPTION_BUDGET,
  REPLICA_SET,
  REPLICATION_CONTROLLER,
  STATEFUL_SET,
} from '../resource-types';
import { scaledValue } from '../scaled-value';
import { isSemanticallyEqual } from '../semantic-equality';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { timestamp } from '../timestamp';

interface DisruptionBudget extends KubeObject {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
  readonly status?: BudgetStatus;
}

interface BudgetStatus {
  readonly observedGeneration?: number;
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly disruptionsAllowed?: number;
  readonly currentHealthy?: number;
  readonly desiredHealthy?: number;
  readonly expectedPods?: number;
  readonly conditions?: readonly BudgetCondition[];
}

interface BudgetCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

interface Scaled extends KubeObject {
  readonly spec?: { readonly replicas?: number };
}

const COMPONENT = 'controllermanager';
const CONDITION = 'DisruptionAllowed';
/** A pod whose eviction was allowed and that is still there after this long isn't expected to go any more. */
const DELETION_TIMEOUT_MS = 120_000;

export class DisruptionBudgets extends KeyedController {
  readonly #budgets: Store<DisruptionBudget>;
  readonly #pods: Store<Pod>;
  readonly #owners: readonly Store<Scaled>[];

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'disruption-controller');
    this.#budgets = stores.of<DisruptionBudget>(POD_DISRUPTION_BUDGET, (_before, after) => {
      if (after !== undefined) this.enqueue(after.metadata);
    });
    this.#pods = stores.of<Pod>(POD, (before, after) => {
      const { namespace = '' } = (after ?? before)?.metadata ?? {};
      for (const { metadata, spec } of this.#budgets.inNamespace(namespace)) {
        const concerns = [before, after].some(
          (pod) => pod !== undefined && isSelected(pod.metadata.labels, spec.selector),
        );
        if (concerns) this.enqueue(metadata);
      }
    });
    this.#owners = [REPLICA_SET, DEPLOYMENT, STATEFUL_SET, REPLICATION_CONTROLLER].map((type) =>
      stores.of<Scaled>(type, (before, after) => {
        if (before?.spec?.replicas === after?.spec?.replicas) return;
        const { namespace = '' } = (after ?? before)?.metadata ?? {};
        for (const { metadata } of this.#budgets.inNamespace(namespace)) this.enqueue(metadata);
      }),
    );
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const budget = this.#budgets.get(name);
    if (budget === undefined) return undefined;
    const { namespace = '' } = budget.metadata;
    const pods = this.#pods
      .inNamespace(namespace)
      .filter(({ metadata }) => isSelected(metadata.labels, budget.spec.selector));
    if (pods.length === 0) this.#tell(budget, 'Normal', 'NoPods', 'No matching pods found');
    const now = this.context.clock.now();
    try {
      const { expected, desired } = this.#expectation(budget, pods);
      const disrupted = expectedToGo(budget, pods, now);
      await this.#write(budget, budgetStatus(budget, pods, { expected, desired, disrupted, now }));
      const waits = Object.values(disrupted).map((time) => Date.parse(time) + DELETION_TIMEOUT_MS - now + 1);
      return waits.length === 0 ? undefined : Math.min(...waits);
    } catch (error) {
      if (!(error instanceof UncountablePods)) throw error;
      const message = `Failed to calculate the number of expected pods: ${error.message}`;
      this.#tell(budget, 'Warning', 'CalculateExpectedPodCountFailed', message);
      await this.#write(budget, failedStatus(budget, error.message, now));
      return undefined;
    }
  }

  /** How many pods there should be, and how many of them have to work. */
  #expectation(
    { spec }: DisruptionBudget,
    pods: readonly Pod[],
  ): { readonly expected: number; readonly desired: number } {
    const { minAvailable, maxUnavailable } = spec;
    if (maxUnavailable !== undefined) {
      const expected = this.#scaleOf(pods);
      return { expected, desired: Math.max(0, expected - scaledValue(maxUnavailable, expected, 'Up')) };
    }
    if (typeof minAvailable === 'string') {
      const expected = this.#scaleOf(pods);
      return { expected, desired: scaledValue(minAvailable, expected, 'Up') };
    }
    return { expected: pods.length, desired: minAvailable ?? 0 };
  }

  /** What the pods' controllers ask for together. */
  #scaleOf(pods: readonly Pod[]): number {
    const scales = new Map<string, number>();
    for (const { metadata } of pods) {
      const owner = this.#findOwner(metadata);
      if (controllerOf(metadata) === undefined) continue;
      if (owner === undefined) throw new UncountablePods(`found no controllers for pod "${metadata.name}"`);
      // A ReplicaSet of a Deployment counts as the Deployment.
      const scaled = this.#findOwner(owner.metadata) ?? owner;
      scales.set(scaled.metadata.uid ?? '', scaled.spec?.replicas ?? 1);
    }
    return [...scales.values()].reduce((total, scale) => total + scale, 0);
  }

  #findOwner(metadata: KubeObject['metadata']): Scaled | undefined {
    const reference = controllerOf(metadata);
    if (reference === undefined) return undefined;
    const isOf = (type: ResourceType): boolean =>
      type.kind === reference.kind && apiVersionOf(type) === reference.apiVersion;
    const store = this.#owners.find(({ type }) => isOf(type));
    const owner = store?.get({ namespace: metadata.namespace ?? '', name: reference.name });
    return owner?.metadata.uid === reference.uid ? owner : undefined;
  }

  async #write(budget: DisruptionBudget, status: BudgetStatus): Promise<void> {
    if (isSemanticallyEqual(budget.status, status)) return;
    try {
      await this.#budgets.replace({ ...budget, status }, 'status');
    } catch (error) {
      // An eviction was noted meanwhile.
      if (hasCode(error, 'ApiConflict')) await this.#budgets.refresh(budget.metadata);
      throw error;
    }
  }

  #tell(budget: DisruptionBudget, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.events.record(COMPONENT, budget, { type, reason, message });
  }
}

/** Pods are somebody's of whom it isn't known how many are wanted. */
class UncountablePods extends Error {}

function expectedToGo(
  { status }: DisruptionBudget,
  pods: readonly Pod[],
  now: number,
): Readonly<Record<string, string>> {
  const disrupted = Object.entries(status?.disruptedPods ?? {}).filter(([name, time]) => {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    const isThere = pod !== undefined && pod.metadata.deletionTimestamp === undefined;
    return isThere && Date.parse(time) + DELETION_TIMEOUT_MS >= now;
  });
  return Object.fromEntries(disrupted);
}

function budgetStatus(
  budget: DisruptionBudget,
  pods: readonly Pod[],
  facts: {
    readonly expected: number;
    readonly desired: number;
    readonly disrupted: Readonly<Record<string, string>>;
    readonly now: number;
  },
): BudgetStatus {
  const { expected, desired, disrupted, now } = facts;
  const healthy = pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined && !Object.hasOwn(disrupted, pod.metadata.name) && isReady(pod),
  ).length;
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
  const { generation = 0 } = budget.metadata;
  const report =
    allowed > 0
      ? ({ status: 'True', reason: 'SufficientPods' } as const)
      : ({ status: 'False', reason: 'InsufficientPods' } as const);
  return {
    observedGeneration: generation,
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: withBudgetCondition(budget, { ...report, message: '', observedGeneration: generation }, now),
  };
}

function failedStatus(budget: DisruptionBudget, message: string, now: number): BudgetStatus {
  const { observedGeneration } = budget.status ?? {};
  const report = {
    status: 'False',
    reason: 'SyncFailed',
    message,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  } as const;
  const { disruptionsAllowed: _before, ...status } = budget.status ?? {};
  return {
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...status,
    disruptionsAllowed: 0,
    conditions: withBudgetCondition(budget, report, now),
  };
}

function withBudgetCondition(
  { status }: DisruptionBudget,
  report: Omit<BudgetCondition, 'type' | 'lastTransitionTime'>,
  now: number,
): readonly BudgetCondition[] {
  const before = status?.conditions?.find(({ type }) => type === CONDITION);
  const lastTransitionTime = before?.status === report.status ? before.lastTransitionTime : timestamp(now);
  const condition: BudgetCondition = { type: CONDITION, ...report, lastTransitionTime };
  const conditions = status?.conditions ?? [];
  return before === undefined
    ? [...conditions, condition]
    : conditions.map((known) => (known === before ? condition : known));
}
