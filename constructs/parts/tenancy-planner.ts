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
import type { IdentityModel } from '../../src/model/identity-model';
import type { NamespaceModel } from '../../src/model/namespace-model';
import type { TenancyFrontEnd, TenancyReport } from '../../src/model/tenancy-front-end';
import type { PersonalStorageModel } from '../../src/model/tenant-model';
import type { Planner, TreeSource } from '../../src/plan/kind';
import type { Lookup } from '../../src/plan/lookup';
import { MEMBERS } from '../../src/plan/members-request';
import type { Ensure, Hold, Observed, Plan, StatusOf, Teardown } from '../../src/plan/plan';
import { findTenancy } from '../../src/tenancy/find-tenancy';
import { LEAVE_IDENTITY_ANNOTATION, providerOf } from '../../src/tenancy/identity';
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
import { firstRefusal, personalStorageCondition, tenancyReady } from './tenancy-conditions';
import {
  identityCondition,
  identityReleases,
  identityReport,
  identityRequests,
  releaseCondition,
} from './tenancy-identity';

const HOUR_MS = 3_600_000;

/** What the planner must know of a model, and no more. */
interface Parts {
  readonly namespaces: readonly NamespaceModel[];
  readonly personalStorage?: PersonalStorageModel;
  readonly identity?: IdentityModel;
}

export interface TenancyPlannerOptions<Model> {
  readonly frontEnd: TenancyFrontEnd<Model>;
  readonly applies: readonly ResourceType[];
  /** See `Planner`. Default none. */
  readonly fetches?: readonly ResourceType[];
  readonly partsOf: (model: Model) => Parts;
  readonly build: (scope: Construct, model: Model) => void;
  /** What a deletion of an object of this name takes back outside of it. Default nothing. */
  readonly releases?: (name: string) => readonly Ensure[];
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
    ...(options.fetches === undefined ? {} : { fetches: options.fetches }),
    finalizes: true,
    resync: { afterMs: HOUR_MS, withinMs: HOUR_MS },
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
  if (object.metadata.deletionTimestamp !== undefined) return deletion(options, object, lookup, saying);
  const translation = frontEnd.translate(object, lookup);
  if (translation.outcome === 'hold') {
    const { reason, message } = translation;
    return { outcome: 'hold', reason, status: saying(tenancyReady('False', reason, message)) };
  }
  const { model, notes, labels } = translation;
  const { identity } = options.partsOf(model);
  return {
    outcome: 'apply',
    tree: { inputs: model, build: (scope) => options.build(scope, model) },
    status: (observed) => {
      const report = reportOf(options.partsOf(model), observed);
      return {
        fields: frontEnd.status(object, report, notes, observed),
        conditions: report.conditions,
        // What a provider refuses at first is often there a moment later: another object's role.
        settled: report.conditions.every(({ reason }) => reason !== 'Waiting') && report.identity?.isSynced !== false,
      };
    },
    ...(identity === undefined ? {} : identityRequests(identity)),
    ...(labels === undefined ? {} : { labels }),
    finalize: true,
  };
}

function reportOf({ namespaces, personalStorage, identity }: Parts, observed: Observed): TenancyReport {
  const there = namespaces.filter(({ name }) => {
    const live = observed.child({ apiVersion: 'v1', kind: NAMESPACE.kind, name });
    return live !== undefined && live.metadata.deletionTimestamp === undefined;
  });
  return {
    conditions: [
      readyCondition(namespaces, observed),
      ...(personalStorage === undefined ? [] : [personalStorageCondition(personalStorage)]),
      ...(identity === undefined ? [] : [identityCondition(identity, observed)]),
    ],
    namespaces: there.map(({ name }) => name),
    ...(personalStorage === undefined ? {} : { personalStorage: claimPhase(personalStorage, observed) }),
    ...(identity === undefined ? {} : { identity: identityReport(identity, observed) }),
  };
}

function claimPhase({ namespace, claimName }: PersonalStorageModel, observed: Observed): string {
  const live = observed.child({ apiVersion: 'v1', kind: CLAIM.kind, namespace, name: claimName });
  const phase = (live?.status as { readonly phase?: unknown } | undefined)?.phase;
  return live === undefined ? 'Absent' : typeof phase === 'string' ? phase : 'Pending';
}

function readyCondition(namespaces: readonly NamespaceModel[], { refusals }: Observed): ConditionReport {
  const refused = firstRefusal(refusals);
  if (refused !== undefined) return refused;
  return namespaces.length === 0
    ? tenancyReady('True', 'Asleep', 'The namespace comes back with the next log-in')
    : tenancyReady('True', 'Ready', 'Everything is as planned');
}

/** Rights go first, so that nobody makes anything anew; then the namespaces with all that is in them. */
function deletion<Model>(
  { frontEnd, releases = () => [] }: TenancyPlannerOptions<Model>,
  object: KubeObject,
  lookup: Lookup,
  saying: (condition: ConditionReport) => StatusOf,
): Teardown | Hold {
  const ready = tenancyReady('False', 'Deleting', 'It is being deleted');
  const deleting = saying(ready);
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
  const left = object.metadata.annotations?.[LEAVE_IDENTITY_ANNOTATION] === 'true';
  const tenancy = left ? undefined : findTenancy(lookup);
  if (tenancy?.outcome === 'Invalid')
    return { outcome: 'hold', reason: 'Invalid', status: saying(tenancyReady('False', 'Invalid', tenancy.message)) };
  const provider = tenancy === undefined ? undefined : providerOf(tenancy.spec);
  const { name } = object.metadata;
  const release = [
    ...releases(name),
    ...(provider === undefined ? [] : identityReleases(provider, frontEnd.identity(name))),
  ];
  return {
    outcome: 'teardown',
    ...(release.length === 0 ? {} : { release }),
    steps: [
      { kinds: [ROLE_BINDING, CLUSTER_ROLE_BINDING].map(kindKey) },
      { kinds: [kindKey(NAMESPACE)] },
      { kinds: [CLUSTER_ROLE, RESOURCE_QUOTA, LIMIT_RANGE, NETWORK_POLICY].map(kindKey) },
    ],
    status: (observed) => {
      const kept =
        provider === undefined ? undefined : releaseCondition(provider, { kind: object.kind, name }, observed);
      const report = deleting(observed);
      const conditions = [entriesLeft(observed) ?? ready, ...(kept === undefined ? [] : [kept])];
      return { ...report, conditions };
    },
  };
}

/** Said where entries of a workspace couldn't be taken out of its tenants; why differs from try to try. */
function entriesLeft({ ensured }: Observed): ConditionReport | undefined {
  const isFailed = [...ensured].some(([id, { state }]) => id.startsWith(`${MEMBERS}/`) && state === 'Failed');
  return isFailed
    ? tenancyReady(
        'False',
        'Deleting',
        'Tenants still name it in spec.workspaces, and their entries could not be taken out; it is tried again',
      )
    : undefined;
}

function isOurs(name: string, object: KubeObject, lookup: Lookup): boolean {
  const live = lookup.get(NAMESPACE, { name });
  return live.found && live.object.metadata.labels?.[OWNER_UID_LABEL] === object.metadata.uid;
}
