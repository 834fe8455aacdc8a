/** Objects for tests, read as an API's. */
import type { KubeObject } from '../../../src/api/object';
import type { ObjectReader } from '../../../src/apiserver/resources/object-reader';

const PLURAL: Readonly<Record<string, string>> = {
  StorageClass: 'storageclasses',
  IngressClass: 'ingressclasses',
  PriorityClass: 'priorityclasses',
  RuntimeClass: 'runtimeclasses',
};

/** Reads the objects of a list that may grow. */
export function storedObjects(objects: readonly KubeObject[]): ObjectReader {
  const select = (group: string, resource: string, namespace: string): KubeObject[] =>
    objects.filter((object) => {
      const slash = object.apiVersion.indexOf('/');
      const plural = PLURAL[object.kind] ?? `${object.kind.toLowerCase()}s`;
      const isIn = namespace === '' || object.metadata.namespace === namespace;
      return plural === resource && object.apiVersion.slice(0, Math.max(slash, 0)) === group && isIn;
    });
  return {
    find: ({ group, resource }, namespace, name) =>
      select(group, resource, namespace).find(
        ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
      ),
    list: ({ group, resource }, namespace) =>
      select(group, resource, namespace).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
    hasValue: ({ type, valuesOf }, value) =>
      select(type.group, type.resource, '').some((object) => [...valuesOf(object)].includes(value)),
  };
}

/** An object with the members given. */
export function kubeObject(
  apiVersion: string,
  kind: string,
  metadata: KubeObject['metadata'],
  members: Readonly<Record<string, unknown>> = {},
): KubeObject {
  return { apiVersion, kind, metadata, ...members };
}
