/** Kinds of Kubernetes that the suites on a node look at. */
import type { ResourceType } from '../../../src/api/resource-type';

const core = (kind: string, plural: string, namespaced = true): ResourceType => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  namespaced,
});

export const NAMESPACE = core('Namespace', 'namespaces', false);
export const POD = core('Pod', 'pods');
export const SECRET = core('Secret', 'secrets');
export const EVENT = core('Event', 'events');
