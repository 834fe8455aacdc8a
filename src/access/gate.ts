/**
 * Gate: the access layer of a cluster. While there is a Gate called `default`, every environment with an entry has a sidecar
 * that asks it; without one, environments whose policy asks for a sign-in stay closed.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../api/object';
import { API_GROUP, API_VERSION } from '../api/well-known';
import { conditions, resourceRequirements } from '../schema/core';
import { EXPLAIN, listAtomic, listMap, stringEnum, type Typed, UNIT, withRules } from '../schema/keywords';
import type { KindSchema } from '../schema/kind-schema';

/** Where the gate runs unless its Gate says otherwise. Its account is called like its Service. */
export const GATE_SERVICE = {
  name: 'adrasteia-gate',
  namespace: 'adrasteia-gate',
  authorizationPort: 9001,
  discoveryPort: 9002,
} as const;

/** Name of the one Gate that counts. */
export const GATE_NAME = 'default';

const text = (description: string, max = 253) => Type.String({ minLength: 1, maxLength: max, description });
const seconds = (fallback: number, minimum: number, description: string) =>
  Type.Integer({ minimum, maximum: 31_536_000, default: fallback, description, [UNIT]: 'seconds' });
const port = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 65535, default: fallback, description });

const provider = Type.Object(
  {
    name: Type.String({
      maxLength: 63,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      [EXPLAIN]: 'a DNS label',
      description: 'Name by which policies name it.',
    }),
    displayName: optional(text('What people call it, on the page where they choose.', 120)),
    issuerUrl: Type.String({
      maxLength: 2048,
      pattern: '^https?://',
      [EXPLAIN]: 'an http or https URL',
      description: 'Issuer; its discovery document is read.',
    }),
    clientId: text('Client id.'),
    clientSecret: optional(
      Type.Object(
        { name: text('Name of the Secret, in the gate’s namespace.'), key: text('Key.') },
        { description: 'Where the client secret is. Absent: a public client, by PKCE alone.' },
      ),
    ),
    scopes: listAtomic(text('Scope.'), {
      default: ['openid', 'profile', 'email'],
      maxItems: 32,
      description: 'Scopes that are asked for.',
    }),
    userClaim: Type.String({
      minLength: 1,
      maxLength: 253,
      default: 'preferred_username',
      description: 'Claim that holds the user’s name.',
    }),
    groupsClaim: Type.String({
      minLength: 1,
      maxLength: 253,
      default: 'groups',
      description: 'Claim that holds the user’s groups.',
    }),
    prefix: optional(
      Type.String({
        minLength: 1,
        maxLength: 63,
        pattern: '^[A-Za-z0-9][-A-Za-z0-9._]*[:/]$',
        [EXPLAIN]: 'letters, digits, dashes, dots and underscores, with a colon or slash at the end',
        description:
          'Put before names of users and groups, as in company:ada, so that equal names at two providers are two people.',
      }),
    ),
    keepClaims: listAtomic(text('Name of a claim.'), {
      default: [],
      maxItems: 32,
      description: 'Further claims that policies may ask for.',
    }),
  },
  withRules({
    rule: 'self.name != "basic" && self.name != "bearer"',
    message: 'must not be basic or bearer: identities of these methods are called so',
    fieldPath: '.name',
    holds: ({ name }: { readonly name: string }) => name !== 'basic' && name !== 'bearer',
  }),
);

/** The specification of a Gate. */
export const GATE_SPEC = Type.Object(
  {
    url: Type.String({
      maxLength: 2048,
      pattern: '^https?://[^/?#]+$',
      [EXPLAIN]: 'an http or https origin, such as https://gate.dev.example.org',
      description: 'Where browsers sign in. Its redirect URI is below it: /callback.',
    }),
    service: Type.Object(
      {
        name: Type.String({
          minLength: 1,
          maxLength: 63,
          default: 'adrasteia-gate',
          description: 'Name of the Service.',
        }),
        namespace: Type.String({
          minLength: 1,
          maxLength: 63,
          default: GATE_SERVICE.namespace,
          description: 'Its namespace, which holds the gate’s Secrets and nothing else.',
        }),
        authorizationPort: port(GATE_SERVICE.authorizationPort, 'Port on which sidecars ask, by gRPC.'),
        discoveryPort: port(GATE_SERVICE.discoveryPort, 'Port on which sidecars are configured.'),
      },
      { default: {}, description: 'Where sidecars reach the gate.' },
    ),
    sidecar: Type.Object(
      {
        image: Type.String({
          minLength: 1,
          maxLength: 1024,
          default: 'envoyproxy/envoy:distroless-v1.36.2',
          description: 'Image of Envoy, 1.36 or later.',
        }),
        resources: optional(resourceRequirements(undefined, { description: 'Resources of each sidecar.' })),
      },
      { default: {}, description: 'The sidecar in every environment.' },
    ),
    providers: listMap(provider, ['name'], {
      default: [],
      maxItems: 16,
      description: 'OpenID Connect providers.',
      ...withRules({
        rule: 'self.filter(provider, !has(provider.prefix)).size() <= 1 && self.all(one, self.filter(other, has(one.prefix) && has(other.prefix) && one.prefix == other.prefix).size() <= 1)',
        message: 'must differ in prefix, which one may lack: equal names at two providers would be one person',
        holds: (providers: readonly { readonly prefix?: string }[]) =>
          new Set(providers.map(({ prefix }) => prefix)).size === providers.length,
      }),
    }),
    clientIssuers: listAtomic(
      Type.String({
        maxLength: 2048,
        pattern: '^https?://',
        [EXPLAIN]: 'an http or https URL',
        description: 'Issuer.',
      }),
      {
        default: [],
        maxItems: 64,
        description:
          'Issuers at which environments may have clients of their own, as JupyterServers ask for. The gate asks nobody else for an environment: whoever writes one would lend the gate’s reach.',
      },
    ),
    sessions: Type.Object(
      {
        environmentSeconds: seconds(300, 60, 'So long an environment believes a session before the gate looks again.'),
        idleSeconds: seconds(43_200, 300, 'A session that isn’t used so long ends.'),
        maxSeconds: seconds(86_400, 300, 'A session ends after so long, and people sign in anew.'),
      },
      { default: {}, description: 'How long sessions last.' },
    ),
    defaultPolicyRef: optional(
      Type.Object(
        { name: text('Name of the ClusterAccessPolicy.') },
        { description: 'Policy of templates that name none. Absent: their apps ask for sign-in themselves.' },
      ),
    ),
    networkPolicies: stringEnum(['Unknown', 'Enforced'], {
      default: 'Unknown',
      description:
        'Enforced: an administrator says that the cluster’s network enforces NetworkPolicies. Otherwise an app that listens beyond loopback could be reached around its sidecar, and its environment stays closed.',
    }),
  },
  { description: 'The access layer of a cluster.' },
);

/** The kind. */
export const GATE: KindSchema = {
  type: { group: API_GROUP, version: API_VERSION, kind: 'Gate', plural: 'gates', namespaced: false },
  description: 'A Gate is the access layer of a cluster: where people sign in, and who vouches for them.',
  categories: ['adrasteia'],
  spec: GATE_SPEC,
  status: Type.Object(
    {
      observedGeneration: optional(Type.Integer({ description: 'Generation that the gate acts by.' })),
      conditions: optional(conditions()),
    },
    { description: 'What the gate says of itself.' },
  ),
  columns: [
    { name: 'URL', type: 'string', jsonPath: '.spec.url' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  rules: [
    {
      cel: 'self.metadata.name == "default"',
      message: 'must be "default": a cluster has one Gate',
      path: 'metadata.name',
      holds: ({ metadata }) => metadata.name === GATE_NAME,
    },
  ],
};

export type GateSpec = Typed<typeof GATE_SPEC>;
export type ProviderSpec = GateSpec['providers'][number];

/** A Gate as the API holds it. */
export interface GateObject extends KubeObject {
  readonly spec: GateSpec;
}
