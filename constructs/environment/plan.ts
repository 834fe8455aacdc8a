/**
 * The plan of an environment, whatever API asks for it. A front end translates the object first; what comes out is applied,
 * or held where it can't be described, breaks its Pod Security level or finds no room in the namespace's quota. Nothing smaller is ever applied instead.
 */
import type { Construct } from 'constructs';
import { ENVIRONMENT_ACCESS } from '../../src/access/environment-access';
import type { KubeObject, Manifest } from '../../src/api/object';
import { describeProblems } from '../../src/api/problem';
import { kindKey } from '../../src/api/resource-type';
import { FINALIZER, RECLAIM_ANNOTATION } from '../../src/api/well-known';
import { closedRules } from '../../src/model/access-model';
import type { EnvironmentModel } from '../../src/model/environment-model';
import type { FrontEnd, HoldReason, Translation } from '../../src/model/front-end';
import type { Layout } from '../../src/model/layout';
import type { EnvironmentReport } from '../../src/model/report';
import type { Planner, TreeSource } from '../../src/plan/kind';
import type { Lookup } from '../../src/plan/lookup';
import type { Hold, Observed, Plan, StatusReport, Teardown } from '../../src/plan/plan';
import { QUOTA_ALLOCATION } from '../../src/tenancy/quota-allocation';
import { INVENTORY } from '../inventory';
import { isClosed } from '../parts/access';
import { madeClaims } from '../parts/layout-name';
import { modelProblems } from '../parts/model-problems';
import {
  CLAIM,
  CONFIG_MAP,
  HTTP_ROUTE,
  INGRESS,
  NETWORK_POLICY,
  POD,
  ROLE,
  ROLE_BINDING,
  SECRET,
  SERVICE,
  SERVICE_ACCOUNT,
  STATEFUL_SET,
  STORAGE_CLASS,
} from '../parts/resource-types';
import { Environment } from './environment';
import { heldAccess } from './held-access';
import { patchObjects, patchProblems } from './patched-objects';
import { reservationOf } from './reservation';
import { deletionReport, environmentReport, happenings, holdReport } from './status';

/** What says whether there is room; a door has no allocator, so that everything is granted there. */
const QUOTA_READS = [QUOTA_ALLOCATION.type, INVENTORY.type];

/** Reads a report the way the front end's API says it. */
type ToStatus = (report: EnvironmentReport, observed: Observed) => StatusReport;

/**
 * A planner over a front end. The front end's status function gets empty notes where there was no translation to the end: in
 * a hold and in a teardown.
 */
export function environmentPlanner(frontEnd: FrontEnd): Planner<TreeSource<Construct>> {
  return {
    reads: [
      ...frontEnd.reads.filter((type) => kindKey(type) !== kindKey(STORAGE_CLASS)),
      STORAGE_CLASS,
      ENVIRONMENT_ACCESS.type,
    ],
    // A claim is asked for to see what an earlier operator left; a door has no cluster in which anything could be left.
    mayLack: [
      STORAGE_CLASS,
      CLAIM,
      ENVIRONMENT_ACCESS.type,
      ...QUOTA_READS,
      ...(frontEnd.readsIfServed ?? []),
      ...(frontEnd.mayLack ?? []),
    ],
    readsIfServed: [...QUOTA_READS, ...(frontEnd.readsIfServed ?? [])],
    applies: [
      SERVICE_ACCOUNT,
      // What isn't declared isn't granted: no front end gets a right on all ConfigMaps of a cluster that has no use for it.
      ...(frontEnd.makesFiles === true ? [CONFIG_MAP] : []),
      SECRET,
      CLAIM,
      ROLE,
      ROLE_BINDING,
      ENVIRONMENT_ACCESS.type,
      NETWORK_POLICY,
      STATEFUL_SET,
      SERVICE,
      INGRESS,
      HTTP_ROUTE,
    ],
    observes: [POD],
    finalizes: true,
    whilePaused: (object, lookup) =>
      object.metadata.deletionTimestamp === undefined
        ? accessUpdates(object, frontEnd.translate(object, lookup), lookup)
        : [],
    plan: (object, lookup) => planOf(frontEnd, object, lookup),
  };
}

function planOf(frontEnd: FrontEnd, object: KubeObject, lookup: Lookup): Plan<TreeSource<Construct>> {
  const statusWith =
    (notes: Extract<Translation, { outcome: 'model' }>['notes']): ToStatus =>
    (report, observed) => {
      const conditions = frontEnd.conditions?.(object, report, notes) ?? report.conditions;
      const happened = happenings(report, conditions, observed);
      return {
        fields: frontEnd.status(object, report, notes, observed),
        conditions,
        settled: report.settled,
        ...(happened.length === 0 ? {} : { happened }),
      };
    };
  // Before the translation: what it needs may be gone by now, and a deletion mustn't wait for it.
  if (object.metadata.deletionTimestamp !== undefined) return deletion(object, statusWith({}));
  const translation = frontEnd.translate(object, lookup);
  if (translation.outcome === 'hold') {
    return held(translation, accessUpdates(object, translation, lookup), statusWith({}));
  }
  const { model, layout, notes } = translation;
  const updates = (): readonly Manifest[] => accessUpdates(object, translation, lookup);
  const problems = [...modelProblems(model, layout), ...patchProblems({ model, layout })];
  // A closed environment is applied whatever is wrong with it: no pod runs, and a hold would leave an open one open.
  if (problems.length > 0 && !isClosed(model))
    return held({ reason: 'Invalid', message: describeProblems(problems) }, updates(), statusWith(notes));
  const reservation = reservationOf(object, { model, layout }, lookup);
  if (reservation.outcome === 'Refused' && !isClosed(model))
    return held({ reason: 'QuotaExceeded', message: reservation.message }, updates(), statusWith(notes));
  const missingStorageClasses = absentStorageClasses(model, layout, lookup);
  const toStatus = statusWith(notes);
  return {
    outcome: 'apply',
    tree: environmentTree(model, layout),
    status: (observed) => toStatus(environmentReport({ model, layout, observed, missingStorageClasses }), observed),
    finalize: madeClaims(model, layout).some(({ claim }) => claim.reclaim === 'Delete'),
    ...(reservation.outcome === 'Refused' || reservation.swap === undefined ? {} : { swap: reservation.swap }),
  };
}

/** The tree of an environment as plans return it. */
export function environmentTree(model: EnvironmentModel, layout: Layout): TreeSource<Construct> {
  return {
    inputs: { model, layout },
    build(scope) {
      patchObjects(new Environment(scope, 'environment', { model, layout }), { model, layout });
    },
  };
}

/** Who gets into what runs, while nothing else of it is changed. */
function accessUpdates(object: KubeObject, translation: Translation, lookup: Lookup): readonly Manifest[] {
  if (translation.outcome === 'hold') {
    const { rules } = translation;
    return rules === undefined ? [] : heldAccess(object, { name: object.metadata.name, rules }, lookup);
  }
  const { name, access } = translation.model;
  switch (access.mode) {
    case 'Gate':
      return heldAccess(object, { name, rules: access.rules }, lookup);
    case 'Closed': {
      const { reason, message } = access;
      return heldAccess(object, { name, rules: closedRules(reason, message) }, lookup);
    }
    // What stands before the app goes with the pod.
    case 'Open':
      return [];
  }
}

function held(
  hold: { readonly reason: HoldReason | 'QuotaExceeded'; readonly message: string },
  updates: readonly Manifest[],
  toStatus: ToStatus,
): Hold {
  const { reason, message } = hold;
  return {
    outcome: 'hold',
    reason,
    message,
    ...(updates.length === 0 ? {} : { updates }),
    status: (observed) => toStatus(holdReport(hold, observed), observed),
  };
}

/**
 * What is reached from outside first, then the pods, then what guards and feeds them, then those claims that say so
 * themselves: the template that said so may be gone, and what isn't known to be unwanted is kept.
 */
function deletion(object: KubeObject, toStatus: ToStatus): Teardown | Hold {
  const status = (observed: Observed): StatusReport => toStatus(deletionReport(), observed);
  // Others' finalizers hold the object; nothing of ours is left to do.
  if (object.metadata.finalizers?.includes(FINALIZER) !== true) return { outcome: 'hold', reason: 'Deleting', status };
  return {
    outcome: 'teardown',
    steps: [
      { kinds: [INGRESS, HTTP_ROUTE, SERVICE].map(kindKey) },
      { kinds: [STATEFUL_SET, POD].map(kindKey) },
      {
        kinds: [ENVIRONMENT_ACCESS.type, ROLE_BINDING, ROLE, CONFIG_MAP, SECRET, NETWORK_POLICY, SERVICE_ACCOUNT].map(
          kindKey,
        ),
      },
      { kinds: [kindKey(CLAIM)], keptWithAnnotation: { name: RECLAIM_ANNOTATION, value: 'Delete' } },
    ],
    status,
  };
}

/** Storage classes that made claims name and that aren't there: asked only to explain a claim that waits. */
function absentStorageClasses(model: EnvironmentModel, layout: Layout, lookup: Lookup): readonly string[] {
  const names = new Set(madeClaims(model, layout).map(({ claim }) => claim.storageClassName ?? ''));
  return [...names].filter((name) => name !== '' && !lookup.get(STORAGE_CLASS, { name }).found).sort();
}
