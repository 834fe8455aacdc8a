/**
 * What the scheduler decides for a pod that has no node: this one, or none, and why.
 *
 * Looked at are the claims, the node selector and required node affinity. Not looked at, since there is one node and it is
 * never full: requests, affinity between pods, spreading, and taints.
 */
import { SIMULATED_LABEL } from '../../api/well-known';
import { isSelectedNode } from '../node-selector';
import type { Claim } from './claim';
import { claimsOf, findCondition, type Pod, withConditions } from './pod';
import { POD } from './resource-types';
import type { Step } from './step';

/** What the scheduler knows when it looks at a pod. */
export interface SchedulingFacts {
  readonly node: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly findClaim: (namespace: string, name: string) => Claim | undefined;
  /** RFC 3339. */
  readonly now: string;
}

const DEFAULT_SCHEDULER = 'default-scheduler';

/** True for a pod that waits for this scheduler's decision. */
export function awaitsScheduling({ metadata, spec }: Pod): boolean {
  return (
    (spec.nodeName ?? '') === '' &&
    metadata.deletionTimestamp === undefined &&
    (spec.schedulerName ?? DEFAULT_SCHEDULER) === DEFAULT_SCHEDULER &&
    (spec.schedulingGates ?? []).length === 0
  );
}

/** The next step of a pod without a node; undefined where there is nothing to do, or it is said already what it waits for. */
export function schedulingStep(pod: Pod, facts: SchedulingFacts): Step | undefined {
  if (!awaitsScheduling(pod)) return undefined;
  const obstacle = schedulingObstacle(pod, facts);
  if (obstacle === undefined) return bindStep(pod, facts.node.name);
  const message = `0/1 nodes are available: ${obstacle}`;
  const said = findCondition(pod, 'PodScheduled');
  if (said?.status === 'False' && said.reason === 'Unschedulable' && said.message === message) return undefined;
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
  return {
    name: 'MarkUnschedulable',
    after: 'schedule',
    action: {
      verb: 'PatchStatus',
      type: POD,
      object: pod,
      status: { conditions: withConditions(pod, [condition], facts.now) },
    },
  };
}

function bindStep(pod: Pod, node: string): Step {
  const { name, namespace, uid } = pod.metadata;
  return {
    name: 'Bind',
    after: 'schedule',
    action: {
      verb: 'Bind',
      pod,
      binding: {
        apiVersion: 'v1',
        kind: 'Binding',
        // The API server copies a binding's annotations to the pod.
        metadata: { name, namespace, uid, annotations: { [SIMULATED_LABEL]: 'true' } },
        target: { apiVersion: 'v1', kind: 'Node', name: node },
      },
    },
  };
}

/** Why the node can't take the pod; undefined where it can. */
function schedulingObstacle(pod: Pod, { node, findClaim }: SchedulingFacts): string | undefined {
  if (!isSelectedNode(pod.spec, node)) return "1 node(s) didn't match Pod's node affinity/selector";
  for (const name of claimsOf(pod)) {
    const claim = findClaim(pod.metadata.namespace ?? '', name);
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`;
    if (claim.status?.phase === 'Lost') return `persistentvolumeclaim "${name}" has lost its volume`;
    if (claim.status?.phase !== 'Bound') return `persistentvolumeclaim "${name}" is not bound`;
  }
  return undefined;
}
