/**
 * The core group (`v1`): what each resource does beyond its schema.
 *
 * Strategies see objects that have passed the codec. At creation the registry checks metadata, then calls `validate`; at an
 * update it checks metadata by the rules of all resources, then calls `validateUpdate`, which tells errors of metadata a
 * second time where the server does.
 */
import type { KindFacts } from '../kind-facts';
import { componentStatuses } from './component-status';
import { configMaps } from './config-map';
import { endpoints } from './endpoints';
import { events } from './event';
import { limitRanges } from './limit-range';
import { namespaces } from './namespace';
import { nodes } from './node';
import { persistentVolumes } from './persistent-volume';
import { persistentVolumeClaims } from './persistent-volume-claim';
import { pods } from './pod/pod';
import { podTemplates } from './pod-template-kind';
import { replicationControllers } from './replication-controller';
import { resourceQuotas } from './resource-quota';
import { secrets } from './secret';
import { DEFAULT_SERVICE_RANGES, serviceKind } from './service/service';
import { serviceAccounts } from './service-account';

export { type EventGroup, eventStrategy } from './event';
export { assignPod, bindingErrors } from './pod/binding';
export { decideEviction, EVICTION_CONDITION, type EvictionDecision } from './pod/eviction';
export type { NodePortRange, ServicePool, ServiceRanges } from './service/service-pool';

/** By resource: `pods`, `services`, … */
export const coreKinds: Readonly<Record<string, KindFacts>> = {
  bindings: { strategy: {}, columns: [] },
  componentstatuses: componentStatuses,
  configmaps: configMaps,
  endpoints,
  events,
  limitranges: limitRanges,
  namespaces,
  nodes,
  persistentvolumeclaims: persistentVolumeClaims,
  persistentvolumes: persistentVolumes,
  pods,
  podtemplates: podTemplates,
  replicationcontrollers: replicationControllers,
  resourcequotas: resourceQuotas,
  secrets,
  serviceaccounts: serviceAccounts,
  services: serviceKind(DEFAULT_SERVICE_RANGES),
};
