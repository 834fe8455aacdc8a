/**
 * ClusterRoles under the names that CrownLabs' clients bind and are bound to. No role reaches beyond a namespace: managers of one
 * workspace have no rights on the instances of everybody.
 */
import type { ShippedRole } from '../../plan/kind';
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
