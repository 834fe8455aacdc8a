/**
 * The kind Workspace.
 */
import type { Construct } from 'constructs';
import type { TenancyFrontEnd } from '../../src/model/tenancy-front-end';
import type { WorkspaceModel } from '../../src/model/workspace-model';
import type { Planner, TreeSource } from '../../src/plan/kind';
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

/** The planner of workspaces of one API. */
export function workspacePlanner(frontEnd: TenancyFrontEnd<WorkspaceModel>): Planner<TreeSource<Construct>> {
  return tenancyPlanner({
    frontEnd,
    applies: [NAMESPACE, RESOURCE_QUOTA, LIMIT_RANGE, NETWORK_POLICY, ROLE_BINDING, CLUSTER_ROLE_BINDING],
    partsOf: ({ namespace }) => ({ namespaces: [namespace] }),
    build: (scope, model) => {
      new Workspace(scope, 'workspace', { model });
    },
  });
}
