/**
 * Environment: one development environment of one owner, made from a template.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import { LEVEL } from '../../src/access/access-rules';
import { canonicalJson } from '../../src/api/json';
import { DNS_1035_LABEL, STATEFUL_SET_NAME_MAX } from '../../src/api/name';
import { type KubeObject, valueAt } from '../../src/api/object';
import { API_GROUP, API_VERSION } from '../../src/api/well-known';
import { conditions, freeObject, quantity, RESOURCE_REQUIREMENTS } from '../../src/schema/core';
import { EXPLAIN, listAtomic, listMap, stringEnum, type Typed, UNIT, withRules } from '../../src/schema/keywords';
import type { KindSchema } from '../../src/schema/kind-schema';
import { startStages } from '../../src/schema/start-stages';
import { INIT_PLUGIN, PARAMETER_NAME, PARAMETER_VALUE } from '../template';

interface ShareShape {
  readonly user?: unknown;
  readonly email?: unknown;
  readonly group?: unknown;
}

interface TemplateReferenceShape {
  readonly kind: string;
  readonly namespace?: unknown;
}

const share = Type.Object(
  {
    user: optional(Type.String({ minLength: 1, maxLength: 253, description: 'Name of the user at the provider.' })),
    email: optional(
      Type.String({ minLength: 1, maxLength: 253, description: 'Address that the provider has verified.' }),
    ),
    group: optional(
      Type.String({ minLength: 1, maxLength: 253, description: 'Group of the provider, as it writes it.' }),
    ),
    level: LEVEL,
  },
  {
    description: 'Somebody, and the level.',
    ...withRules({
      rule: '[has(self.user), has(self.email), has(self.group)].filter(given, given).size() == 1',
      message: 'needs exactly one of user, email and group',
      holds: ({ user, email, group }: ShareShape) =>
        [user, email, group].filter((given) => given !== undefined).length === 1,
    }),
  },
);

/** The specification of an Environment. */
export const ENVIRONMENT_SPEC = Type.Object(
  {
    templateRef: Type.Object(
      {
        kind: stringEnum(['EnvironmentTemplate', 'ClusterEnvironmentTemplate'], {
          description:
            'Kind of the template; an EnvironmentTemplate is one of the same namespace, unless another is named.',
        }),
        name: Type.String({ minLength: 1, maxLength: 253, description: 'Name of the template.' }),
        namespace: optional(
          Type.String({
            minLength: 1,
            maxLength: 63,
            description:
              'Namespace of an EnvironmentTemplate. Default: the environment’s. Another one is that of a workspace, and the environment in the namespace of a tenant who is in it.',
          }),
        ),
      },
      {
        description: 'What it is made from.',
        ...withRules({
          rule: "!has(self.namespace) || self.kind == 'EnvironmentTemplate'",
          message: 'must not be set: a ClusterEnvironmentTemplate has no namespace',
          fieldPath: '.namespace',
          holds: ({ kind, namespace }: TemplateReferenceShape) =>
            namespace === undefined || kind === 'EnvironmentTemplate',
        }),
      },
    ),
    owner: Type.Object(
      {
        kind: stringEnum(['Tenant', 'User'], {
          description: 'Tenant: one of ours. User: somebody known to the identity provider.',
        }),
        name: Type.String({
          minLength: 1,
          maxLength: 253,
          description: 'Name of the tenant, or id of the user at the provider.',
        }),
      },
      { description: 'Whose it is. Fixed.' },
    ),
    displayName: optional(Type.String({ maxLength: 120, description: 'Name for people. Default: the template’s.' })),
    desiredState: stringEnum(['Running', 'Stopped'], {
      default: 'Running',
      description: 'Stopped: no pods run, volumes stay. Intent only: the controller never writes it.',
    }),
    parameters: optional(
      Type.Record(Type.String({ pattern: PARAMETER_NAME }), PARAMETER_VALUE, {
        maxProperties: 32,
        [EXPLAIN]: 'letters, digits, dashes and underscores, with a letter first',
        description: 'Values of the template’s parameters.',
      }),
    ),
    overrides: optional(
      Type.Object(
        {
          resources: optional(
            Type.Unsafe<Typed<typeof RESOURCE_REQUIREMENTS>>({
              ...RESOURCE_REQUIREMENTS,
              description:
                'Requests and limits of the app of the web workload (the first one where none has web), each over the template’s.',
            }),
          ),
          storage: optional(
            Type.Record(
              Type.String({ pattern: '^[a-z][a-z0-9]*$' }),
              Type.Object({
                size: optional(quantity({ description: 'Size of the claim; it only grows.', [UNIT]: 'bytes' })),
              }),
              { maxProperties: 8, [EXPLAIN]: 'the name of a workload', description: 'By workload name.' },
            ),
          ),
        },
        { description: 'Instead of what the template says, where it allows that.' },
      ),
    ),
    initPlugins: optional(
      listMap(INIT_PLUGIN, ['name'], {
        maxItems: 16,
        description: 'Programs that prepare the home, in order, after the template’s.',
      }),
    ),
    share: optional(
      listAtomic(share, {
        maxItems: 64,
        description: 'Who else gets in, where the template allows sharing and its policy lets the owner in.',
      }),
    ),
  },
  { description: 'What it is to be.' },
);

const text = (description: string) => optional(Type.String({ description }));

/** The status of an Environment. */
export const ENVIRONMENT_STATUS = Type.Object(
  {
    phase: optional(
      stringEnum(['Pending', 'Starting', 'Ready', 'Stopping', 'Stopped', 'Failed', 'Deleting'], {
        description: 'The conditions in one word.',
      }),
    ),
    url: text('Where a browser opens it; absent while it isn’t reachable from outside.'),
    observedGeneration: optional(
      Type.Integer({ description: 'Generation of the specification that this status speaks of.' }),
    ),
    conditions: optional(conditions()),
    stages: optional(startStages()),
    blockedBy: optional(
      Type.Object(
        {
          reason: Type.String({ description: 'Why, in one word.' }),
          message: Type.String({ description: 'Why, and what to do.' }),
        },
        { description: 'The first thing that keeps it from Ready.' },
      ),
    ),
    template: optional(
      Type.Object(
        {
          kind: text('Kind of the template.'),
          name: text('Name of the template.'),
          namespace: text('Namespace of the template, where it isn’t the environment’s.'),
          hash: text('Digest of the specification that it was made from.'),
          parameters: optional(
            freeObject({ description: 'Values of the parameters that were fixed when it was made.' }),
          ),
          access: optional(
            Type.Object(
              {
                policyRef: optional(
                  Type.Object(
                    {
                      kind: stringEnum(['AccessPolicy', 'ClusterAccessPolicy'], { description: 'Kind of the policy.' }),
                      name: Type.String({ description: 'Name of the policy.' }),
                    },
                    { description: 'The policy that it names, if any.' },
                  ),
                ),
                share: Type.Boolean({ description: 'Whether it allows sharing.' }),
              },
              { description: 'What it says of who gets in: that counts also while it isn’t there.' },
            ),
          ),
        },
        { description: 'The template as it was used.' },
      ),
    ),
    simulated: optional(Type.Boolean({ description: 'True: a simulated node made it ready, and nothing runs.' })),
  },
  { description: 'What is seen of it.' },
);

/** Environment: one development environment of one owner, made from a template. */
export const ENVIRONMENT: KindSchema = {
  type: { group: API_GROUP, version: API_VERSION, kind: 'Environment', plural: 'environments', namespaced: true },
  description: 'An Environment is one development environment of one owner, made from a template.',
  shortNames: ['aenv'],
  categories: ['adrasteia'],
  spec: ENVIRONMENT_SPEC,
  status: ENVIRONMENT_STATUS,
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'URL', type: 'string', jsonPath: '.status.url' },
    { name: 'Template', type: 'string', jsonPath: '.spec.templateRef.name' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'Owner', type: 'string', jsonPath: '.spec.owner.name', priority: 1 },
    {
      name: 'Blocked',
      type: 'string',
      jsonPath: '.status.blockedBy.reason',
      priority: 1,
      description: 'The first thing that keeps it from Ready.',
    },
  ],
  rules: [
    {
      cel: `self.metadata.name.size() <= ${STATEFUL_SET_NAME_MAX}`,
      message: `must have at most ${STATEFUL_SET_NAME_MAX} characters: names of its objects are made from it`,
      path: 'metadata.name',
      holds: ({ metadata }) => metadata.name.length <= STATEFUL_SET_NAME_MAX,
    },
    {
      cel: `self.metadata.name.matches('${DNS_1035_LABEL.source}')`,
      message:
        'must be lower-case letters, digits and dashes, with a letter first and no dash at the end: its Service has the same name',
      path: 'metadata.name',
      holds: ({ metadata }) => DNS_1035_LABEL.test(metadata.name),
    },
    {
      cel: 'self.spec.owner == oldSelf.spec.owner',
      message: 'is fixed: make another environment for another owner',
      path: 'spec.owner',
      holds: (object, previous) =>
        previous === undefined ||
        canonicalJson(valueAt(object, ['spec', 'owner'])) === canonicalJson(valueAt(previous, ['spec', 'owner'])),
    },
  ],
};

export type EnvironmentSpec = Typed<typeof ENVIRONMENT_SPEC>;
export type EnvironmentStatus = Typed<typeof ENVIRONMENT_STATUS>;

/** An Environment as the API holds it. */
export interface EnvironmentObject extends KubeObject {
  readonly spec: EnvironmentSpec;
  readonly status?: EnvironmentStatus;
}
