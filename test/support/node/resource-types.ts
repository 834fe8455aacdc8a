/** Kinds of Kubernetes that only the suites on a node look at. */
import type { ResourceType } from '../../../src/api/resource-type';

export const NAMESPACE: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

export const EVENT: ResourceType = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };
