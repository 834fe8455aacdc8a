/**
 * The codec of a built-in kind: JSON in, and out the object as a Go server holds and writes it, with its defaults.
 */
import type { JsonObject } from '../../api/json';
import type { DraftObject } from '../draft';
import type { Codec, Decoded } from '../resources/resource';
import type { SchemaNode } from '../schema/schema-node';
import { badRequest } from '../status-error';
import { normaliseStruct } from './normalise';
import { type StructPlan, wirePlan } from './wire-plan';
import { type StoredForm, WireMismatch, WireReader } from './wire-reader';

export interface BuiltinCodecOptions {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** In place, on an object that already has all that is always written. */
  readonly setDefaults?: (object: DraftObject) => void;
  /** Default: as `storedFormOf` says of the group. */
  readonly storedForm?: StoredForm;
}

/** Groups whose objects Kubernetes stores as JSON, or not at all. All others are stored in protobuf. */
const STORED_AS_JSON: ReadonlySet<string> = new Set([
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
]);

/** The form in which Kubernetes stores the objects of a group, which decides what becomes of empty lists and maps. */
export function storedFormOf(group: string): StoredForm {
  return STORED_AS_JSON.has(group) ? 'json' : 'protobuf';
}

/** The codec of a kind whose schema is built in. `decode` shares nothing with the body. */
export function builtinCodec(schema: SchemaNode, options: BuiltinCodecOptions): Codec {
  const { group, version, kind, setDefaults, storedForm = storedFormOf(group) } = options;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const plan = structPlanOf(schema);
  const hasType = plan.fields.has('apiVersion');
  return {
    decode: (body: JsonObject): Decoded => {
      const { object, problems } = read(body);
      if (hasType) {
        object['apiVersion'] = apiVersion;
        object['kind'] = kind;
      }
      if (setDefaults !== undefined) {
        setDefaults(object);
        normaliseStruct(object, plan, storedForm);
      }
      return { object, problems };
    },
  };

  function read(body: JsonObject): Decoded {
    try {
      return new WireReader(storedForm).read(body, plan);
    } catch (error) {
      // Nested so deeply that it cannot be walked: refused as a Go server refuses it.
      const problem = error instanceof RangeError ? 'exceeded max depth' : error;
      const what = problem instanceof WireMismatch ? problem.message : problem;
      if (typeof what !== 'string') throw error;
      throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${what}`);
    }
  }
}

/**
 * Brings an object of a built-in kind into the form in which it is written, in place: drops what the schema doesn't know and
 * what is left out where it is zero, adds what is always written. For objects that strategies and controllers build.
 */
export function normalise(object: DraftObject, schema: SchemaNode, storedForm: StoredForm = 'protobuf'): void {
  normaliseStruct(object, structPlanOf(schema), storedForm);
}

function structPlanOf(schema: SchemaNode): StructPlan {
  const plan = wirePlan(schema);
  if (plan.form !== 'struct') throw new Error(`a kind's schema is an object with properties, not a ${plan.form}`);
  return plan;
}
