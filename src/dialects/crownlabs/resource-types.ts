/** CrownLabs' kinds that are served. */
import type { ResourceType } from '../../api/resource-type';

/** Its API group, which is also the prefix of its labels. */
export const CROWNLABS_GROUP = 'crownlabs.polito.it';

export const CROWNLABS_TENANT: ResourceType = {
  group: CROWNLABS_GROUP,
  version: 'v1alpha2',
  kind: 'Tenant',
  plural: 'tenants',
  namespaced: false,
};
export const CROWNLABS_WORKSPACE: ResourceType = {
  group: CROWNLABS_GROUP,
  version: 'v1alpha1',
  kind: 'Workspace',
  plural: 'workspaces',
  namespaced: false,
};
