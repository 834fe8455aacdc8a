/** Kinds of Kubernetes that only the suites on a node look at. */
import type { ResourceType } from '../../../src/api/resource-type';

export const EVENT: ResourceType = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };
