/** A lookup over given objects, which notes what it is asked. */
import type { KubeObject, Manifest } from '../../src/api/object';
import { kindKey, kindKeyOf } from '../../src/api/resource-type';
import type { Lookup } from '../../src/plan/lookup';

export interface ObjectLookup extends Lookup {
  /** `KodeTemplate.kode.jacero.io/team-a/small`, in the order asked. */
  readonly asked: readonly string[];
}

export function objectLookup(objects: readonly Manifest[]): ObjectLookup {
  const asked: string[] = [];
  const find = (key: string, namespace: string | undefined, name: string): Manifest | undefined => {
    asked.push(`${key}/${namespace ?? ''}/${name}`);
    return objects.find(
      (object) => kindKeyOf(object) === key && object.metadata.namespace === namespace && object.metadata.name === name,
    );
  };
  return {
    asked,
    get<O extends KubeObject>(type: Parameters<Lookup['get']>[0], { namespace, name }: Parameters<Lookup['get']>[1]) {
      const object = find(kindKey(type), namespace, name);
      return object === undefined ? { found: false as const } : { found: true as const, object: object as O };
    },
    list<O extends KubeObject>(type: Parameters<Lookup['list']>[0], { namespace }: Parameters<Lookup['list']>[1]) {
      asked.push(`${kindKey(type)}/${namespace ?? ''}/*`);
      return objects.filter(
        (object) =>
          kindKeyOf(object) === kindKey(type) && (namespace === undefined || object.metadata.namespace === namespace),
      ) as O[];
    },
    secret({ namespace, name }) {
      const secret = find('Secret', namespace, name);
      return secret === undefined
        ? { found: false as const }
        : { found: true as const, name, keys: Object.keys(secret['data'] ?? {}), hash: 'hash' };
    },
    observe: () => ({ state: 'Failed', message: 'nothing is observed here' }),
    clock: { hasPassed: () => false },
  };
}
