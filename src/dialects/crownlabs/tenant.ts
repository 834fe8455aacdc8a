/** Tenant: a person. The union of the generations that share `v1alpha2`. */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../../api/object';
import { conditions } from '../../schema/core';
import { EXPLAIN, listMap, stringEnum, type Typed } from '../../schema/keywords';
import type { KindSchema } from '../../schema/kind-schema';
import { crownlabsQuota } from './quota';
import { CROWNLABS_TENANT } from './resource-types';
import { NAMESPACE_STATUS } from './workspace';

const EMAIL =
  "^[a-zA-Z0-9.!#$%&'*+\\/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$";

const spec = Type.Object(
  {
    firstName: Type.String({ description: 'First name.' }),
    lastName: Type.String({ description: 'Last name.' }),
    email: Type.String({ pattern: EMAIL, [EXPLAIN]: 'an e-mail address', description: 'Address that mails go to.' }),
    lastLogin: optional(
      Type.Unsafe<string | null>({
        type: 'string',
        format: 'date-time',
        nullable: true,
        description: 'When the tenant logged in last.',
      }),
    ),
    workspaces: optional(
      listMap(
        Type.Object({
          name: Type.String({ description: 'Name of the Workspace.' }),
          role: stringEnum(['manager', 'user', 'candidate'], { description: 'The role in it.' }),
        }),
        ['name'],
        { description: 'Workspaces that the tenant is in.' },
      ),
    ),
    publicKeys: optional(Type.Array(Type.String(), { description: 'SSH public keys.' })),
    createSandbox: optional(Type.Boolean({ description: 'True: a further namespace, to play with Kubernetes in.' })),
    createPersonalWorkspace: optional(
      Type.Boolean({ description: 'True: the tenant may make templates of its own, in its own namespace.' }),
    ),
    personalWorkspace: optional(
      crownlabsQuota('The same as createPersonalWorkspace in the later generation; what it adds to the quota.'),
    ),
    quota: optional(crownlabsQuota('Quota, instead of what the workspaces add up to.')),
  },
  { description: 'Who it is, and what it may do.' },
);

const status = Type.Object(
  {
    personalNamespace: optional(NAMESPACE_STATUS),
    sandboxNamespace: optional(NAMESPACE_STATUS),
    personalWorkspaceCreated: optional(Type.Boolean({ description: 'True: it may make templates.' })),
    failingWorkspaces: optional(
      Type.Array(Type.String(), { description: 'Workspaces that are not there, or take no candidates.' }),
    ),
    subscriptions: optional(
      Type.Record(Type.String(), stringEnum(['Ok', 'Failed']), { description: 'Of earlier releases.' }),
    ),
    keycloak: optional(
      Type.Object({
        userCreated: NAMESPACE_STATUS,
        userConfirmed: Type.Boolean({ description: 'True: the address is verified.' }),
        userSynchronized: Type.Boolean({ description: 'True: Keycloak has been told.' }),
      }),
    ),
    quota: optional(crownlabsQuota('The quota that holds.')),
    personalStorage: optional(
      Type.Object(
        {
          namespace: Type.String({ description: 'Namespace of the claim.' }),
          claimName: Type.String({ description: 'Name of the claim.' }),
          volumeName: optional(Type.String({ description: 'Name of its volume, once that is known.' })),
          server: optional(
            Type.String({ description: 'Server of the share that the volume is; absent where it is none.' }),
          ),
          path: optional(Type.String({ description: 'Path of the share on the server.' })),
          driver: optional(
            Type.String({ description: 'CSI driver by which pods mount it; absent where none is named.' }),
          ),
        },
        { description: 'The volume that outlives the tenant.' },
      ),
    ),
    ready: optional(Type.Boolean({ description: 'True: everything is there.' })),
    conditions: optional(conditions()),
  },
  { description: 'What is seen of it.' },
);

export const crownlabsTenantSchema: KindSchema = {
  type: CROWNLABS_TENANT,
  description: 'A tenant of CrownLabs: a person.',
  categories: ['crownlabs'],
  spec,
  status,
  columns: [
    { name: 'First Name', type: 'string', jsonPath: '.spec.firstName' },
    { name: 'Last Name', type: 'string', jsonPath: '.spec.lastName' },
    { name: 'Email', type: 'string', jsonPath: '.spec.email', priority: 10 },
    { name: 'Namespace', type: 'string', jsonPath: '.status.personalNamespace.name', priority: 10 },
    { name: 'Ready', type: 'string', jsonPath: '.status.ready' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};

export type CrownlabsTenantSpec = Typed<typeof spec>;

/** A Tenant as the API holds it. */
export interface CrownlabsTenant extends KubeObject {
  readonly spec: CrownlabsTenantSpec;
  readonly status?: Typed<typeof status>;
}
