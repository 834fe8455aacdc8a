/**
 * EnvoyProxyConfig and EnvoyProxyClusterConfig: the Envoy that stands before an environment. Both have one spec, the union of
 * the releases that served v1alpha1. Filters and clusters are in Envoy's own words and go to Envoy as they are.
 */
import { Type } from '@sinclair/typebox';
import type { ResourceType } from '../../api/resource-type';
import { EXPLAIN, stringEnum, type Typed } from '../../schema/keywords';
import type { KindSchema } from '../../schema/kind-schema';
import { ENVOY_PROXY_CLUSTER_CONFIG, ENVOY_PROXY_CONFIG } from './resource-types';

const address = Type.Object({
  socket_address: Type.Object({
    address: Type.String({ minLength: 1, description: 'Host name or address.' }),
    port_value: Type.Integer({ minimum: 1, maximum: 65535, description: 'Port.' }),
  }),
});

const cluster = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'Name by which filters refer to the cluster.' }),
    connect_timeout: Type.Optional(
      Type.String({
        pattern: '^[0-9]+(\\.[0-9]+)?s$',
        [EXPLAIN]: 'seconds, such as 0.250s',
        description: 'Time to connect, in seconds: 0.250s. Default: 0.25s.',
      }),
    ),
    type: Type.Optional(
      Type.String({
        description: 'How addresses are found, in Envoy’s words, in upper or lower case. Default: STRICT_DNS.',
      }),
    ),
    lb_policy: Type.Optional(
      Type.String({
        description: 'How an address is chosen, in Envoy’s words, in upper or lower case. Default: ROUND_ROBIN.',
      }),
    ),
    typed_extension_protocol_options: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description: 'Envoy extension options by name, such as HTTP/2 for a gRPC service.',
        },
      ),
    ),
    load_assignment: Type.Object(
      {
        cluster_name: Type.String({ minLength: 1, description: 'Name of the cluster once more.' }),
        endpoints: Type.Array(
          Type.Object({ lb_endpoints: Type.Array(Type.Object({ endpoint: Type.Object({ address }) })) }),
        ),
      },
      { description: 'The addresses of the cluster.' },
    ),
  },
  { description: 'A service that a filter asks.' },
);

const httpFilter = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'Name of the filter.' }),
    typed_config: Type.Object(
      {
        '@type': Type.String({
          minLength: 1,
          description:
            'Type URL of the configuration, such as type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz.',
        }),
      },
      { additionalProperties: true, description: 'Configuration of the filter, in Envoy’s words.' },
    ),
  },
  { description: 'An HTTP filter, in order before the router.' },
);

const spec = Type.Object(
  {
    image: Type.Optional(Type.String({ minLength: 1, description: 'Envoy image. Default: that of the platform.' })),
    authType: Type.Optional(stringEnum(['basic'], { description: 'Sign-in with the user and password of the Kode.' })),
    authConfig: Type.Optional(
      Type.Object(
        { authType: stringEnum(['basic', 'jwt'], { description: 'How to sign in.' }) },
        { description: 'The same as authType, in the form of a later release.' },
      ),
    ),
    httpFilters: Type.Optional(Type.Array(httpFilter, { description: 'HTTP filters, in order.' })),
    clusters: Type.Optional(Type.Array(cluster, { description: 'Services that the filters ask.' })),
  },
  { description: 'How requests are let through to the environment.' },
);

/** The specification of an EnvoyProxyConfig or an EnvoyProxyClusterConfig. */
export type ProxyConfigSpec = Typed<typeof spec>;

function envoySchema(type: ResourceType, shortName: string, description: string): KindSchema {
  return {
    type,
    description,
    shortNames: [shortName],
    categories: ['kode'],
    spec,
    status: Type.Object({}, { description: 'Nothing is reported on proxy configurations.' }),
    columns: [
      {
        name: 'Auth',
        type: 'string',
        jsonPath: '.spec.authType',
        description: 'How to sign in, where no filter does it.',
      },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  };
}

export const envoyProxyConfigSchema = envoySchema(
  ENVOY_PROXY_CONFIG,
  'epc',
  'The sign-in before environments, for templates of one namespace.',
);
export const envoyProxyClusterConfigSchema = envoySchema(
  ENVOY_PROXY_CLUSTER_CONFIG,
  'epcc',
  'The sign-in before environments, for all templates.',
);
