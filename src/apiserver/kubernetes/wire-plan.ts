/**
 * How a Go server holds what a schema describes: the wire facts of a schema, worked out once for each node.
 */
import type { SchemaNode } from '../schema/schema-node';

/** A value's plan. `goType` is what decoding errors call its type. */
export type WirePlan = StructPlan | ListPlan | MapPlan | LeafPlan | SchemaOrPlan;

export interface StructPlan {
  readonly form: 'struct';
  readonly goType: string;
  /** The name in decoding errors: `DeploymentSpec`. */
  readonly structName: string;
  readonly fields: ReadonlyMap<string, FieldPlan>;
  /** True for the name of a field. */
  readonly isField: (name: string) => boolean;
  /** The fields that are written whatever they hold. */
  readonly always: readonly FieldPlan[];
}

export interface FieldPlan {
  readonly name: string;
  readonly plan: WirePlan;
  readonly pointer: boolean;
  /** Left out where it is zero: null for a pointer, false, 0, an empty text, list or map. */
  readonly omitEmpty: boolean;
  /** Left out also where it is a zero struct or time. */
  readonly omitZero: boolean;
  /** Protobuf messages hold it. */
  readonly inProtobuf: boolean;
}

export interface ListPlan {
  readonly form: 'list';
  readonly goType: string;
  readonly item: WirePlan;
}

export interface MapPlan {
  readonly form: 'map';
  readonly goType: string;
  readonly item: WirePlan;
}

/** A value without parts that have plans. `raw` is kept as it is. */
export interface LeafPlan {
  readonly form:
    | 'string'
    | 'bool'
    | 'int32'
    | 'int64'
    | 'float'
    | 'bytes'
    | 'quantity'
    | 'time'
    | 'micro-time'
    | 'int-or-string'
    | 'raw';
  readonly goType: string;
}

/** Where the schema of a CRD has a schema or something else. */
export interface SchemaOrPlan {
  readonly form: 'schema-or';
  readonly goType: string;
  readonly schema: WirePlan;
  readonly other: 'bool' | 'schemas' | 'strings';
}

const LEAF_OF_FORMAT: Readonly<Record<string, LeafPlan['form']>> = {
  int32: 'int32',
  int64: 'int64',
  byte: 'bytes',
  quantity: 'quantity',
  'date-time': 'time',
  'micro-time': 'micro-time',
};

const SCHEMA_OR: Readonly<Record<string, SchemaOrPlan['other']>> = {
  'v1.JSONSchemaPropsOrBool': 'bool',
  'v1.JSONSchemaPropsOrArray': 'schemas',
  'v1.JSONSchemaPropsOrStringArray': 'strings',
};

const plans = new WeakMap<SchemaNode, WirePlan>();
/** Nodes of the same type share their properties, and so their plan. */
const structs = new WeakMap<ReadonlyMap<string, SchemaNode>, StructPlan>();

/** The plan of a built-in schema's node. The same plan each time. */
export function wirePlan(node: SchemaNode): WirePlan {
  const known = plans.get(node);
  if (known !== undefined) return known;
  const made = planOf(node);
  plans.set(node, made);
  return made;
}

function planOf(node: SchemaNode): WirePlan {
  const goType = node.wire?.goType ?? '';
  const [schema] = node.anyOf ?? [];
  const other = SCHEMA_OR[goType];
  if (schema !== undefined && other !== undefined) {
    return { form: 'schema-or', goType, schema: wirePlan(schema), other };
  }
  if (node.properties !== undefined) return structPlan(node.properties, goType);
  if (node.additionalProperties !== undefined) {
    return { form: 'map', goType, item: wirePlan(node.additionalProperties) };
  }
  if (node.items !== undefined) return { form: 'list', goType, item: wirePlan(node.items) };
  return { form: leafForm(node), goType };
}

function structPlan(properties: ReadonlyMap<string, SchemaNode>, goType: string): StructPlan {
  const known = structs.get(properties);
  if (known !== undefined) return known;
  const fields = new Map<string, FieldPlan>();
  const always: FieldPlan[] = [];
  const plan: StructPlan = {
    form: 'struct',
    goType,
    structName: goType.slice(goType.indexOf('.') + 1),
    fields,
    isField: (name) => fields.has(name),
    always,
  };
  // Known before its fields are planned: a type may hold itself.
  structs.set(properties, plan);
  for (const [name, node] of properties) {
    const { pointer = false, omitEmpty = false, omitZero = false, protobuf } = node.wire ?? {};
    const inProtobuf = protobuf !== undefined;
    const field = { name, plan: wirePlan(node), pointer, omitEmpty, omitZero, inProtobuf };
    fields.set(name, field);
    if (isAlwaysWritten(field)) always.push(field);
  }
  return plan;
}

/** Forms of Go structs: `omitempty` never leaves them out. */
const STRUCT_FORMS: ReadonlySet<WirePlan['form']> = new Set([
  'struct',
  'quantity',
  'time',
  'micro-time',
  'int-or-string',
  'schema-or',
]);

function isAlwaysWritten({ plan, pointer, omitEmpty, omitZero }: FieldPlan): boolean {
  if (omitZero) return false;
  return !omitEmpty || (!pointer && isGoStruct(plan));
}

/** True for a value that Go holds in a struct, which is never "empty". */
export function isGoStruct(plan: WirePlan): boolean {
  return STRUCT_FORMS.has(plan.form) || (plan.form === 'raw' && plan.goType !== 'interface {}');
}

function leafForm(node: SchemaNode): LeafPlan['form'] {
  if (node.intOrString === true) return 'int-or-string';
  const byFormat = node.format === undefined ? undefined : LEAF_OF_FORMAT[node.format];
  if (byFormat !== undefined) return byFormat;
  switch (node.type) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'integer':
      return 'int64';
    case 'number':
      return 'float';
    default:
      return 'raw';
  }
}
