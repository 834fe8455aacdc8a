/**
 * The kinds of `kode.jacero.io/v1alpha1`, as the API serves them.
 */
import type { ResourceType } from '../../api/resource-type';

const kodeType = (kind: string, plural: string, namespaced: boolean): ResourceType => ({
  group: 'kode.jacero.io',
  version: 'v1alpha1',
  kind,
  plural,
  namespaced,
});

export const KODE = kodeType('Kode', 'kodes', true);
export const KODE_TEMPLATE = kodeType('KodeTemplate', 'kodetemplates', true);
export const KODE_CLUSTER_TEMPLATE = kodeType('KodeClusterTemplate', 'kodeclustertemplates', false);
export const ENVOY_PROXY_CONFIG = kodeType('EnvoyProxyConfig', 'envoyproxyconfigs', true);
export const ENVOY_PROXY_CLUSTER_CONFIG = kodeType('EnvoyProxyClusterConfig', 'envoyproxyclusterconfigs', false);
export const KODE_ENTRY_POINT = kodeType('EntryPoint', 'entrypoints', true);

/** What the front end reads beside its own kinds. */
export const PERSISTENT_VOLUME_CLAIM: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
};
export const SECRET: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
