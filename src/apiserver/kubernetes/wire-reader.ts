/**
 * Reads JSON the way a Go server reads it into its types, and gives back what the server would write.
 *
 * Unknown members are dropped and noted. The first value of a wrong type is noted too, and reading goes on, since a type that
 * reads itself may refuse its text later on, which counts for more. The messages are those of encoding/json.
 */

import type { JsonObject, JsonValue } from '../../api/json';
import { type Draft, type DraftObject, draftOf } from '../draft';
import { findDouble, findLargeInt, isNumeric } from '../json/int64';
import { jsonText } from '../json/json-text';
import { readBase64 } from './base64-text';
import { findTextMembers, type TextMember } from './json-body';
import { readQuantity } from './quantity-text';
import { readTime } from './time-text';
import type { FieldPlan, LeafPlan, ListPlan, MapPlan, SchemaOrPlan, StructPlan, WirePlan } from './wire-plan';
import { isLeftOut, withZeroValues, zeroValue } from './zero-values';

/** What a value of the wrong type ends in; `message` is Go's. */
export class WireMismatch extends Error {
  override readonly name = 'WireMismatch';
}

/**
 * What storing makes of an object. In protobuf a list or map without members is as one that isn't there, and so are the types
 * of objects inside others; an item of a map is always there.
 */
export type StoredForm = 'protobuf' | 'json';

const PROBLEMS_MAX = 100;
const INT32 = { from: -(2 ** 31), to: 2 ** 31 - 1 };
/** The largest integers that a double tells apart from 2⁶³ are below it. */
const INT64 = { from: -(2 ** 63), to: 2 ** 63 - 1024 };
const EVERY_KEY = (): boolean => true;
const OWN_MEMBER = { configurable: true, enumerable: true, writable: true } as const;

/** Reads one object. A reader is used once. */
export class WireReader {
  readonly #problems = new Set<string>();
  readonly #storedForm: StoredForm;
  readonly #isStrict: boolean;
  /** The struct fields on the way, for messages about types. */
  readonly #fields: string[] = [];
  readonly #structs: string[] = [];
  /** Every step on the way, for messages about unknown members. */
  readonly #path: (string | number)[] = [];
  #firstMismatch: string | undefined;

  constructor(storedForm: StoredForm, isStrict = true) {
    this.#storedForm = storedForm;
    this.#isStrict = isStrict;
  }

  /**
   * The object as the server would write it; it shares nothing with `body`. Throws `WireMismatch`.
   */
  read(body: JsonObject, plan: StructPlan): { readonly object: DraftObject; readonly problems: readonly string[] } {
    const object = this.#struct(body, plan);
    if (this.#firstMismatch !== undefined) throw new WireMismatch(this.#firstMismatch);
    return { object, problems: [...this.#problems] };
  }

  #value(value: JsonValue, plan: WirePlan): Draft {
    switch (plan.form) {
      case 'struct':
        if (value === null) return zeroValue(plan);
        return isObject(value) ? this.#struct(value, plan) : this.#wrongType(value, plan);
      case 'list':
        return this.#list(value, plan);
      case 'map':
        return this.#map(value, plan);
      case 'schema-or':
        return this.#schemaOr(value, plan);
      default:
        return this.#leaf(value, plan);
    }
  }

  #struct(value: JsonObject, plan: StructPlan): DraftObject {
    const object: DraftObject = {};
    for (const key of this.#keysOf(value, plan.isField)) {
      const member = value[key];
      if (member === undefined) continue;
      const field = plan.fields.get(key);
      if (field === undefined) this.#note('unknown', key);
      else this.#field(object, member, field, plan);
    }
    return withZeroValues(object, plan);
  }

  #field(object: DraftObject, member: JsonValue, field: FieldPlan, struct: StructPlan): void {
    if (member === null && field.pointer) return;
    this.#fields.push(field.name);
    this.#structs.push(struct.structName);
    this.#path.push(field.name);
    const read = this.#value(member, field.plan);
    this.#path.pop();
    this.#structs.pop();
    this.#fields.pop();
    if (this.#storedForm === 'protobuf' && !field.inProtobuf) return;
    if (!isLeftOut(read, field)) object[field.name] = read;
  }

  #list(value: JsonValue, plan: ListPlan): Draft {
    if (value === null) return null;
    if (!Array.isArray(value)) return this.#wrongType(value, plan);
    const items = value as readonly JsonValue[];
    if (items.length === 0) return this.#storedForm === 'protobuf' ? null : [];
    const { item } = plan;
    return items.map((member, index) => {
      this.#path.push(index);
      const read = this.#value(member, item);
      this.#path.pop();
      return read;
    });
  }

  #map(value: JsonValue, plan: MapPlan): Draft {
    if (value === null) return null;
    if (!isObject(value)) return this.#wrongType(value, plan);
    const object: DraftObject = {};
    let count = 0;
    for (const key of this.#keysOf(value, EVERY_KEY)) {
      count += 1;
      this.#path.push(key);
      const read = this.#value(value[key] ?? null, plan.item) ?? this.#emptyItem(plan.item);
      this.#path.pop();
      // A plain assignment to this name would change the prototype.
      if (key === '__proto__') Object.defineProperty(object, key, { value: read, ...OWN_MEMBER });
      else object[key] = read;
    }
    return count === 0 && this.#storedForm === 'protobuf' ? null : object;
  }

  #emptyItem({ form }: WirePlan): Draft {
    if (this.#storedForm !== 'protobuf') return null;
    return form === 'list' ? [] : form === 'bytes' ? '' : null;
  }

  #schemaOr(value: JsonValue, plan: SchemaOrPlan): Draft {
    if (isObject(value)) return this.#apart(() => this.#inner().#whole(value, plan.schema));
    if (plan.other === 'bool') {
      if (typeof value === 'boolean') return value;
      throw new WireMismatch('boolean or JSON schema expected');
    }
    if (!Array.isArray(value) || value.length === 0) return null;
    const items = value as readonly JsonValue[];
    const item: WirePlan = plan.other === 'schemas' ? plan.schema : { form: 'string', goType: 'string' };
    return this.#apart(() => {
      const inner = this.#inner();
      const read = items.map((member) => inner.#value(member, item));
      inner.#end();
      return read;
    });
  }

  /** These types read their text by themselves, without noting what is unknown. */
  #inner(): WireReader {
    return new WireReader(this.#storedForm, false);
  }

  #whole(value: JsonValue, plan: WirePlan): Draft {
    const read = this.#value(value, plan);
    this.#end();
    return read;
  }

  #end(): void {
    if (this.#firstMismatch !== undefined) throw new WireMismatch(this.#firstMismatch);
  }

  /** What a type that reads itself says of a wrong type is told with the place of the type itself. */
  #apart(read: () => Draft): Draft {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof WireMismatch)) throw error;
      const match = /^json: cannot unmarshal (.+) into Go (?:struct field \S+|value) of type (.+)$/.exec(error.message);
      const [, what = '', type = ''] = match ?? [];
      throw match === null ? error : new WireMismatch(this.#mismatch(what, type));
    }
  }

  #leaf(value: JsonValue, plan: LeafPlan): Draft {
    switch (plan.form) {
      case 'string':
        return value === null ? '' : typeof value === 'string' ? value : this.#wrongType(value, plan);
      case 'bool':
        return value === null ? false : typeof value === 'boolean' ? value : this.#wrongType(value, plan);
      case 'int32':
        return this.#integer(value, plan, INT32);
      case 'int64':
        return this.#integer(value, plan, INT64);
      case 'float':
        return value === null ? 0 : (findDouble(value) ?? this.#wrongType(value, plan));
      case 'bytes':
        return this.#bytes(value, plan);
      case 'quantity':
        return quantity(value);
      case 'time':
      case 'micro-time':
        return this.#time(value, plan.form);
      case 'int-or-string':
        return this.#intOrString(value);
      case 'raw':
        return draftOf(value);
    }
  }

  #integer(value: JsonValue, plan: LeafPlan, range: { readonly from: number; readonly to: number }): Draft {
    if (value === null) return 0;
    if (!isNumeric(value)) return this.#wrongType(value, plan);
    if (!isInteger(value, range)) return this.#save(this.#mismatch(`number ${numberText(value)}`, plan.goType));
    return draftOf(value);
  }

  #bytes(value: JsonValue, plan: LeafPlan): Draft {
    if (value === null) return null;
    if (typeof value !== 'string') return this.#wrongType(value, plan);
    const read = readBase64(value);
    return 'problem' in read ? this.#save(read.problem) : read.text;
  }

  #time(value: JsonValue, layout: 'time' | 'micro-time'): Draft {
    if (value === null) return null;
    if (typeof value !== 'string') throw new WireMismatch(this.#mismatch(kindOf(value), 'string'));
    const read = readTime(value, layout);
    if ('problem' in read) throw new WireMismatch(read.problem);
    return read.text ?? null;
  }

  #intOrString(value: JsonValue): Draft {
    if (typeof value === 'string') return value;
    if (value === null) return 0;
    if (isNumeric(value)) {
      if (isInteger(value, INT32)) return draftOf(value);
      throw new WireMismatch(this.#mismatch(`number ${numberText(value)}`, 'int32'));
    }
    throw new WireMismatch(this.#mismatch(kindOf(value), 'int32'));
  }

  /** Notes the mismatch, unless there was one; what is given back is never seen. */
  #wrongType(value: JsonValue, plan: WirePlan): null {
    return this.#save(this.#mismatch(kindOf(value), plan.goType));
  }

  #save(message: string): null {
    this.#firstMismatch ??= message;
    return null;
  }

  #mismatch(what: string, type: string): string {
    const struct = this.#structs.at(-1);
    const into = struct === undefined ? 'Go value' : `Go struct field ${struct}.${this.#fields.join('.')}`;
    return `json: cannot unmarshal ${what} into ${into} of type ${type}`;
  }

  /** The keys in the order in which their values are read; repetitions of those that count are noted on the way. */
  #keysOf(value: JsonObject, counts: (key: string) => boolean): Iterable<string> {
    const members = this.#isStrict ? findTextMembers(value) : undefined;
    return members === undefined ? Object.keys(value) : this.#notedKeys(members, counts);
  }

  *#notedKeys(members: readonly TextMember[], counts: (key: string) => boolean): Iterable<string> {
    for (const { key, isRepeated, isLast } of members) {
      if (!counts(key)) yield key;
      else if (isRepeated) this.#note('duplicate', key);
      if (isLast && counts(key)) yield key;
    }
  }

  #note(what: 'unknown' | 'duplicate', key: string): void {
    if (!this.#isStrict || this.#problems.size >= PROBLEMS_MAX) return;
    let path = '';
    for (const step of this.#path) {
      if (typeof step === 'number') path += `[${String(step)}]`;
      else path += path === '' ? step : `.${step}`;
    }
    this.#problems.add(`${what} field ${JSON.stringify(path === '' ? key : `${path}.${key}`)}`);
  }
}

/** The types that read themselves take any text for a quantity, and look at it as a text. */
function quantity(value: JsonValue): string {
  if (value === null) return '0';
  const read = readQuantity(typeof value === 'string' ? value : jsonText(value));
  if ('problem' in read) throw new WireMismatch(read.problem);
  return read.text;
}

function isInteger(value: JsonValue, { from, to }: { readonly from: number; readonly to: number }): boolean {
  const double = findDouble(value);
  if (findLargeInt(value) !== undefined) return to === INT64.to;
  return double !== undefined && Number.isInteger(double) && double >= from && double <= to;
}

/** A number as it was probably written. */
function numberText(value: JsonValue): string {
  const double = findDouble(value);
  return Number.isInteger(double) && findLargeInt(value) === undefined ? String(BigInt(double ?? 0)) : jsonText(value);
}

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (isNumeric(value)) return 'number';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
