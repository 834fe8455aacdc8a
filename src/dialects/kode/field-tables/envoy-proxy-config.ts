/** EnvoyProxyConfig and EnvoyProxyClusterConfig, which have one spec. */
import { type FieldRow, type FieldTable, ignored, later } from '../../field-table';

const socket = 'spec.clusters[].load_assignment.endpoints[].lb_endpoints[].endpoint.address.socket_address';

const rows: readonly FieldRow[] = [
  later('spec.image', 'access'),
  later('spec.authType', 'access'),
  later('spec.authConfig.authType', 'access', 'a later form of authType'),
  later('spec.httpFilters[].name', 'access'),
  later('spec.httpFilters[].typed_config', 'access', "in Envoy's words, as it is"),
  later("spec.httpFilters[].typed_config['@type']", 'access'),
  later('spec.clusters[].name', 'access'),
  later('spec.clusters[].connect_timeout', 'access'),
  later('spec.clusters[].type', 'access'),
  later('spec.clusters[].lb_policy', 'access'),
  later('spec.clusters[].typed_extension_protocol_options', 'access', "in Envoy's words, as it is"),
  later('spec.clusters[].load_assignment.cluster_name', 'access'),
  later(`${socket}.address`, 'access'),
  later(`${socket}.port_value`, 'access'),
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
