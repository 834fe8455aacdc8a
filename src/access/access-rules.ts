/**
 * Who gets into an environment, as schemas that its policy and its resolved access share: how people prove who they are, and
 * what must agree before they are let in.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import { freeObject } from '../schema/core';
import { EXPLAIN, listAtomic, stringEnum, type Typed, UNIT, withRules } from '../schema/keywords';

/** What somebody may do. View: look, where the app can be looked at; Use: everything in it; Own: also decide about it. */
export const LEVELS = ['View', 'Use', 'Own'] as const;
export type Level = (typeof LEVELS)[number];

export const LEVEL = stringEnum(LEVELS, {
  description:
    'View: safe requests only, where the app can be looked at. Use: everything in it. Own: also decide about it.',
});

const name = (description: string, max = 253) => Type.String({ minLength: 1, maxLength: max, description });

const EXACTLY_ONE =
  '[has(self.user), has(self.email), has(self.group), has(self.claim), has(self.anyone)].filter(given, given).size() == 1';

interface GrantShape {
  readonly user?: unknown;
  readonly email?: unknown;
  readonly group?: unknown;
  readonly claim?: unknown;
  readonly anyone?: unknown;
}

/** People, and their level: exactly one of user, email, group, claim and anyone. */
export const GRANT = Type.Object(
  {
    user: optional(name('Name of the user at the provider.')),
    email: optional(name('Address that the provider has verified.')),
    group: optional(name('Group of the provider, as it writes it.')),
    claim: optional(
      Type.Object(
        { name: name('Name of the claim.'), value: name('Its value, or a member of it where it is a list.', 1024) },
        { description: 'A claim that the provider makes and the gate is told to keep.' },
      ),
    ),
    anyone: optional(stringEnum(['SignedIn'], { description: 'SignedIn: everybody who has signed in.' })),
    level: LEVEL,
  },
  {
    description: 'Who, and at which level.',
    ...withRules({
      rule: EXACTLY_ONE,
      message: 'needs exactly one of user, email, group, claim and anyone',
      holds: ({ user, email, group, claim, anyone }: GrantShape) =>
        [user, email, group, claim, anyone].filter((given) => given !== undefined).length === 1,
    }),
  },
);
export type Grant = Typed<typeof GRANT>;

/** A Service and its port. */
export const SERVICE_REFERENCE = Type.Object(
  {
    name: name('Name of the Service.', 63),
    namespace: name('Its namespace.', 63),
    port: Type.Integer({ minimum: 1, maximum: 65535, description: 'Port of the Service.' }),
  },
  { description: 'The Service that is asked.' },
);
export type ServiceReference = Typed<typeof SERVICE_REFERENCE>;

const upstreamHeaders = listAtomic(name('Name of a header.', 128), {
  default: [],
  maxItems: 32,
  description: 'Headers of its answer that the app is given.',
});

interface ExternalShape {
  readonly grpc?: unknown;
  readonly http?: unknown;
  readonly opa?: unknown;
}

/** Another authoriser; down, slow or unclear means no. */
export const EXTERNAL_AUTHORIZER = Type.Object(
  {
    grpc: optional(
      Type.Object(
        { service: SERVICE_REFERENCE },
        { description: 'envoy.service.auth.v3.Authorization, as OPA’s Envoy plugin serves it.' },
      ),
    ),
    http: optional(
      Type.Object(
        {
          service: SERVICE_REFERENCE,
          pathPrefix: optional(
            Type.String({ maxLength: 1024, pattern: '^/', description: 'Put before the path of the request.' }),
          ),
          path: optional(
            Type.String({
              maxLength: 1024,
              pattern: '^/',
              description:
                'One path that is always asked by GET, such as /oauth2/auth, instead of that of the request.',
            }),
          ),
          signInPath: optional(
            Type.String({
              maxLength: 1024,
              pattern: '^/',
              description: 'Where a browser is sent that it answers 401, with the way back in rd: /oauth2/start.',
            }),
          ),
          upstreamHeaders,
        },
        { description: 'By HTTP: 2xx lets the request through.' },
      ),
    ),
    opa: optional(
      Type.Object(
        {
          service: SERVICE_REFERENCE,
          path: Type.String({
            maxLength: 1024,
            // No part begins with a dot: the path stays below /v1/data.
            pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$',
            [EXPLAIN]: 'a package and a rule with slashes between, such as envoy/authz/allow',
            default: 'envoy/authz/allow',
            description: 'The decision: package and rule, with slashes between.',
          }),
          upstreamHeaders,
        },
        {
          description:
            'OPA by its own REST API, with the input and the answers that policies for its Envoy plugin are written for.',
        },
      ),
    ),
    timeoutMilliseconds: Type.Integer({
      minimum: 10,
      maximum: 10_000,
      default: 250,
      description: 'How long it may take.',
      [UNIT]: 'milliseconds',
    }),
  },
  {
    description: 'An authoriser of one’s own.',
    ...withRules({
      rule: '[has(self.grpc), has(self.http), has(self.opa)].filter(given, given).size() == 1',
      message: 'needs exactly one of grpc, http and opa',
      holds: ({ grpc, http, opa }: ExternalShape) =>
        [grpc, http, opa].filter((given) => given !== undefined).length === 1,
    }),
  },
);
export type ExternalAuthorizer = Typed<typeof EXTERNAL_AUTHORIZER>;

/** Raw additions to the sidecar's configuration, in Envoy's own JSON; before the router, after the gate was asked. */
export const RAW_ENVOY = Type.Object(
  {
    httpFilters: listAtomic(freeObject({ description: 'HttpFilter: name and typed_config.' }), {
      default: [],
      maxItems: 16,
      description: 'In order, after the gate was asked and before the router.',
    }),
    clusters: listAtomic(freeObject({ description: 'Cluster.' }), {
      default: [],
      maxItems: 16,
      description: 'Clusters that these filters name.',
    }),
  },
  { description: 'Raw additions to the sidecar’s configuration (envoy.config v3), checked before they are used.' },
);
export type RawEnvoy = Typed<typeof RAW_ENVOY>;
