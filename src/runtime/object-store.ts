import type { ObjectName } from '../api/object';

/** Values by the names of objects. The keys are the objects' own texts, so that a store of many adds none. */
export class ObjectStore<Value> {
  private readonly namespaces = new Map<string, Map<string, Value>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(name: ObjectName): Value | undefined {
    return this.namespaces.get(name.namespace ?? '')?.get(name.name);
  }

  set(name: ObjectName, value: Value): void {
    const namespace = name.namespace ?? '';
    let names = this.namespaces.get(namespace);
    if (names === undefined) {
      names = new Map();
      this.namespaces.set(namespace, names);
    }
    if (!names.has(name.name)) this.count += 1;
    names.set(name.name, value);
  }

  delete(name: ObjectName): void {
    const namespace = name.namespace ?? '';
    const names = this.namespaces.get(namespace);
    if (names?.delete(name.name) !== true) return;
    this.count -= 1;
    if (names.size === 0) this.namespaces.delete(namespace);
  }

  /** Of one namespace, or of all. */
  *values(namespace?: string): IterableIterator<Value> {
    if (namespace !== undefined) yield* this.namespaces.get(namespace)?.values() ?? [];
    else for (const names of this.namespaces.values()) yield* names.values();
  }
}
