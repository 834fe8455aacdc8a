/**
 * CrownLabs' API, `crownlabs.polito.it`, as front ends: tenants and workspaces.
 */
export { crownlabsTenantSchema } from './tenant';
export { crownlabsTenantFrontEnd } from './tenant-front-end';
export { crownlabsWorkspaceSchema } from './workspace';
export { crownlabsWorkspaceFrontEnd } from './workspace-front-end';
