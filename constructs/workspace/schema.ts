/**
 * Workspace: a group of tenants, such as a course or a project, with templates and volumes that they share.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../../src/api/object';
import { API_GROUP, API_VERSION } from '../../src/api/well-known';
import { conditions } from '../../src/schema/core';
import { listSet, stringEnum, type Typed, withRules } from '../../src/schema/keywords';
import type { KindSchema } from '../../src/schema/kind-schema';
import { QUOTA } from '../../src/tenancy/quota';

/** `workspace-` goes before it, and namespaces have at most 63 characters. */
const NAME_MAX = 53;
const NAME_PATTERN = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';

const groups = (description: string) =>
  listSet(
    Type.String({
      minLength: 1,
      maxLength: 253,
      // Everybody who is signed in, and the controllers of the cluster, are in groups of that name.
      ...withRules({
        rule: "!self.startsWith('system:')",
        message: 'must not be a group of Kubernetes’ own',
        holds: (self: string) => !self.startsWith('system:'),
      }),
      description: 'Name of a group, without the prefix that the Tenancy says (users.groupPrefix).',
    }),
    { default: [], maxItems: 16, description },
  );

/** The specification of a Workspace. */
export const WORKSPACE_SPEC = Type.Object(
  {
    displayName: Type.String({ minLength: 1, maxLength: 120, description: 'Name for people.' }),
    quota: optional(
      Type.Unsafe<Typed<typeof QUOTA>>({ ...QUOTA, description: 'What it adds to the quota of each member.' }),
    ),
    enrolment: stringEnum(['None', 'Immediate', 'Approval'], {
      default: 'None',
      description:
        'How people come into it by themselves. None: managers say who. Immediate: whoever enters it is a member. Approval: a manager has to agree.',
    }),
    groups: Type.Object(
      { members: groups('Groups whose people use its templates.'), managers: groups('Groups whose people manage it.') },
      {
        default: {},
        description:
          'Groups of the identity provider, as the API server finds them in people’s tokens. Their people have rights in its namespace; nothing is added to their quota.',
      },
    ),
  },
  { description: 'What it is.' },
);

/** The status of a Workspace. */
export const WORKSPACE_STATUS = Type.Object(
  {
    observedGeneration: optional(
      Type.Integer({ description: 'Generation of the specification that this status speaks of.' }),
    ),
    conditions: optional(conditions()),
    namespace: optional(Type.String({ description: 'Name of its namespace, once it is there.' })),
  },
  { description: 'What is seen of it.' },
);

/** Workspace: a group of tenants with templates and volumes that they share. */
export const WORKSPACE: KindSchema = {
  type: { group: API_GROUP, version: API_VERSION, kind: 'Workspace', plural: 'workspaces', namespaced: false },
  description: 'A Workspace is a group of tenants, such as a course or a project, with templates that they share.',
  shortNames: ['awork'],
  categories: ['adrasteia'],
  spec: WORKSPACE_SPEC,
  status: WORKSPACE_STATUS,
  columns: [
    { name: 'Name for people', type: 'string', jsonPath: '.spec.displayName' },
    { name: 'Namespace', type: 'string', jsonPath: '.status.namespace' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Enrolment', type: 'string', jsonPath: '.spec.enrolment', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  rules: [
    {
      cel: `self.metadata.name.size() <= ${NAME_MAX}`,
      message: `must have at most ${NAME_MAX} characters: the name of its namespace is made from it`,
      path: 'metadata.name',
      holds: ({ metadata }) => metadata.name.length <= NAME_MAX,
    },
    {
      cel: `self.metadata.name.matches('${NAME_PATTERN}')`,
      message: 'must be lower-case letters, digits and dashes: the name of its namespace is made from it',
      path: 'metadata.name',
      holds: ({ metadata }) => new RegExp(NAME_PATTERN).test(metadata.name),
    },
  ],
};

export type WorkspaceSpec = Typed<typeof WORKSPACE_SPEC>;

/** A Workspace as the API holds it. */
export interface WorkspaceObject extends KubeObject {
  readonly spec: WorkspaceSpec;
  readonly status?: Typed<typeof WORKSPACE_STATUS>;
}
