/**
 * The plan of tenants and workspaces, whatever API asks for them: a front end translates, and the tree is made from what comes out.
 *
 * A deletion never takes volumes with it by surprise: while there are claims in the namespaces that would go, nothing is deleted
 * unless the object says that it may be.
 */
import type { Construct } from 'constructs';
import type { ConditionReport } from '../../src/api/condition';
import type { KubeObject } from '../../src/api/object';
import { kindKey, type ResourceType } from '../../src/api/resource-type';
import { FINALIZER, OWNER_UID_LABEL } from '../../src/api/well-known';
import type { NamespaceModel } from '../../src/model/namespace-model';
import type { TenancyFrontEnd, TenancyReport } from '../../src/model/tenancy-front-end';
import type { PersonalStorageModel } from '../../src/model/tenant-model';
import type { Planner, TreeSource } from '../../src/plan/kind';
import type { Lookup } from '../../src/plan/lookup';
import type { Hold, Observed, Plan, StatusOf, Teardown } from '../../src/plan/plan';
import { DELETE_VOLUMES_ANNOTATION } from '../../src/tenancy/names';
import {
  CLAIM,
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  LIMIT_RANGE,
  NAMESPACE,
  NETWORK_POLICY,
  RESOURCE_QUOTA,
  ROLE_BINDING,
} from './resource-types';
import { tenancyReady } from './tenancy-conditions';

/** What the planner must know of a model, and no more. */
interface Parts {
  readonly namespaces: readonly NamespaceModel[];
  readonly personalStorage?: PersonalStorageModel;
}

export interface TenancyPlannerOptions<Model> {
  readonly frontEnd: TenancyFrontEnd<Model>;
  readonly applies: readonly ResourceType[];
  readonly partsOf: (model: Model) => Parts;
  readonly build: (scope: Construct, model: Model) => void;
}

/** The planner of one kind of tenants or workspaces. */
export function tenancyPlanner<Model>(options: TenancyPlannerOptions<Model>): Planner<TreeSource<Construct>> {
  const { frontEnd } = options;
  return {
    reads: [...frontEnd.reads, NAMESPACE, CLAIM],
    mayLack: [...frontEnd.mayLack, NAMESPACE, CLAIM],
    applies: options.applies,
    delegates: frontEnd.ownObjectVerbs,
    binds: frontEnd.roles,
    observes: [],
    finalizes: true,
    plan: (object, lookup) => planOf(options, object, lookup),
  };
}

function planOf<Model>(
  options: TenancyPlannerOptions<Model>,
  object: KubeObject,
  lookup: Lookup,
): Plan<TreeSource<Construct>> {
  const { frontEnd } = options;
  const saying =
    (condition: ConditionReport): StatusOf =>
    // Nothing is changed, so all that was said besides still holds.
    ({ previous: { conditions: _before, ...fields } }) => ({ fields, conditions: [condition], settled: true });
  if (object.metadata.deletionTimestamp !== undefined) return deletion(frontEnd, object, lookup, saying);
  const translation = frontEnd.translate(object, lookup);
  if (translation.outcome === 'hold') {
    const { reason, message } = translation;
    return { outcome: 'hold', reason, status: saying(tenancyReady('False', reason, message)) };
  }
  const { model, notes, labels } = translation;
  return {
    outcome: 'apply',
    tree: { inputs: model, build: (scope) => options.build(scope, model) },
    status: (observed) => {
      const report = reportOf(options.partsOf(model), observed);
      return {
        fields: frontEnd.status(object, report, notes, observed),
        conditions: report.conditions,
        settled: report.conditions.every(({ reason }) => reason !== 'Waiting'),
      };
    },
    ...(labels === undefined ? {} : { labels }),
    finalize: true,
  };
}

function reportOf({ namespaces, personalStorage }: Parts, observed: Observed): TenancyReport {
  const there = namespaces.filter(({ name }) => {
    const live = observed.child({ apiVersion: 'v1', kind: NAMESPACE.kind, name });
    return live !== undefined && live.metadata.deletionTimestamp === undefined;
  });
  return {
    conditions: [readyCondition(namespaces, observed)],
    namespaces: there.map(({ name }) => name),
    ...(personalStorage === undefined ? {} : { personalStorage: claimPhase(personalStorage, observed) }),
  };
}

function claimPhase({ namespace, claimName }: PersonalStorageModel, observed: Observed): string {
  const live = observed.child({ apiVersion: 'v1', kind: CLAIM.kind, namespace, name: claimName });
  const phase = (live?.status as { readonly phase?: unknown } | undefined)?.phase;
  return live === undefined ? 'Absent' : typeof phase === 'string' ? phase : 'Pending';
}

function readyCondition(namespaces: readonly NamespaceModel[], { refusals }: Observed): ConditionReport {
  // What is refused says more than what waits for it.
  const [first] = [...refusals]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .sort(([, a], [, b]) => Number(a.reason === 'Waiting') - Number(b.reason === 'Waiting'));
  if (first !== undefined) {
    const [key, { reason, message }] = first;
    return tenancyReady('False', reason, `${key}: ${message}`);
  }
  return namespaces.length === 0
    ? tenancyReady('True', 'Asleep', 'The namespace comes back with the next log-in')
    : tenancyReady('True', 'Ready', 'Everything is as planned');
}

/** Rights go first, so that nobody makes anything anew; then the namespaces with all that is in them. */
function deletion<Model>(
  frontEnd: TenancyFrontEnd<Model>,
  object: KubeObject,
  lookup: Lookup,
  saying: (condition: ConditionReport) => StatusOf,
): Teardown | Hold {
  const deleting = saying(tenancyReady('False', 'Deleting', 'It is being deleted'));
  // Others' finalizers hold the object; nothing of ours is left to do.
  if (object.metadata.finalizers?.includes(FINALIZER) !== true)
    return { outcome: 'hold', reason: 'Deleting', status: deleting };
  if (object.metadata.annotations?.[DELETE_VOLUMES_ANNOTATION] !== 'true') {
    const namespaces = frontEnd.namespaces(object.metadata.name).filter((name) => isOurs(name, object, lookup));
    const claims = namespaces.flatMap((namespace) => lookup.list(CLAIM, { namespace }));
    const [first] = claims;
    if (first !== undefined) {
      const message = `Volumes are left, such as claim ${first.metadata.namespace ?? ''}/${first.metadata.name}: remove them, or annotate ${object.kind} ${object.metadata.name} with ${DELETE_VOLUMES_ANNOTATION}=true to delete them with it`;
      return {
        outcome: 'hold',
        reason: 'VolumesLeft',
        status: saying(tenancyReady('False', 'VolumesLeft', message)),
      };
    }
  }
  return {
    outcome: 'teardown',
    steps: [
      { kinds: [ROLE_BINDING, CLUSTER_ROLE_BINDING].map(kindKey) },
      { kinds: [kindKey(NAMESPACE)] },
      { kinds: [CLUSTER_ROLE, RESOURCE_QUOTA, LIMIT_RANGE, NETWORK_POLICY].map(kindKey) },
    ],
    status: deleting,
  };
}

function isOurs(name: string, object: KubeObject, lookup: Lookup): boolean {
  const live = lookup.get(NAMESPACE, { name });
  return live.found && live.object.metadata.labels?.[OWNER_UID_LABEL] === object.metadata.uid;
}
