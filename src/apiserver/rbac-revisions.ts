/** Counts the changes of objects that the authorizer keeps an index of, by resource and namespace. */
import { keyPrefix } from './registry/keys';
import type { ResourceCatalogue } from './resources/catalogue';
import type { GroupResource } from './status-error';
import type { Storage } from './storage/storage';

export class ChangeCounts {
  readonly #counts = new Map<string, number>();
  readonly #stops: (() => void)[] = [];

  constructor(storage: Storage, catalogue: ResourceCatalogue, types: readonly GroupResource[]) {
    for (const { group, resource } of types) {
      const found = catalogue.find(group, resource);
      if (found === undefined) continue;
      const prefix = keyPrefix(found);
      this.#stops.push(
        storage.subscribe(prefix, storage.revision, (events) => {
          for (const { key } of events) {
            const rest = key.slice(prefix.length);
            const namespace = found.namespaced ? rest.slice(0, rest.indexOf('/')) : '';
            const counted = `${group}/${resource}/${namespace}`;
            this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
          }
        }),
      );
    }
  }

  /** Another number after each change of an object of this type in the namespace; an empty one: of the cluster. */
  of({ group, resource }: GroupResource, namespace: string): number {
    return this.#counts.get(`${group}/${resource}/${namespace}`) ?? 0;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }
}
