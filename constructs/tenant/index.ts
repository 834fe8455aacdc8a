/**
 * The kind Tenant.
 */
import type { Construct } from 'constructs';
import type { TenancyFrontEnd } from '../../src/model/tenancy-front-end';
import type { TenantModel } from '../../src/model/tenant-model';
import type { Planner, TreeSource } from '../../src/plan/kind';
import { QUOTA_ALLOCATION } from '../../src/tenancy/quota-allocation';
import {
  CLAIM,
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  LIMIT_RANGE,
  NAMESPACE,
  NETWORK_POLICY,
  PERSISTENT_VOLUME,
  RESOURCE_QUOTA,
  ROLE_BINDING,
  SECRET,
} from '../parts/resource-types';
import { tenancyPlanner } from '../parts/tenancy-planner';
import { Tenant } from './tenant';

export { TENANCY_CONDITION_REASONS } from '../parts/tenancy-conditions';
export { tenantFrontEnd } from './front-end';
export { TENANT, type TenantObject, type TenantSpec } from './schema';

/** The planner of tenants of one API. */
export function tenantPlanner(frontEnd: TenancyFrontEnd<TenantModel>): Planner<TreeSource<Construct>> {
  return tenancyPlanner({
    frontEnd,
    applies: [
      NAMESPACE,
      RESOURCE_QUOTA,
      QUOTA_ALLOCATION.type,
      LIMIT_RANGE,
      NETWORK_POLICY,
      ROLE_BINDING,
      CLUSTER_ROLE,
      CLUSTER_ROLE_BINDING,
      CLAIM,
      SECRET,
    ],
    fetches: [PERSISTENT_VOLUME],
    partsOf: ({ namespaces, personalStorage, identity }) => ({
      namespaces,
      ...(identity === undefined ? {} : { identity }),
      ...(personalStorage === undefined ? {} : { personalStorage }),
    }),
    build: (scope, model) => {
      new Tenant(scope, 'tenant', { model });
    },
  });
}
