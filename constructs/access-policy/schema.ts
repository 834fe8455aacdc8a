/**
 * AccessPolicy and ClusterAccessPolicy: who gets into environments. One specification, of which the cluster-scoped kind, an
 * administrator's, has more: authorisers in any namespace, and raw additions to the sidecar.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import { EXTERNAL_AUTHORIZER, GRANT, RAW_ENVOY } from '../../src/access/access-rules';
import type { KubeObject } from '../../src/api/object';
import { API_GROUP, API_VERSION } from '../../src/api/well-known';
import { listAtomic, type Typed, withRules } from '../../src/schema/keywords';
import type { KindSchema } from '../../src/schema/kind-schema';

const secretRef = (description: string) =>
  Type.Object(
    {
      secretRef: Type.Object(
        {
          name: Type.String({
            minLength: 1,
            maxLength: 253,
            description: 'Name of the Secret, in the environment’s namespace.',
          }),
        },
        { description: 'The Secret.' },
      ),
    },
    { description },
  );

interface MethodsShape {
  readonly none?: unknown;
  readonly oidc?: unknown;
  readonly basic?: unknown;
  readonly bearer?: unknown;
}

const authenticate = Type.Object(
  {
    none: optional(Type.Object({}, { description: 'Nobody has to prove anything: the environment is open.' })),
    oidc: optional(
      Type.Object(
        {
          providers: listAtomic(
            Type.String({ minLength: 1, maxLength: 63, description: 'Name of a provider of the Gate.' }),
            {
              default: [],
              maxItems: 16,
              description: 'Providers that are offered. Empty: all of the Gate’s.',
            },
          ),
        },
        { description: 'Sign-in at an OpenID Connect provider of the Gate.' },
      ),
    ),
    basic: optional(
      secretRef(
        'A name and a password. The Secret has the key auth, with lines of name:hash as htpasswd writes them, or the keys username and password.',
      ),
    ),
    bearer: optional(
      secretRef(
        'A token in the Authorization header. Each key of the Secret is a user’s name, each value that user’s token.',
      ),
    ),
  },
  {
    description: 'How people prove who they are.',
    ...withRules({
      rule: '[has(self.none), has(self.oidc), has(self.basic), has(self.bearer)].filter(given, given).size() == 1',
      message: 'needs exactly one of none, oidc, basic and bearer',
      holds: ({ none, oidc, basic, bearer }: MethodsShape) =>
        [none, oidc, basic, bearer].filter((given) => given !== undefined).length === 1,
    }),
  },
);

interface StepShape {
  readonly owner?: unknown;
  readonly grants?: unknown;
  readonly external?: unknown;
}

const step = Type.Object(
  {
    owner: optional(Type.Object({}, { description: 'The environment’s owner, and those it is shared with.' })),
    grants: optional(
      listAtomic(GRANT, {
        minItems: 1,
        maxItems: 256,
        description: 'Further people. The highest level that fits counts.',
      }),
    ),
    external: optional(EXTERNAL_AUTHORIZER),
  },
  {
    description: 'One step: owner, grants or both, or an external authoriser.',
    ...withRules({
      rule: 'has(self.external) != (has(self.owner) || has(self.grants))',
      message: 'needs either external, or owner or grants',
      holds: ({ owner, grants, external }: StepShape) =>
        (external === undefined) !== (owner === undefined && grants === undefined),
    }),
  },
);

interface PolicyShape {
  readonly authenticate: MethodsShape;
  readonly authorize?: readonly StepShape[];
}

const FIELDS = {
  authenticate,
  authorize: listAtomic(step, {
    default: [{ owner: {} }],
    minItems: 1,
    maxItems: 16,
    description: 'In order; all must agree. Default: the owner and those it is shared with.',
  }),
};

/** Without knowing who asks, steps about people would let nobody in, and look as if they let somebody. */
const nobodyKnown = withRules({
  rule: '!has(self.authenticate.none) || !has(self.authorize) || self.authorize.all(step, has(step.external) || (has(step.owner) && !has(step.grants)))',
  message: 'may not name people where authenticate is none: nobody is known',
  fieldPath: '.authorize',
  holds: ({ authenticate: { none }, authorize = [] }: PolicyShape) =>
    none === undefined || authorize.every(({ external, grants }) => external !== undefined || grants === undefined),
});

const ACCESS_POLICY_SPEC = Type.Object(FIELDS, { description: 'Who gets in.', ...nobodyKnown });
const CLUSTER_ACCESS_POLICY_SPEC = Type.Object(
  { ...FIELDS, envoy: optional(RAW_ENVOY) },
  { description: 'Who gets in.', ...nobodyKnown },
);

const columns: KindSchema['columns'] = [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }];

/** AccessPolicy: for environments of its namespace. */
export const ACCESS_POLICY: KindSchema = {
  type: { group: API_GROUP, version: API_VERSION, kind: 'AccessPolicy', plural: 'accesspolicies', namespaced: true },
  description: 'An AccessPolicy says who gets into environments of its namespace whose template names it.',
  categories: ['adrasteia'],
  spec: ACCESS_POLICY_SPEC,
  columns,
};

/** ClusterAccessPolicy: an administrator's, for every namespace. */
export const CLUSTER_ACCESS_POLICY: KindSchema = {
  type: {
    group: API_GROUP,
    version: API_VERSION,
    kind: 'ClusterAccessPolicy',
    plural: 'clusteraccesspolicies',
    namespaced: false,
  },
  description: 'A ClusterAccessPolicy says who gets into environments whose template names it, in every namespace.',
  categories: ['adrasteia'],
  spec: CLUSTER_ACCESS_POLICY_SPEC,
  columns,
};

export type AccessPolicySpec = Typed<typeof CLUSTER_ACCESS_POLICY_SPEC>;

/** An AccessPolicy or a ClusterAccessPolicy as the API holds it. */
export interface AccessPolicyObject extends KubeObject {
  readonly spec: AccessPolicySpec;
}
