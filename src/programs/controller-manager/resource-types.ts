/** The kinds that controllers read and write. */
import type { ResourceType } from '../../api/resource-type';

function core(kind: string, plural: string, namespaced = true): ResourceType {
  return { group: '', version: 'v1', kind, plural, namespaced };
}

export const NAMESPACE = core('Namespace', 'namespaces', false);
