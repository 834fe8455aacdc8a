/**
 * What is seen of an environment, as a report that every front end translates to its own status. Pure; made anew from what
 * is observed each time, so a missed event loses nothing.
 */
import { ENVIRONMENT_ACCESS } from '../../src/access/environment-access';
import type { ConditionReport } from '../../src/api/condition';
import { isJsonObject } from '../../src/api/json';
import { referenceKey } from '../../src/api/object';
import { apiVersionOf, type ResourceType } from '../../src/api/resource-type';
import type { EnvironmentModel } from '../../src/model/environment-model';
import type { HoldReason } from '../../src/model/front-end';
import type { Layout } from '../../src/model/layout';
import type { EnvironmentReport, Phase, StageName } from '../../src/model/report';
import type { Happening, Observed, ObservedObject } from '../../src/plan/plan';
import { closedAccess, replicasOf, sidecarOf, webWorkload } from '../parts/access';
import { type Blocker, isTerminal, podBlocker, refusalBlocker } from '../parts/blocker';
import { condition, type ReasonOf } from '../parts/condition-reasons';
import { isRenderableEntry } from '../parts/ingress';
import { claimName, madeClaims } from '../parts/layout-name';
import { isReadyPod, type ObservedPod, observedPod } from '../parts/observed-pod';
import { CLAIM, HTTP_ROUTE, INGRESS, POD, SERVICE } from '../parts/resource-types';
import { untakenRoute } from '../parts/route-acceptance';
import { startStages } from '../parts/start-stages';

/** What a report is made from. */
export interface EnvironmentSight {
  readonly model: EnvironmentModel;
  readonly layout: Layout;
  readonly observed: Observed;
  /** Storage classes that claims name and the cluster doesn't have. */
  readonly missingStorageClasses: readonly string[];
}

/** The report on an environment whose objects are applied. */
export function environmentReport(sight: EnvironmentSight): EnvironmentReport {
  const { model, observed } = sight;
  const pods = observed.descendants(POD).map(observedPod);
  const current = pods.filter(({ isLeaving }) => !isLeaving);
  const isWanted = replicasOf(model) === 1;
  const isReady =
    isWanted && model.workloads.every(({ name }) => current.some((pod) => pod.workload === name && isReadyPod(pod)));
  const refused = refusalBlocker(observed.refusals);
  const blocker = closedBlocker(model) ?? refused ?? (isWanted && !isReady ? startBlocker(sight, current) : undefined);
  const phase = phaseOf({ model, pods, current, isReady, blocker });
  const stages = isWanted ? startStages(current, claimsOf(sight)) : [];
  const simulated = current.some(({ isSimulated }) => isSimulated);
  const reachable = reachableCondition(sight, isReady);
  const url = reachable.reason === 'Entry' ? urlOf(model) : undefined;
  return {
    phase,
    ...(url === undefined ? {} : { url }),
    conditions: [
      readyCondition({ phase, blocker, simulated, reached: stages.at(-1)?.name }),
      refused === undefined
        ? condition('Admitted', 'True', 'Accepted', 'Every object is as planned')
        : condition('Admitted', 'False', refused.reason as ReasonOf<'Admitted'>, refused.message),
      reachable,
    ],
    stages,
    ...(blocker === undefined ? {} : { blockedBy: { ...blocker } }),
    simulated,
    // A volume that isn't there yet is what most starts pass through; everything else that blocks is worth saying at once.
    settled:
      (blocker !== undefined && blocker.reason !== 'ClaimPending') || (phase !== 'Starting' && phase !== 'Stopping'),
  };
}

/** What was applied together with the environment may be seen a moment later. */
const MAY_BE_ON_ITS_WAY: ReadonlySet<HoldReason | 'QuotaExceeded'> = new Set([
  'TemplateNotFound',
  'ReferenceNotFound',
  'ReferenceNotPermitted',
]);

/** The report on an environment that can't be described now: what runs goes on running, and shows. */
export function holdReport(
  hold: { readonly reason: HoldReason | 'QuotaExceeded'; readonly message: string },
  observed: Observed,
): EnvironmentReport {
  const pods = observed.descendants(POD).map(observedPod);
  const current = pods.filter(({ isLeaving }) => !isLeaving);
  const isReady = current.length > 0 && current.every(isReadyPod);
  const phase: Phase = isReady ? 'Ready' : current.length > 0 ? 'Starting' : pods.length > 0 ? 'Stopping' : 'Pending';
  const simulated = current.some(({ isSimulated }) => isSimulated);
  const url = observed.previous['url'];
  return {
    phase,
    // The entry is left as it is, so an address that led there still does.
    ...(isReady && typeof url === 'string' ? { url } : {}),
    conditions: [
      isReady
        ? readyCondition({ phase, blocker: undefined, simulated, reached: undefined })
        : condition('Ready', 'False', hold.reason, hold.message),
      condition('Admitted', 'False', hold.reason, hold.message),
      isReady
        ? condition(
            'Reachable',
            'Unknown',
            'Held',
            "The description can't be carried out now; what runs is left as it is",
          )
        : condition('Reachable', 'False', 'NotReady', "The app isn't ready"),
    ],
    stages: startStages(current, []),
    blockedBy: { reason: hold.reason, message: hold.message },
    simulated,
    settled: !MAY_BE_ON_ITS_WAY.has(hold.reason),
  };
}

/** The report on an environment that is being deleted. */
export function deletionReport(): EnvironmentReport {
  return {
    phase: 'Deleting',
    conditions: [
      condition('Ready', 'False', 'Deleting', 'The environment is being deleted'),
      condition('Reachable', 'False', 'Deleting', 'The environment is being deleted'),
    ],
    stages: [],
    simulated: false,
    settled: true,
  };
}

/**
 * What the conditions to be written say that the ones before them didn't: that the environment became ready, or what blocks
 * it now. Conditions are those of the front end; where none is called `Ready` there is no news.
 */
export function happenings(
  report: EnvironmentReport,
  conditions: readonly ConditionReport[],
  observed: Observed,
): readonly Happening[] {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined) return [];
  const before = previousReady(observed);
  if (ready.status === 'True') {
    return before?.['status'] === 'True' ? [] : [{ type: 'Normal', reason: ready.reason, message: ready.message }];
  }
  if (report.blockedBy === undefined || before?.['reason'] === ready.reason) return [];
  return [{ type: 'Warning', ...report.blockedBy }];
}

function previousReady({ previous }: Observed) {
  const { conditions } = previous;
  return Array.isArray(conditions)
    ? conditions.filter(isJsonObject).find((item) => item['type'] === 'Ready')
    : undefined;
}

function phaseOf(sight: {
  readonly model: EnvironmentModel;
  readonly pods: readonly ObservedPod[];
  readonly current: readonly ObservedPod[];
  readonly isReady: boolean;
  readonly blocker: Blocker | undefined;
}): Phase {
  const { model, pods, current, isReady, blocker } = sight;
  if (replicasOf(model) === 0) {
    if (pods.length > 0) return 'Stopping';
    return model.running ? 'Pending' : 'Stopped';
  }
  if (isReady) return 'Ready';
  if (blocker === undefined) return 'Starting';
  if (isTerminal(blocker)) return 'Failed';
  return current.some((pod) => pod.conditions.some(({ type, isTrue }) => type === 'PodScheduled' && isTrue))
    ? 'Starting'
    : 'Pending';
}

/** A stopped environment is as it should be, closed or not. */
function closedBlocker(model: EnvironmentModel): Blocker | undefined {
  const closed = closedAccess(model);
  if (!model.running || closed === undefined) return undefined;
  return { reason: closed.reason, message: closed.message };
}

function startBlocker(sight: EnvironmentSight, current: readonly ObservedPod[]): Blocker | undefined {
  return claimBlocker(sight) ?? firstPodBlocker(sight.model, current);
}

function firstPodBlocker(model: EnvironmentModel, current: readonly ObservedPod[]): Blocker | undefined {
  for (const { name } of model.workloads) {
    for (const pod of current.filter(({ workload }) => workload === name)) {
      const blocker = podBlocker(pod);
      if (blocker !== undefined) return blocker;
    }
  }
  return undefined;
}

/** A claim that waits for its first pod is no blocker; one whose class isn't there is. */
function claimBlocker({ model, layout, observed, missingStorageClasses }: EnvironmentSight): Blocker | undefined {
  for (const { name, claim } of madeClaims(model, layout)) {
    const live = observed.child(referenceOf(CLAIM, model.namespace, name.name));
    const phase = claimPhase(live);
    const { storageClassName = '' } = claim;
    if (phase === 'Lost')
      return {
        reason: 'ClaimLost',
        message: `Claim "${name.name}" has lost its volume: restore the volume, or remove the claim and start anew`,
      };
    if (phase !== 'Bound' && missingStorageClasses.includes(storageClassName)) {
      return {
        reason: 'StorageClassNotFound',
        message: `Claim "${name.name}" names storage class "${storageClassName}", which the cluster doesn't have: create the class, or name another one`,
      };
    }
  }
  return undefined;
}

function claimsOf({ model, layout, observed }: EnvironmentSight): readonly ObservedObject[] {
  const names = model.workloads.flatMap(({ volumes }) =>
    volumes.flatMap((volume) =>
      volume.type === 'claim' && volume.claim.existing === undefined ? [claimName(layout, volume)] : [],
    ),
  );
  return [...new Set(names)].flatMap((name) => observed.child(referenceOf(CLAIM, model.namespace, name)) ?? []);
}

function claimPhase(claim: ObservedObject | undefined): unknown {
  return isJsonObject(claim?.status) ? claim.status['phase'] : undefined;
}

const NEXT_STEP: Readonly<Record<StageName, string>> = {
  Admitted: 'The pod waits for its volumes and a node',
  VolumesBound: 'The pod waits for a node',
  Scheduled: 'Volumes are mounted, images pulled and init containers run',
  Initialized: 'Images are pulled and containers start',
  Started: "The app doesn't answer its readiness probe yet",
  Ready: "Another part isn't ready yet",
};

function readyCondition(seen: {
  readonly phase: Phase;
  readonly blocker: Blocker | undefined;
  readonly simulated: boolean;
  readonly reached: StageName | undefined;
}): ConditionReport {
  const { phase, blocker, simulated, reached } = seen;
  if (phase === 'Ready') {
    return simulated
      ? condition('Ready', 'True', 'Simulated', 'Ready (simulated): a simulated node says so, and nothing runs')
      : condition('Ready', 'True', 'Running', 'The app answers its probes');
  }
  if (blocker !== undefined) return condition('Ready', 'False', blocker.reason, blocker.message);
  if (phase === 'Stopped')
    return condition('Ready', 'False', 'Stopped', 'The environment is meant to be stopped; its volumes stay');
  if (phase === 'Stopping') return condition('Ready', 'False', 'Stopping', 'The pods are ending');
  return condition('Ready', 'False', 'Starting', reached === undefined ? 'The pod is being made' : NEXT_STEP[reached]);
}

function reachableCondition({ model, layout, observed }: EnvironmentSight, isReady: boolean): ConditionReport {
  const closed = closedAccess(model);
  if (closed !== undefined) return condition('Reachable', 'False', closed.reason, closed.message);
  if (webWorkload(model) === undefined)
    return condition('Reachable', 'False', 'NoWebPort', 'No workload has a port to open');
  const { entry } = model;
  const sidecar = sidecarOf(model, layout);
  if (entry !== undefined && !isRenderableEntry(entry, sidecar)) {
    return condition(
      'Reachable',
      'False',
      'PathNotStripped',
      `Ingress class "${entry.ingressClassName ?? ''}" isn't known to take the prefix "${entry.path}" off the path: route by host, keep the prefix, or use an nginx class`,
    );
  }
  const refused = sidecar?.access.rules.closed;
  if (refused !== undefined)
    return condition('Reachable', 'False', refused.reason as ReasonOf<'Reachable'>, refused.message);
  const rejection = sidecar === undefined ? undefined : gateRejection(observed, model);
  if (rejection !== undefined) return condition('Reachable', 'False', 'PolicyRejected', rejection);
  if (!isReady) return condition('Reachable', 'False', 'NotReady', "The app isn't ready");
  const needed = [
    ...(sidecar === undefined ? [] : [[ENVIRONMENT_ACCESS.type, model.name] as const]),
    [SERVICE, layout.names.service] as const,
    ...(entry === undefined
      ? []
      : [[entry.gateway === undefined ? INGRESS : HTTP_ROUTE, layout.names.ingress] as const]),
  ];
  for (const [type, name] of needed) {
    const reference = referenceOf(type, model.namespace, name);
    const refusal = observed.refusals.get(referenceKey(reference));
    if (observed.child(reference) === undefined || refusal !== undefined) {
      return condition(
        'Reachable',
        'False',
        'NotReady',
        refusal === undefined ? `${type.kind} "${name}" isn't there yet` : refusal.message,
      );
    }
  }
  if (entry === undefined) {
    const message = `Service "${layout.names.service}" leads to the app inside the cluster`;
    return condition('Reachable', 'True', 'InCluster', message);
  }
  const route = observed.child(referenceOf(HTTP_ROUTE, model.namespace, layout.names.ingress));
  const untaken = route === undefined || entry.gateway === undefined ? undefined : untakenRoute(route, entry.gateway);
  return untaken === undefined
    ? condition('Reachable', 'True', 'Entry', 'The entry leads to the app')
    : condition('Reachable', 'False', 'RouteNotAccepted', untaken);
}

/** What the gate says of an access that a sidecar doesn't take; it lets nobody in meanwhile. */
function gateRejection(observed: Observed, { namespace, name }: EnvironmentModel): string | undefined {
  const status = observed.child(referenceOf(ENVIRONMENT_ACCESS.type, namespace, name))?.status;
  const conditions = isJsonObject(status) ? status['conditions'] : undefined;
  const accepted = Array.isArray(conditions)
    ? conditions.filter(isJsonObject).find(({ type }) => type === 'Accepted')
    : undefined;
  if (accepted?.['status'] !== 'False') return undefined;
  return typeof accepted['message'] === 'string' ? accepted['message'] : 'The sidecar refuses its configuration';
}

function urlOf({ entry }: EnvironmentModel): string | undefined {
  if (entry === undefined || entry.host === '') return undefined;
  const path = entry.path.endsWith('/') ? entry.path : `${entry.path}/`;
  return `${entry.tls === undefined ? 'http' : 'https'}://${entry.host}${path}`;
}

function referenceOf(type: ResourceType, namespace: string, name: string) {
  return { apiVersion: apiVersionOf(type), kind: type.kind, namespace, name };
}
