/** EnvoyProxyConfig and EnvoyProxyClusterConfig, which have one spec. */
import { type FieldRow, type FieldTable, ignored, mapped } from '../../field-table';

const socket = 'spec.clusters[].load_assignment.endpoints[].lb_endpoints[].endpoint.address.socket_address';

const rows: readonly FieldRow[] = [
  ignored('spec.image', 'all sidecars are of the image that the Gate names'),
  mapped('spec.authType', 'model.access.rules.authenticate', 'basic asks for the password of the Kode'),
  mapped(
    'spec.authConfig.authType',
    'model.access.rules.authenticate',
    'a later form of authType; jwt, which never had an effect, closes the environment',
  ),
  mapped('spec.httpFilters[].name', 'model.access.rules.envoy.httpFilters[]'),
  mapped(
    'spec.httpFilters[].typed_config',
    'model.access.rules.envoy.httpFilters[]',
    "in Envoy's words, as it is; an OAuth2 filter becomes the gate's sign-in, in model.access.rules.authenticate",
  ),
  mapped("spec.httpFilters[].typed_config['@type']", 'model.access.rules.envoy.httpFilters[]'),
  mapped('spec.clusters[].name', 'model.access.rules.envoy.clusters[]'),
  mapped('spec.clusters[].connect_timeout', 'model.access.rules.envoy.clusters[]'),
  mapped('spec.clusters[].type', 'model.access.rules.envoy.clusters[]'),
  mapped('spec.clusters[].lb_policy', 'model.access.rules.envoy.clusters[]'),
  mapped(
    'spec.clusters[].typed_extension_protocol_options',
    'model.access.rules.envoy.clusters[]',
    "in Envoy's words, as it is; HTTP/2 is added where a filter asks the cluster by gRPC and nothing is said of its protocol",
  ),
  mapped('spec.clusters[].load_assignment.cluster_name', 'model.access.rules.envoy.clusters[]'),
  mapped(`${socket}.address`, 'model.access.rules.envoy.clusters[]'),
  mapped(`${socket}.port_value`, 'model.access.rules.envoy.clusters[]'),
  ignored('status', 'an object without members'),
];

export const envoyProxyConfigFields: FieldTable = {
  crd: 'envoyproxyconfigs.kode.jacero.io',
  kind: 'EnvoyProxyConfig',
  rows,
};
export const envoyProxyClusterConfigFields: FieldTable = {
  crd: 'envoyproxyclusterconfigs.kode.jacero.io',
  kind: 'EnvoyProxyClusterConfig',
  rows,
};
