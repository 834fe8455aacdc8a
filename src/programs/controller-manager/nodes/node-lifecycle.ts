/**
 * Notices nodes that no longer say that they are alive, and keeps new pods from nodes that can't take any.
 *
 * Pods that run on such a node are left there: where a cluster's only node is away, there is nowhere else for them.
 * @see https://kubernetes.io/docs/concepts/architecture/nodes/#heartbeats
 */
import type { KubeObject, ObjectName } from '../../../api/object';
import type { ControllerContext } from '../controller-context';
import { KeyedController } from '../keyed-controller';
import { LEASE, NODE } from '../resource-types';
import { isSemanticallyEqual } from '../semantic-equality';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { timestamp } from '../timestamp';
import type { Node, NodeCondition, Taint } from './node';

interface Lease extends KubeObject {
  readonly spec?: { readonly renewTime?: string };
}

const LEASE_NAMESPACE = 'kube-node-lease';
const GRACE_MS = 50_000;
/** For a node that hasn't said anything yet. */
const STARTUP_GRACE_MS = 60_000;
const PATIENCE_SLACK_MS = 100;
const CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** Conditions that keep pods away, by the status in which they do. */
const TAINTS: readonly (readonly [type: string, status: string, key: string])[] = [
  ['Ready', 'False', 'node.kubernetes.io/not-ready'],
  ['Ready', 'Unknown', 'node.kubernetes.io/unreachable'],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

export class NodeLifecycle extends KeyedController {
  readonly #nodes: Store<Node>;
  readonly #leases: Store<Lease>;
  /** When a node was last seen to be alive, by this machine's clock, and by what. */
  readonly #signs = new Map<string, { readonly sign: string; readonly at: number }>();

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'node-lifecycle-controller');
    this.#nodes = stores.of<Node>(NODE, (before, after) => {
      if (after !== undefined) this.enqueue({ name: after.metadata.name });
      else if (before !== undefined) this.#signs.delete(before.metadata.name);
    });
    this.#leases = stores.of<Lease>(LEASE, (_before, after) => {
      if (after?.metadata.namespace === LEASE_NAMESPACE) this.enqueue({ name: after.metadata.name });
    });
  }

  protected async reconcile({ name }: ObjectName): Promise<number | undefined> {
    const node = this.#nodes.get({ name });
    if (node === undefined) return undefined;
    const now = this.context.clock.now();
    const lease = this.#leases.get({ namespace: LEASE_NAMESPACE, name });
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    const sign = `${lease?.spec?.renewTime ?? ''} ${ready?.lastHeartbeatTime ?? ''}`;
    const known = this.#signs.get(name);
    const at = known?.sign === sign ? known.at : now;
    this.#signs.set(name, { sign, at });
    const left = at + (ready === undefined ? STARTUP_GRACE_MS : GRACE_MS) - now;
    let current = node;
    if (left <= 0 && ready?.status !== 'Unknown') {
      const conditions = unknownConditions(node, timestamp(now));
      current = await this.#nodes.replace({ ...node, status: { ...node.status, conditions } }, 'status');
      const message = `Node ${name} status is now: NodeNotReady`;
      this.context.events.record('node-controller', current, { type: 'Normal', reason: 'NodeNotReady', message });
    }
    const taints = conditionTaints(current, timestamp(now));
    if (!isSemanticallyEqual(taints, current.spec?.taints)) {
      await this.#nodes.replace({ ...current, spec: { ...current.spec, taints } });
    }
    return left <= 0 ? undefined : left + PATIENCE_SLACK_MS;
  }
}

/** The conditions of a node that says nothing any more. */
function unknownConditions({ metadata, status }: Node, now: string): readonly NodeCondition[] {
  const conditions = status?.conditions ?? [];
  const silenced = conditions.map((condition): NodeCondition => {
    if (!CONDITIONS.includes(condition.type) || condition.status === 'Unknown') return condition;
    const message = 'Kubelet stopped posting node status.';
    return { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message, lastTransitionTime: now };
  });
  const missing = CONDITIONS.filter((type) => !conditions.some((condition) => condition.type === type));
  return [
    ...silenced,
    ...missing.map(
      (type): NodeCondition => ({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        ...(metadata.creationTimestamp === undefined ? {} : { lastHeartbeatTime: metadata.creationTimestamp }),
        lastTransitionTime: now,
      }),
    ),
  ];
}

/** The node's taints, with those that follow from its conditions and without those that don't any more. */
function conditionTaints({ spec, status }: Node, now: string): readonly Taint[] {
  const wanted = TAINTS.filter(([type, when]) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === when),
  ).map(([, , key]) => key);
  if (spec?.unschedulable === true) wanted.push(UNSCHEDULABLE);
  const ours = new Set([...TAINTS.map(([, , key]) => key), UNSCHEDULABLE]);
  const before = spec?.taints ?? [];
  const kept = before.filter(({ key, effect }) => effect !== 'NoSchedule' || !ours.has(key) || wanted.includes(key));
  const added = wanted.filter((key) => !before.some((taint) => taint.key === key && taint.effect === 'NoSchedule'));
  return [...kept, ...added.map((key) => ({ key, effect: 'NoSchedule', timeAdded: now }))];
}
