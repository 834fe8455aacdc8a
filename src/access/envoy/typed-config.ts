/** A part of Envoy's configuration that says its own type, as google.protobuf.Any is written in JSON. */
import type { JsonObject } from '../../api/json';

/** `typed_config` of a type such as `envoy.extensions.filters.http.router.v3.Router`. */
export function typedConfig(type: string, fields: JsonObject = {}): JsonObject {
  return { '@type': `${TYPE_PREFIX}${type}`, ...fields };
}

/** What stands before the type in `@type`. */
export const TYPE_PREFIX = 'type.googleapis.com/';

/** The network filter that speaks HTTP, with its settings. */
export function connectionManager(fields: JsonObject): JsonObject {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: typedConfig(
      'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      fields,
    ),
  };
}

/** The filter that every chain ends with. */
export const ROUTER_TYPE = 'envoy.extensions.filters.http.router.v3.Router';
