/**
 * Evictions: deletions of pods that disruption budgets can refuse.
 *
 * Pure: says what is to be done. A budget that allows it is charged before the pod is deleted.
 * @see k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go, v1.34
 */
import type { KubeObject } from '../../../../api/object';
import { forbidden, type StatusError, tooManyRequests } from '../../../status-error';
import { listAt, numberAt, optionalTextAt, textAt } from '../../json-members';
import { specOf, statusOf } from '../strategy-parts';

const WOULD_VIOLATE = "Cannot evict pod as it would violate the pod's disruption budget.";
const RETRY_SECONDS = 10;

export type EvictionDecision =
  /** The pod is deleted. `atThisVersion`: only as long as it is as it was when this was decided. */
  | { readonly action: 'delete'; readonly atThisVersion: boolean }
  /** One disruption is taken from the budget's status, where the pod is noted, and then the pod is deleted. */
  | { readonly action: 'charge'; readonly budget: KubeObject }
  | { readonly action: 'refuse'; readonly error: StatusError }
  /** More than one budget wants a word: the answer is a failure of code 500 with this text. */
  | { readonly action: 'fail'; readonly message: string };

/** What an eviction of a pod does. `budgets` are those whose selectors find the pod. */
export function decideEviction(pod: KubeObject, budgets: readonly KubeObject[]): EvictionDecision {
  const phase = textAt(statusOf(pod), 'phase');
  const isDone = phase === 'Succeeded' || phase === 'Failed' || pod.metadata.deletionTimestamp !== undefined;
  if (isDone || phase === 'Pending') return { action: 'delete', atThisVersion: !isDone };
  const budget = budgets[0];
  if (budget === undefined) return { action: 'delete', atThisVersion: false };
  if (budgets.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    return { action: 'fail', message };
  }
  if (!isReady(pod) && mayGoUnready(budget)) return { action: 'delete', atThisVersion: true };
  return decideByBudget(budget);
}

/** The condition that an evicted pod carries, so that its owner can tell. */
export const EVICTION_CONDITION = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
} as const;

function isReady(pod: KubeObject): boolean {
  return listAt(statusOf(pod), 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
  );
}

function mayGoUnready(budget: KubeObject): boolean {
  if (optionalTextAt(specOf(budget), 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const desired = numberAt(statusOf(budget), 'desiredHealthy');
  return desired > 0 && numberAt(statusOf(budget), 'currentHealthy') >= desired;
}

function decideByBudget(budget: KubeObject): EvictionDecision {
  const { name, generation = 0 } = budget.metadata;
  const status = statusOf(budget);
  if (numberAt(status, 'observedGeneration') < generation) {
    return refuse(`The disruption budget ${name} is still being processed by the server.`, RETRY_SECONDS);
  }
  const allowed = numberAt(status, 'disruptionsAllowed');
  if (allowed < 0) {
    const budgets = { group: 'policy', resource: 'poddisruptionbudget' };
    return { action: 'refuse', error: forbidden(budgets, name, 'pdb disruptions allowed is negative') };
  }
  if (allowed === 0) {
    const desired = String(numberAt(status, 'desiredHealthy'));
    const current = String(numberAt(status, 'currentHealthy'));
    return refuse(`The disruption budget ${name} needs ${desired} healthy pods and has ${current} currently`, 0);
  }
  return { action: 'charge', budget };
}

function refuse(message: string, retrySeconds: number): EvictionDecision {
  const error = tooManyRequests(WOULD_VIOLATE, retrySeconds, [{ reason: 'DisruptionBudget', message }]);
  return { action: 'refuse', error };
}
