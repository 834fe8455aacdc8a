/** A resource of a group of its own, for tests of what holds for every resource. */
import type { Resource } from '../../../src/apiserver/resources/resource';

export function resourceOf(members: Partial<Resource> = {}): Resource {
  return {
    group: 'example.com',
    kind: 'Thing',
    listKind: 'ThingList',
    resource: 'things',
    singular: 'thing',
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: ['get', 'list', 'watch'],
    storageVersion: 'v1',
    versions: new Map(),
    strategy: {},
    isCustom: false,
    convert: (object) => object,
    ...members,
  };
}
