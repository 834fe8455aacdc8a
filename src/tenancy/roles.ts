/**
 * The ClusterRoles that tenancy binds, and no others: the controller may bind these by name, and nobody's rights come from a label.
 */
import { API_GROUP } from '../api/well-known';
import type { OwnObjectVerb, ShippedRole } from '../plan/kind';

const READ = ['get', 'list', 'watch'];
const EDIT = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** Verbs on `tenants` that only admission asks for: who may change what of a Tenant. */
export const ADMINISTER = 'administer';
export const OWN = 'own';
export const ENROL = 'enrol';
export const ENTER = 'enter';

/** On one's own Tenant. What of it may be changed is a matter of admission. */
export const OWN_OBJECT_VERBS: readonly OwnObjectVerb[] = ['get', 'list', 'watch', 'patch', OWN];

/** In one's own namespace: environments, and a look at what becomes of them. Nothing that runs a pod of one's own choice. */
export const ENVIRONMENT_USER: ShippedRole = {
  name: 'adrasteia-environment-user',
  rules: [
    { apiGroups: [API_GROUP], resources: ['environments'], verbs: EDIT },
    {
      apiGroups: [API_GROUP],
      resources: ['accesspolicies', 'entrypoints', 'environmenttemplates', 'quotaallocations'],
      verbs: READ,
    },
    {
      apiGroups: [''],
      resources: ['events', 'persistentvolumeclaims', 'pods', 'pods/log', 'resourcequotas'],
      verbs: READ,
    },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: READ },
  ],
};

/** In a workspace's namespace: what members use. */
export const WORKSPACE_MEMBER: ShippedRole = {
  name: 'adrasteia-workspace-member',
  rules: [{ apiGroups: [API_GROUP], resources: ['environmenttemplates', 'sharedvolumes'], verbs: READ }],
};

/** In a workspace's namespace: what managers edit, and who is in it. */
export const WORKSPACE_MANAGER: ShippedRole = {
  name: 'adrasteia-workspace-manager',
  rules: [
    { apiGroups: [API_GROUP], resources: ['environmenttemplates', 'sharedvolumes'], verbs: EDIT },
    { apiGroups: [API_GROUP], resources: ['tenants'], verbs: [ENROL] },
  ],
};

/**
 * In the whole cluster, for managers of any workspace: they find people, and change their entries as admission lets them. Its name
 * isn't one that a tenant's own role could have, which is `adrasteia-tenant-<name>`.
 */
export const TENANT_ENROLLER: ShippedRole = {
  name: 'adrasteia-enroller',
  rules: [{ apiGroups: [API_GROUP], resources: ['tenants'], verbs: [...READ, 'patch'] }],
};

/** In one's own namespace, for those who may make templates of their own. */
export const TEMPLATE_EDITOR: ShippedRole = {
  name: 'adrasteia-template-editor',
  rules: [{ apiGroups: [API_GROUP], resources: ['environmenttemplates'], verbs: EDIT }],
};

/** In a sandbox: Kubernetes' own kinds, without rights of its own and without what reaches beyond the namespace. */
export const SANDBOX_USER: ShippedRole = {
  name: 'adrasteia-sandbox-user',
  rules: [
    {
      apiGroups: [''],
      resources: ['configmaps', 'persistentvolumeclaims', 'pods', 'secrets', 'services'],
      verbs: EDIT,
    },
    { apiGroups: [''], resources: ['events', 'pods/log', 'resourcequotas'], verbs: READ },
    { apiGroups: [''], resources: ['pods/exec', 'pods/portforward'], verbs: ['create'] },
    { apiGroups: ['apps'], resources: ['deployments', 'replicasets', 'statefulsets'], verbs: EDIT },
    { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: EDIT },
  ],
};
