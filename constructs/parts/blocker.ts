/**
 * What keeps an environment from Ready, found in what is observed: the first thing, with what to do about it. Texts are
 * steady: counts, times and generated names that the cluster puts into its messages are taken out, so that a repeat of the
 * same finding writes nothing.
 */
import type { ClosedReason } from '../../src/model/environment-model';
import type { Refusal } from '../../src/plan/plan';
import type { ContainerState, ObservedPod } from './observed-pod';

/** Why an environment isn't what it should be, beside reasons of a hold. Each is explained in the table of `status.ts`. */
export type BlockerReason =
  | ClosedReason
  | Exclude<Refusal['reason'], 'Waiting'>
  | 'StorageClassNotFound'
  | 'ClaimLost'
  | 'ClaimPending'
  | 'Unschedulable'
  | 'ImagePullFailed'
  | 'ImageInvalid'
  | 'InitFailed'
  | 'CrashLoop'
  | 'ContainerNotCreated';

export interface Blocker {
  readonly reason: BlockerReason;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** Reasons that don't pass by themselves: somebody has to change something. */
const TERMINAL: ReadonlySet<BlockerReason> = new Set(['ClaimLost', 'ImageInvalid', 'InitFailed', 'CrashLoop']);

/** True where waiting doesn't help. */
export function isTerminal(blocker: Blocker): boolean {
  return TERMINAL.has(blocker.reason);
}

const REFUSAL_ORDER = ['NameConflict', 'QuotaExceeded', 'Refused', 'Immutable'] as const;

/** The first refusal that isn't a mere wait: conflicts, then quota, then what the API refuses; by key among equals. */
export function refusalBlocker(refusals: ReadonlyMap<string, Refusal>): Blocker | undefined {
  const keys = [...refusals.keys()].sort();
  for (const reason of REFUSAL_ORDER) {
    for (const key of keys) {
      const refusal = refusals.get(key);
      if (refusal?.reason === reason) return { reason, message: steadyQuota(refusal.message) };
    }
  }
  return undefined;
}

/** What keeps a pod from Ready: its node, its init containers, its containers, in this order. */
export function podBlocker(pod: ObservedPod): Blocker | undefined {
  const scheduling = pod.conditions.find(
    ({ type, isTrue, reason }) => type === 'PodScheduled' && !isTrue && reason === 'Unschedulable',
  );
  if (scheduling !== undefined) return schedulingBlocker(scheduling.message);
  return (
    first(pod.init, (container) => containerBlocker(container, 'InitFailed')) ??
    first(pod.containers, (container) => containerBlocker(container, 'CrashLoop'))
  );
}

function schedulingBlocker(message: string): Blocker {
  const text = steadySchedulerText(message);
  if (/persistentvolumeclaim|persistent volume/i.test(text)) {
    return {
      reason: 'ClaimPending',
      message: `A volume isn't there yet: ${text}: look at the claim with kubectl describe`,
    };
  }
  return {
    reason: 'Unschedulable',
    message: `No node takes the pod: ${text}: ask for less, stop another environment, or add nodes`,
  };
}

const IMAGE_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'ImageInspectError',
  'SignatureValidationFailed',
]);
const INVALID_IMAGE_REASONS = new Set(['InvalidImageName', 'ErrImageNeverPull']);
const ORDINARY_WAITS = new Set(['', 'ContainerCreating', 'PodInitializing']);

/** Restarts after which a container that isn't ready counts as looping also while it happens to run. */
const LOOP_RESTARTS = 3;

function containerBlocker(container: ContainerState, loop: 'InitFailed' | 'CrashLoop'): Blocker | undefined {
  const { name, image, waiting } = container;
  if (isLooping(container)) return { reason: loop, message: loopText(container) };
  if (waiting === undefined || ORDINARY_WAITS.has(waiting.reason)) return undefined;
  if (INVALID_IMAGE_REASONS.has(waiting.reason)) {
    return {
      reason: 'ImageInvalid',
      message: `Container "${name}" can't use image "${image}" (${waiting.reason}): correct its name or its pull policy`,
    };
  }
  // The kubelet goes to and fro between failing and backing off; both are the same finding.
  if (IMAGE_REASONS.has(waiting.reason)) {
    return {
      reason: 'ImagePullFailed',
      message: `The image "${image}" of container "${name}" can't be pulled: check its name, its tag and the pull secrets`,
    };
  }
  const why =
    waiting.reason === 'CreateContainerConfigError' && waiting.message !== '' ? waiting.message : waiting.reason;
  return {
    reason: 'ContainerNotCreated',
    message: `Container "${name}" can't be made: ${why}: see kubectl describe pod`,
  };
}

function isLooping({ waiting, restarts, isReady, ended }: ContainerState): boolean {
  if (waiting?.reason === 'CrashLoopBackOff') return true;
  return restarts >= LOOP_RESTARTS && !isReady && ended !== undefined && ended.exitCode !== 0;
}

function loopText({ name, ended }: ContainerState): string {
  if (ended === undefined) return `Container "${name}" keeps ending: read its log`;
  if (ended.reason === 'OOMKilled') return `Container "${name}" runs out of memory: raise its memory limit`;
  return `Container "${name}" keeps ending with exit code ${ended.exitCode}: read its log`;
}

/** `0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint. preemption: …` without its counts. */
function steadySchedulerText(message: string): string {
  const text = message
    .replace(/^\d+\/\d+ nodes are available:\s*/, '')
    .replace(/\s*(preemption|no new claims to deallocate)\b.*$/s, '');
  const parts = text
    .split(/,\s+(?=\d+ )|\.\s+(?=\d+ )/)
    .map((part) => part.replace(/^\d+ /, '').replace(/[\s.,]+$/, ''))
    .filter((part) => part !== '');
  return parts.length === 0 ? 'the scheduler gives no reason' : [...new Set(parts)].sort().join(', ');
}

/** What a quota has in use changes with every other object. */
function steadyQuota(message: string): string {
  return message.replace(/, used: .*?, limited: /, ', limited: ');
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
