/**
 * EnvironmentAccess: who gets into one environment and how its sidecar is set up, resolved from whatever API asked for it.
 *
 * The controller writes it and nobody else may; the gate answers by it. People's rights on other objects of the namespace
 * never reach it, so labels or ConfigMaps that a user can write grant nothing.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../api/object';
import { API_GROUP, API_VERSION } from '../api/well-known';
import { conditions } from '../schema/core';
import { listAtomic, stringEnum, type Typed, withRules } from '../schema/keywords';
import type { KindSchema } from '../schema/kind-schema';
import { EXTERNAL_AUTHORIZER, GRANT, RAW_ENVOY } from './access-rules';

/** The host of an environment without an entry: whoever forwards a port to its Service gives it a name of their own. */
export const ANY_HOST = '*';

const text = (description: string, max = 253) => Type.String({ minLength: 1, maxLength: max, description });

const secretKeys = (description: string) =>
  Type.Object({ name: text('Name of the Secret, in the same namespace.') }, { description });

/** The specification of an EnvironmentAccess. */
export const ENVIRONMENT_ACCESS_SPEC = Type.Object(
  {
    displayName: optional(text('What people call the environment.', 120)),
    address: Type.Object(
      {
        scheme: stringEnum(['http', 'https'], { description: 'As browsers see it.' }),
        host: text(
          'Host name, without a port unless browsers see one. *: any, for an environment that only its Service leads to.',
        ),
        path: Type.String({
          maxLength: 1024,
          pattern: '^/',
          description: 'Path prefix; ends with a slash only where it is one.',
        }),
      },
      { description: 'Where browsers open the environment.' },
    ),
    listenPort: Type.Integer({ minimum: 1024, maximum: 65535, description: 'Port of the sidecar.' }),
    app: Type.Object(
      {
        port: Type.Integer({ minimum: 1, maximum: 65535, description: 'Port of the app, on loopback.' }),
        basePath: stringEnum(['Keep', 'Strip'], { description: 'Strip: the app is asked without the path prefix.' }),
        view: stringEnum(['SafeMethods', 'None'], {
          default: 'None',
          description:
            'SafeMethods: the app can be looked at by GET and HEAD, without websockets. None: level View gets nobody in.',
        }),
      },
      { description: 'What stands behind the sidecar.' },
    ),
    closed: optional(
      Type.Object(
        { reason: text('CamelCase, from a closed set.', 63), message: text('Why, and what to do.', 4096) },
        { description: 'Nobody gets in.' },
      ),
    ),
    authenticate: Type.Object(
      {
        method: stringEnum(['None', 'OIDC', 'Basic', 'Bearer'], { description: 'How people prove who they are.' }),
        oidc: optional(
          Type.Object(
            {
              providers: listAtomic(text('Name of a provider of the Gate.', 63), {
                default: [],
                maxItems: 16,
                description: 'Providers of the Gate that are offered; empty: all.',
              }),
              client: optional(
                Type.Object(
                  {
                    issuerUrl: text('Issuer.', 2048),
                    clientId: text('Client id.'),
                    clientSecret: Type.Object(
                      { name: text('Name of the Secret, in the same namespace.'), key: text('Key.') },
                      { description: 'Where the client secret is.' },
                    ),
                    callbackPath: Type.String({
                      maxLength: 1024,
                      pattern: '^/',
                      description: 'Path of the redirect URI, at the environment’s own address.',
                    }),
                  },
                  { description: 'A client of the environment’s own, instead of the Gate’s providers.' },
                ),
              ),
            },
            { description: 'For method OIDC.' },
          ),
        ),
        basic: optional(
          Type.Object(
            {
              secret: secretKeys('Keys: auth (lines of name:hash, as htpasswd writes them), or username and password.'),
            },
            { description: 'For method Basic.' },
          ),
        ),
        bearer: optional(
          Type.Object(
            { secret: secretKeys('Each key is a user’s name, each value that user’s token.') },
            { description: 'For method Bearer.' },
          ),
        ),
      },
      { description: 'How people prove who they are.' },
    ),
    authorize: listAtomic(
      Type.Object(
        {
          grants: optional(listAtomic(GRANT, { maxItems: 512, description: 'The highest level that fits counts.' })),
          external: optional(EXTERNAL_AUTHORIZER),
        },
        {
          description: 'One step.',
          ...withRules({
            rule: 'has(self.grants) != has(self.external)',
            message: 'needs exactly one of grants and external',
            holds: ({ grants, external }: { readonly grants?: unknown; readonly external?: unknown }) =>
              (grants === undefined) !== (external === undefined),
          }),
        },
      ),
      {
        maxItems: 16,
        description: 'In order; all must agree. Without a step nobody gets in, unless the method is None.',
      },
    ),
    cookies: optional(
      Type.Object(
        {
          allow: optional(
            listAtomic(text('Name of a cookie.'), { maxItems: 64, description: 'Only these reach the app.' }),
          ),
          block: optional(
            listAtomic(text('Name of a cookie.'), { maxItems: 64, description: 'These don’t reach the app.' }),
          ),
        },
        { description: 'Which cookies the app is given; the gate’s own never.' },
      ),
    ),
    envoy: optional(RAW_ENVOY),
  },
  { description: 'Who gets in, and how the sidecar is set up.' },
);

/** The kind. */
export const ENVIRONMENT_ACCESS: KindSchema = {
  type: {
    group: API_GROUP,
    version: API_VERSION,
    kind: 'EnvironmentAccess',
    plural: 'environmentaccesses',
    namespaced: true,
  },
  description:
    'An EnvironmentAccess says who gets into one environment and how its sidecar is set up. The controller writes it.',
  shortNames: ['envaccess'],
  spec: ENVIRONMENT_ACCESS_SPEC,
  status: Type.Object(
    {
      observedGeneration: optional(Type.Integer({ description: 'Generation that the gate has seen.' })),
      conditions: optional(conditions()),
    },
    { description: 'What the gate says of it: Accepted.' },
  ),
  columns: [
    { name: 'Host', type: 'string', jsonPath: '.spec.address.host' },
    { name: 'Path', type: 'string', jsonPath: '.spec.address.path' },
    { name: 'Method', type: 'string', jsonPath: '.spec.authenticate.method' },
    { name: 'Closed', type: 'string', jsonPath: '.spec.closed.reason' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};

export type EnvironmentAccessSpec = Typed<typeof ENVIRONMENT_ACCESS_SPEC>;
export type AuthorizeStep = EnvironmentAccessSpec['authorize'][number];

/** An EnvironmentAccess as the API holds it. Its UID is the audience of sessions, so that they die with the environment. */
export interface EnvironmentAccess extends KubeObject {
  readonly spec: EnvironmentAccessSpec;
}
