/**
 * ClusterRoles under the names that CrownLabs' clients bind and are bound to. But for finding people no role reaches beyond a namespace:
 * managers of one workspace have no rights on the instances of everybody.
 */
import type { ShippedRole } from '../../plan/kind';
import { ENROL, ENTER } from '../../tenancy/roles';
import { CROWNLABS_GROUP } from './resource-types';

const READ = ['get', 'list', 'watch'];
const MANAGE = [...READ, 'create', 'update', 'patch', 'delete', 'deletecollection'];

const role = (name: string, resources: readonly string[], verbs: readonly string[]): ShippedRole => ({
  name: `crownlabs-${name}`,
  rules: [{ apiGroups: [CROWNLABS_GROUP], resources, verbs }],
});

export const MANAGE_INSTANCES = role('manage-instances', ['instances', 'instances/status'], MANAGE);
export const VIEW_TEMPLATES = role('view-templates', ['templates'], READ);
export const MANAGE_TEMPLATES = role('manage-templates', ['templates'], MANAGE);
export const MANAGE_SHARED_VOLUMES = role('manage-sharedvolumes', ['sharedvolumes'], MANAGE);

/** In the whole cluster, for managers of any workspace: they find people, and change their entries as admission lets them. */
export const MANAGE_TENANTS = role('manage-tenants', ['tenants'], [...READ, 'patch', 'update']);
/** In a workspace's namespace, and asked for by admission alone: who is in the workspace is its managers' to say. */
export const ENROL_TENANTS = role('enrol-tenants', ['tenants'], [ENROL]);
/** In the namespace of a workspace that takes everybody, and asked for by admission alone: tenants enter it by themselves. */
export const ENTER_WORKSPACE = role('enter-workspace', ['tenants'], [ENTER]);

/** In a sandbox: Kubernetes' own kinds, without rights of its own and without what reaches beyond the namespace. */
export const SANDBOX: ShippedRole = {
  name: 'crownlabs-sandbox',
  rules: [
    {
      apiGroups: [''],
      resources: ['configmaps', 'persistentvolumeclaims', 'pods', 'secrets', 'services'],
      verbs: MANAGE,
    },
    { apiGroups: [''], resources: ['events', 'pods/log', 'resourcequotas'], verbs: READ },
    { apiGroups: [''], resources: ['pods/exec', 'pods/portforward'], verbs: ['create'] },
    { apiGroups: ['apps'], resources: ['deployments', 'replicasets', 'statefulsets'], verbs: MANAGE },
    { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: MANAGE },
    { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: MANAGE },
  ],
};
