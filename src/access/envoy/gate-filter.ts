/** The filter that asks the gate about each request, and what it is told beside the request. */
import type { JsonObject } from '../../api/json';
import { CLUSTERS, CONTEXT, GATE_FILTER } from './sidecar-names';
import { typedConfig } from './typed-config';

/** ext_authz: closed where the gate is away, slow or says something that makes no sense. */
export function gateFilter(): JsonObject {
  return {
    name: GATE_FILTER,
    typed_config: typedConfig('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', {
      transport_api_version: 'V3',
      grpc_service: {
        envoy_grpc: { cluster_name: CLUSTERS.authorization },
        timeout: '5s',
        // A replica that has just gone: nothing was done yet, and another one answers.
        retry_policy: { retry_on: 'unavailable', num_retries: 1 },
      },
      failure_mode_allow: false,
      status_on_error: { code: 'ServiceUnavailable' },
      validate_mutations: true,
      // What the gate says of the stream's end is looked for when the route is chosen.
      clear_route_cache: true,
      stat_prefix: 'gate',
    }),
  };
}

/** Whose request it is. */
export interface GateContext {
  readonly environment: string;
  readonly configuration: string;
}

/** For a virtual host: requests are asked about as this environment's. */
export function askedFor({ environment, configuration }: GateContext): JsonObject {
  return {
    [GATE_FILTER]: typedConfig('envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute', {
      check_settings: {
        context_extensions: { [CONTEXT.environment]: environment, [CONTEXT.configuration]: configuration },
      },
    }),
  };
}

/** For routes that lead nowhere: nobody is asked about them. */
export const NOT_ASKED: JsonObject = {
  [GATE_FILTER]: typedConfig('envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute', { disabled: true }),
};
