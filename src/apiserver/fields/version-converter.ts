/** Objects and field sets of one resource in its several versions. */
import { isJsonObject, type JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { FieldManagedType } from './field-manager';
import type { FieldSet } from './field-set';
import type { ManagedEntry, Managers } from './managed-fields';
import { withOwned } from './managed-fields';
import { reconciledSet } from './typed-set';
import { objectType, type ValueType } from './value-type';

/** An object, or what is left of one, in a version. */
export interface VersionedValue {
  readonly value: JsonValue;
  readonly apiVersion: string;
}

export class VersionConverter {
  readonly #resource: FieldManagedType;

  constructor(resource: FieldManagedType) {
    this.#resource = resource;
  }

  /** Undefined for a version that is no longer served. */
  findType(apiVersion: string): ValueType | undefined {
    const schema = this.#resource.schemaOf(apiVersion);
    return schema === undefined ? undefined : objectType(schema);
  }

  /** Throws `Error` for a version that isn't served. */
  getType(apiVersion: string): ValueType {
    const type = this.findType(apiVersion);
    if (type === undefined) throw new Error(`no corresponding type for ${apiVersion}`);
    return type;
  }

  /** Undefined for a version that is no longer served. */
  findConverted(object: VersionedValue, apiVersion: string): VersionedValue | undefined {
    if (object.apiVersion === apiVersion) return object;
    if (this.#resource.schemaOf(apiVersion) === undefined) return undefined;
    const { value } = object;
    // Nothing is left of it in any version.
    if (!isJsonObject(value)) return { value, apiVersion };
    const converted: unknown = this.#resource.convert(value as unknown as KubeObject, apiVersion);
    return { value: converted as JsonValue, apiVersion };
  }

  /** The managers without those of versions no longer served, their sets in step with the schemas of today. */
  reconciled(managers: Managers): Managers {
    let changed: Map<string, ManagedEntry> | undefined;
    for (const [identifier, entry] of managers) {
      const type = this.findType(entry.apiVersion);
      if (type === undefined) {
        changed ??= new Map(managers);
        changed.delete(identifier);
        continue;
      }
      const fields: FieldSet = reconciledSet(entry.fields, type);
      if (fields === entry.fields) continue;
      changed ??= new Map(managers);
      changed.set(identifier, withOwned(entry, fields));
    }
    return changed ?? managers;
  }
}
