/**
 * Joins what reflection tells of Go types with what the OpenAPI documents say of the same fields.
 */
import type { FieldFacts, GoKind, KindFacts, TypeFacts, TypeTable } from '../../../src/apiserver/kubernetes/type-table';
import type { GoField, GoType, GoTypes } from './go-types';
import { type PublishedSchema, type PublishedSchemas, publishedName } from './published-schemas';

/** Types that write their own JSON, by the end of their Go name. */
const SPECIAL: Readonly<Record<string, GoKind>> = {
  'k8s.io/apimachinery/pkg/api/resource.Quantity': 'quantity',
  'k8s.io/apimachinery/pkg/apis/meta/v1.Time': 'time',
  'k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime': 'micro-time',
  'k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1': 'fields-v1',
  'k8s.io/apimachinery/pkg/util/intstr.IntOrString': 'int-or-string',
  'k8s.io/apimachinery/pkg/runtime.RawExtension': 'raw-extension',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON': 'json',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrBool': 'schema-or-bool',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrArray': 'schema-or-array',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrStringArray': 'schema-or-string-array',
};

const PLAIN: ReadonlySet<string> = new Set(['struct', 'slice', 'map', 'string', 'bool', 'int32', 'int64', 'float64']);

/** The types of all kinds for which `isServed` holds, and the names of all kinds. */
export function joinedTypes(
  go: GoTypes,
  published: PublishedSchemas,
  isServed: (kind: { readonly group: string; readonly version: string; readonly kind: string }) => boolean,
): TypeTable {
  const types: Record<string, TypeFacts> = {};
  const visit = (key: string): void => {
    if (key in types) return;
    const type = get(go, key);
    const facts = typeFacts(go, published, key, type);
    types[key] = facts;
    if (facts.elem !== undefined) visit(facts.elem);
    for (const field of facts.fields ?? []) visit(field.type);
    // These decode to schemas, which nothing else may reach.
    if (facts.kind.startsWith('schema-or-')) visit(key.slice(0, key.indexOf('Or')));
  };
  const kinds = go.kinds.map(({ group, version, kind, type }): KindFacts => {
    if (!isServed({ group, version, kind })) return { group, version, kind };
    visit(type);
    return { group, version, kind, type };
  });
  return { types, kinds };
}

function typeFacts(go: GoTypes, published: PublishedSchemas, key: string, type: GoType): TypeFacts {
  const kind = goKind(go, key, type);
  if (kind === 'slice' || kind === 'map') {
    const elem = pointed(go, type.elem ?? '');
    return { go: type.name, kind, elem: elem.type, ...(elem.pointer ? { elemPointer: true } : {}) };
  }
  if (kind !== 'struct') return { go: type.name, kind };
  const schema = published.get(publishedName(key));
  const required = schema?.required;
  const mapType = schema?.['x-kubernetes-map-type'];
  return {
    go: type.name,
    kind,
    fields: (type.fields ?? []).map((field) => fieldFacts(go, field, schema?.properties?.[field.name])),
    ...(required === undefined ? {} : { required }),
    ...(mapType === undefined ? {} : { mapType }),
  };
}

function fieldFacts(go: GoTypes, field: GoField, schema: PublishedSchema = {}): FieldFacts {
  const { type, pointer } = pointed(go, field.type);
  const number = /^\w+,(\d+)/.exec(field.protobuf ?? '')?.[1];
  const facts = {
    name: field.inline === true ? '' : field.name,
    type,
    pointer: pointer ? true : undefined,
    omitEmpty: field.omitEmpty,
    omitZero: field.omitZero,
    protobuf: number === undefined ? undefined : Number(number),
    // Published for every struct that isn't a pointer; it says nothing.
    default: isEmptyObject(schema.default) ? undefined : schema.default,
    listType: schema['x-kubernetes-list-type'],
    listMapKeys: schema['x-kubernetes-list-map-keys'],
    mapType: schema['x-kubernetes-map-type'],
    patchStrategy: schema['x-kubernetes-patch-strategy'],
    patchMergeKey: schema['x-kubernetes-patch-merge-key'],
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) as unknown as FieldFacts;
}

function goKind(go: GoTypes, key: string, type: GoType): GoKind {
  const special = SPECIAL[key];
  if (special !== undefined) return special;
  if (type.kind === 'interface') return 'any';
  if (type.kind === 'slice' && get(go, type.elem ?? '').kind === 'uint8') return 'bytes';
  if (!PLAIN.has(type.kind)) throw new Error(`type "${key}" is a ${type.kind}, for which there is no kind: add one`);
  return type.kind as GoKind;
}

function pointed(go: GoTypes, key: string): { type: string; pointer: boolean } {
  const { kind, elem } = get(go, key);
  return kind === 'ptr' && elem !== undefined ? { type: elem, pointer: true } : { type: key, pointer: false };
}

function get(go: GoTypes, key: string): GoType {
  const type = go.types[key];
  if (type === undefined) throw new Error(`type "${key}" is named and not described`);
  return type;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
