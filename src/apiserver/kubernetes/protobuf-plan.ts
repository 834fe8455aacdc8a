/**
 * How Kubernetes' protobuf messages hold a type: its fields by number.
 */
import { findKind, type GoKind, getType } from './type-table';

/** How one value is held. */
export type ProtobufPlan = MessagePlan | ItemsPlan | EntriesPlan | WrappedPlan | SchemaOrMessagePlan | ScalarPlan;

/** A message with a field for each member. */
export interface MessagePlan {
  readonly form: 'message';
  /** In the order of their numbers. */
  readonly fields: readonly ProtobufField[];
  readonly byNumber: ReadonlyMap<number, ProtobufField>;
}

export interface ProtobufField {
  /** Empty for an inline struct: its message holds members of the object around it. */
  readonly name: string;
  readonly number: number;
  readonly plan: ProtobufPlan;
  readonly pointer: boolean;
}

/** A repeated field. */
export interface ItemsPlan {
  readonly form: 'items';
  readonly item: ProtobufPlan;
}

/** A repeated field of entries with a key and a value. */
export interface EntriesPlan {
  readonly form: 'entries';
  readonly item: ProtobufPlan;
}

/** A list in a message of its own: the value of an entry can't be repeated. */
export interface WrappedPlan {
  readonly form: 'wrapped';
  readonly item: ProtobufPlan;
}

/** Where the schema of a CRD has a schema or something else. */
export interface SchemaOrMessagePlan {
  readonly form: 'schema-or';
  readonly schema: ProtobufPlan;
  readonly other: 'bool' | 'schemas' | 'strings';
}

export interface ScalarPlan {
  readonly form: Exclude<GoKind, 'struct' | 'slice' | 'map' | 'any' | `schema-or-${string}`>;
}

const SCHEMA_OF_CRDS = 'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaProps';

const plans = new Map<string, ProtobufPlan>();

/** The message of a kind that is served; undefined for a kind without messages, such as a table's. */
export function findMessage(apiVersion: string, kind: string): MessagePlan | undefined {
  const type = findKind(apiVersion, kind)?.type;
  if (type === undefined || NOT_IN_PROTOBUF.has(kind)) return undefined;
  const plan = planOf(type);
  return plan.form === 'message' ? plan : undefined;
}

/** Its cells are of any type. */
const NOT_IN_PROTOBUF: ReadonlySet<string> = new Set(['Table']);

function planOf(key: string): ProtobufPlan {
  const known = plans.get(key);
  if (known !== undefined) return known;
  const type = getType(key);
  if (type.kind === 'struct') return messageOf(key);
  const made = plainPlan(key);
  plans.set(key, made);
  return made;
}

function messageOf(key: string): MessagePlan {
  const fields: ProtobufField[] = [];
  const byNumber = new Map<number, ProtobufField>();
  const message: MessagePlan = { form: 'message', fields, byNumber };
  // Known before its fields are planned: a type may hold itself.
  plans.set(key, message);
  for (const { name, type, protobuf, pointer = false } of getType(key).fields ?? []) {
    if (protobuf === undefined) continue;
    const field = { name, number: protobuf, plan: planOf(type), pointer };
    fields.push(field);
    byNumber.set(protobuf, field);
  }
  fields.sort((a, b) => a.number - b.number);
  return message;
}

/** Lists that are messages wherever they are. */
const WRAPPED: ReadonlySet<string> = new Set(['v1.Verbs']);

function entryPlan(plan: ProtobufPlan): ProtobufPlan {
  return plan.form === 'items' ? { form: 'wrapped', item: plan.item } : plan;
}

function plainPlan(key: string): ProtobufPlan {
  const { kind, go, elem = '' } = getType(key);
  switch (kind) {
    case 'struct':
      return messageOf(key);
    case 'slice':
      return { form: WRAPPED.has(go) ? 'wrapped' : 'items', item: planOf(elem) };
    case 'map':
      return { form: 'entries', item: entryPlan(planOf(elem)) };
    case 'schema-or-bool':
      return { form: 'schema-or', schema: planOf(SCHEMA_OF_CRDS), other: 'bool' };
    case 'schema-or-array':
      return { form: 'schema-or', schema: planOf(SCHEMA_OF_CRDS), other: 'schemas' };
    case 'schema-or-string-array':
      return { form: 'schema-or', schema: planOf(SCHEMA_OF_CRDS), other: 'strings' };
    case 'any':
      throw new Error(`type ${JSON.stringify(key)} has no place in a protobuf message`);
    default:
      return { form: kind };
  }
}
