/**
 * Tenant: a person who has environments.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../../src/api/object';
import { API_GROUP, API_VERSION } from '../../src/api/well-known';
import { conditions } from '../../src/schema/core';
import { EXPLAIN, listAtomic, listMap, stringEnum, type Typed } from '../../src/schema/keywords';
import type { KindSchema } from '../../src/schema/kind-schema';
import { QUOTA } from '../../src/tenancy/quota';

/** `tenant-` and `sandbox-` go before it, and namespaces have at most 63 characters. */
const NAME_MAX = 55;
const NAME_PATTERN = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
/** A name and a host; only a mail that arrives proves more. */
const EMAIL_PATTERN = '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$';

const text = (description: string, max = 253) => Type.String({ minLength: 1, maxLength: max, description });

/** The specification of a Tenant. */
export const TENANT_SPEC = Type.Object(
  {
    firstName: text('First name.', 120),
    lastName: text('Last name.', 120),
    email: Type.String({
      minLength: 3,
      maxLength: 254,
      pattern: EMAIL_PATTERN,
      [EXPLAIN]: 'an e-mail address',
      description: 'Address that mails go to.',
    }),
    workspaces: listMap(
      Type.Object(
        {
          name: text('Name of the Workspace.', 63),
          role: stringEnum(['Member', 'Manager', 'Candidate'], {
            default: 'Member',
            description:
              'Member: uses its templates. Manager: edits them, and says who is in it. Candidate: asks to be let in, and has no right yet.',
          }),
        },
        { description: 'A workspace, and the role in it.' },
      ),
      ['name'],
      { default: [], maxItems: 128, description: 'Workspaces that the tenant is in.' },
    ),
    publicKeys: listAtomic(
      Type.String({
        minLength: 16,
        maxLength: 8192,
        pattern: '^[a-z0-9@.-]+ [A-Za-z0-9+/=]+( [^\\n\\r]*)?$',
        [EXPLAIN]: 'one SSH public key, as in a line of authorized_keys without options',
        description: 'A key.',
      }),
      { default: [], maxItems: 32, description: 'SSH public keys.' },
    ),
    lastLogin: optional(
      Type.String({
        format: 'date-time',
        description: 'When the tenant logged in last; whoever lets people in writes it.',
      }),
    ),
    sandbox: Type.Boolean({
      default: false,
      description: 'True: a further namespace, in which the tenant may make what Kubernetes’ role edit allows.',
    }),
    personalTemplates: Type.Boolean({
      default: false,
      description: 'True: the tenant may make templates of its own, in its own namespace.',
    }),
    suspended: Type.Boolean({
      default: false,
      description:
        'True: nobody signs in by its account at the identity provider, and its sessions there end. Its rights and what runs stay.',
    }),
    quota: optional(
      Type.Unsafe<Typed<typeof QUOTA>>({ ...QUOTA, description: 'Quota, instead of what the workspaces add up to.' }),
    ),
  },
  { description: 'Who it is, and what it may do.' },
);

const ENROLMENT_STATES = ['Enrolled', 'Candidate', 'Unknown'] as const;

/** The status of a Tenant. */
export const TENANT_STATUS = Type.Object(
  {
    observedGeneration: optional(
      Type.Integer({ description: 'Generation of the specification that this status speaks of.' }),
    ),
    conditions: optional(conditions()),
    namespace: optional(Type.String({ description: 'Name of its namespace, while there is one.' })),
    sandboxNamespace: optional(Type.String({ description: 'Name of its sandbox, while there is one.' })),
    user: optional(Type.String({ description: 'The user that its rights are bound to.' })),
    workspaces: optional(
      listMap(
        Type.Object({
          name: text('Name of the Workspace.', 63),
          role: optional(Type.String({ description: 'Role that counts.' })),
          state: stringEnum(ENROLMENT_STATES, {
            description:
              'Enrolled: its rights are there. Candidate: a manager has to agree. Unknown: there is no such workspace, or it takes no candidates.',
          }),
          message: optional(Type.String({ description: 'Why, and what to do.' })),
        }),
        ['name'],
        { description: 'What has become of each enrolment.' },
      ),
    ),
    quota: optional(Type.Unsafe<Typed<typeof QUOTA>>({ ...QUOTA, description: 'The quota that holds.' })),
    used: optional(
      Type.Unsafe<Typed<typeof QUOTA>>({ ...QUOTA, description: 'What its environments and their volumes use of it.' }),
    ),
    personalStorage: optional(
      Type.Object(
        {
          namespace: Type.String({ description: 'Namespace of the claim.' }),
          claimName: Type.String({ description: 'Name of the claim.' }),
          phase: Type.String({ description: 'Phase of the claim; Absent until it is there.' }),
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
    account: optional(
      Type.Object(
        {
          id: Type.String({ description: 'What the identity provider calls the account.' }),
          emailVerified: Type.Boolean({ description: 'True: its owner has shown that the address is theirs.' }),
        },
        { description: 'Its account at the identity provider as it was seen last, where accounts are managed.' },
      ),
    ),
  },
  { description: 'What is seen of it.' },
);

/** Tenant: a person who has environments. */
export const TENANT: KindSchema = {
  type: { group: API_GROUP, version: API_VERSION, kind: 'Tenant', plural: 'tenants', namespaced: false },
  description: 'A Tenant is a person who has environments: with a namespace, a quota and rights.',
  shortNames: ['aten'],
  categories: ['adrasteia'],
  spec: TENANT_SPEC,
  status: TENANT_STATUS,
  columns: [
    { name: 'First name', type: 'string', jsonPath: '.spec.firstName' },
    { name: 'Last name', type: 'string', jsonPath: '.spec.lastName' },
    { name: 'Namespace', type: 'string', jsonPath: '.status.namespace' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'E-mail', type: 'string', jsonPath: '.spec.email', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  rules: [
    {
      cel: `self.metadata.name.size() <= ${NAME_MAX}`,
      message: `must have at most ${NAME_MAX} characters: the names of its namespaces are made from it`,
      path: 'metadata.name',
      holds: ({ metadata }) => metadata.name.length <= NAME_MAX,
    },
    {
      cel: `self.metadata.name.matches('${NAME_PATTERN}')`,
      message: 'must be lower-case letters, digits and dashes: the names of its namespaces are made from it',
      path: 'metadata.name',
      holds: ({ metadata }) => new RegExp(NAME_PATTERN).test(metadata.name),
    },
  ],
};

export type TenantSpec = Typed<typeof TENANT_SPEC>;
export type TenantStatus = Typed<typeof TENANT_STATUS>;
export type EnrolmentState = (typeof ENROLMENT_STATES)[number];

/** A Tenant as the API holds it. */
export interface TenantObject extends KubeObject {
  readonly spec: TenantSpec;
  readonly status?: TenantStatus;
}
