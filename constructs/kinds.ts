/**
 * The kinds, one line each: nothing else names them. Whatever is served, installed, granted or written follows from this list.
 */
import type { Construct } from 'constructs';
import { ENVIRONMENT_ACCESS } from '../src/access/environment-access';
import { GATE } from '../src/access/gate';
import type { ResourceType } from '../src/api/resource-type';
import { jupyterServerKinds } from '../src/dialects/amalthea';
import {
  crownlabsTenantFrontEnd,
  crownlabsTenantSchema,
  crownlabsWorkspaceFrontEnd,
  crownlabsWorkspaceSchema,
} from '../src/dialects/crownlabs';
import { kodeKinds } from '../src/dialects/kode';
import type { FrontEnd } from '../src/model/front-end';
import type { Kind, TreeSource } from '../src/plan/kind';
import { applyDefaults } from '../src/schema/defaults';
import { defineKind } from '../src/schema/define-kind';
import type { KindSchema } from '../src/schema/kind-schema';
import { TENANCY } from '../src/tenancy/tenancy';
import { ACCESS_POLICY, CLUSTER_ACCESS_POLICY } from './access-policy';
import { ENTRY_POINT } from './entry-point';
import { ENVIRONMENT, environmentFrontEnd, environmentPlanner } from './environment';
import { INVENTORY } from './inventory';
import { CLAIM } from './parts/resource-types';
import { QUOTA_ALLOCATION, quotaAllocationPlanner } from './quota-allocation';
import { SHARED_VOLUME, sharedVolumePlanner } from './shared-volume';
import { CLUSTER_ENVIRONMENT_TEMPLATE, ENVIRONMENT_TEMPLATE } from './template';
import { tenancyKindPlanner } from './tenancy';
import { TENANT, tenantFrontEnd, tenantPlanner } from './tenant';
import { WORKSPACE, workspaceFrontEnd, workspacePlanner } from './workspace';

/** Kinds whose objects are environments. */
const environments: readonly ResourceType[] = [
  ENVIRONMENT.type,
  ...[...jupyterServerKinds, ...kodeKinds].flatMap(({ frontEnd }) => (frontEnd === undefined ? [] : [frontEnd.type])),
];

/** What people have in their namespaces: while there is one, the namespace stays. */
const keepers: readonly ResourceType[] = [CLAIM, ...environments];

/** Every kind, our own first, then those of dialects. */
export const kinds: readonly Kind<TreeSource<Construct>>[] = [
  kindOf(ENVIRONMENT, environmentFrontEnd),
  kindOf(ENVIRONMENT_TEMPLATE),
  kindOf(CLUSTER_ENVIRONMENT_TEMPLATE),
  kindOf(ENTRY_POINT),
  kindOf(ACCESS_POLICY),
  kindOf(CLUSTER_ACCESS_POLICY),
  { ...kindOf(GATE), isReadByPrograms: true },
  { ...kindOf(ENVIRONMENT_ACCESS), isReadByPrograms: true },
  { ...kindOf(TENANCY), isTenancy: true, withEnvironments: true, planner: tenancyKindPlanner },
  { ...kindOf(TENANT), isTenancy: true, planner: tenantPlanner(tenantFrontEnd(keepers)) },
  { ...kindOf(WORKSPACE), isTenancy: true, planner: workspacePlanner(workspaceFrontEnd, TENANT.type) },
  {
    ...kindOf(QUOTA_ALLOCATION),
    isTenancy: true,
    withEnvironments: true,
    planner: quotaAllocationPlanner(environments),
  },
  { ...kindOf(SHARED_VOLUME), isTenancy: true, withEnvironments: true, planner: sharedVolumePlanner },
  kindOf(INVENTORY),
  ...jupyterServerKinds.map(({ schema, frontEnd }) => kindOf(schema, frontEnd)),
  ...kodeKinds.map(({ schema, frontEnd }) => kindOf(schema, frontEnd)),
  { ...kindOf(crownlabsTenantSchema), isTenancy: true, planner: tenantPlanner(crownlabsTenantFrontEnd(keepers)) },
  {
    ...kindOf(crownlabsWorkspaceSchema),
    isTenancy: true,
    planner: workspacePlanner(crownlabsWorkspaceFrontEnd, crownlabsTenantSchema.type),
  },
];

/** A kind from its schema; its objects are environments where there is a front end, and only read by others where there is none. */
function kindOf(schema: KindSchema, frontEnd?: FrontEnd): Kind<TreeSource<Construct>> {
  return {
    ...defineKind(schema),
    withDefaults: (object) => applyDefaults(schema, object),
    ...(frontEnd === undefined ? {} : { planner: environmentPlanner(frontEnd) }),
  };
}
