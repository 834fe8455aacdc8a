/**
 * The kind Workspace.
 */
import type { Construct } from 'constructs';
import type { ResourceType } from '../../src/api/resource-type';
import type { TenancyFrontEnd } from '../../src/model/tenancy-front-end';
import type { WorkspaceModel } from '../../src/model/workspace-model';
import type { Planner, TreeSource } from '../../src/plan/kind';
import { membersRelease } from '../../src/plan/members-request';
import {
  CLUSTER_ROLE_BINDING,
  LIMIT_RANGE,
  NAMESPACE,
  NETWORK_POLICY,
  RESOURCE_QUOTA,
  ROLE_BINDING,
} from '../parts/resource-types';
import { tenancyPlanner } from '../parts/tenancy-planner';
import { Workspace } from './workspace';

export { workspaceFrontEnd } from './front-end';
export { WORKSPACE, type WorkspaceObject } from './schema';

/** The planner of workspaces of one API, whose members are `tenants`. */
export function workspacePlanner(
  frontEnd: TenancyFrontEnd<WorkspaceModel>,
  tenants: ResourceType,
): Planner<TreeSource<Construct>> {
  return tenancyPlanner({
    frontEnd,
    applies: [NAMESPACE, RESOURCE_QUOTA, LIMIT_RANGE, NETWORK_POLICY, ROLE_BINDING, CLUSTER_ROLE_BINDING],
    partsOf: ({ namespace, identity }) => ({
      namespaces: [namespace],
      ...(identity === undefined ? {} : { identity }),
    }),
    build: (scope, model) => {
      new Workspace(scope, 'workspace', { model });
    },
    releases: (workspace) => [membersRelease({ tenants, workspace })],
  });
}
