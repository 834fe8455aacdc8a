/**
 * Definitions as the server checks them: what all versions say alike is said once, at the top. Messages name the places of
 * this form (`spec.validation.openAPIV3Schema`) and show its values.
 * @see k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/types.go and types_jsonschema.go, v0.34
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { canonicalJson, parseJson } from '../json/json-text';
import type { DefinitionSpec, DefinitionVersion, PrinterColumn } from './definition';

/** What a version says, or all of them together. */
export type VersionedParts = Pick<
  DefinitionVersion,
  'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'
>;

export interface DefinitionForm extends VersionedParts {
  readonly spec: DefinitionSpec;
  /** Without what is said at the top. */
  readonly versions: readonly DefinitionVersion[];
}

const PARTS = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

/** The form of a spec; absent lists are empty ones. */
export function definitionForm(spec: DefinitionSpec): DefinitionForm {
  const versions = listOf(spec.versions);
  const [first] = versions;
  const top: { -readonly [part in keyof VersionedParts]: VersionedParts[part] } = {};
  const rest = new Set<string>(PARTS);
  for (const part of PARTS) {
    if (first === undefined || !versions.every((version) => isSame(version[part], first[part]))) continue;
    rest.delete(part);
    Object.assign(top, first[part] === undefined ? {} : { [part]: first[part] });
  }
  const isLeft = ([key]: [string, unknown]): boolean => rest.has(key) || !(PARTS as readonly string[]).includes(key);
  return {
    spec,
    ...top,
    versions: versions.map(
      (version) => Object.fromEntries(Object.entries(version).filter(isLeft)) as unknown as DefinitionVersion,
    ),
  };
}

/** A list that may be absent or null. */
export function listOf<T>(list: readonly T[] | null | undefined): readonly T[] {
  return list ?? [];
}

/** No list is an empty list. */
function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(isEmptyList(a) ? undefined : a) === canonicalJson(isEmptyList(b) ? undefined : b);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The versions as messages show them. */
export function shownVersions(versions: readonly DefinitionVersion[]): JsonValue {
  return versions.map(({ subresources, ...version }) => ({
    Name: version.name,
    Served: version.served,
    Storage: version.storage,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: version.schema === undefined ? null : { OpenAPIV3Schema: shownSchema(version.schema.openAPIV3Schema) },
    Subresources:
      subresources === undefined
        ? null
        : {
            Status: subresources.status === undefined ? null : {},
            Scale:
              subresources.scale === undefined
                ? null
                : {
                    SpecReplicasPath: subresources.scale.specReplicasPath,
                    StatusReplicasPath: subresources.scale.statusReplicasPath,
                    LabelSelectorPath: subresources.scale.labelSelectorPath ?? null,
                  },
          },
    AdditionalPrinterColumns: version.additionalPrinterColumns?.map(shownColumn) ?? null,
    SelectableFields: version.selectableFields?.map((field) => ({ JSONPath: field.jsonPath })) ?? null,
  }));
}

function shownColumn(column: PrinterColumn): JsonObject {
  return {
    Name: column.name,
    Type: column.type,
    Format: column.format ?? '',
    Description: column.description ?? '',
    Priority: column.priority ?? 0,
    JSONPath: column.jsonPath,
  };
}

type Shown = (value: JsonValue) => JsonValue;

const asIs: Shown = (value) => parseJson(canonicalJson(value)) as JsonValue;
const asSchema: Shown = (value) => shownSchema(isJsonObject(value) ? value : undefined);
const asSchemas: Shown = (value) => (Array.isArray(value) ? value.map(asSchema) : null);
const asSchemaMap: Shown = (value) =>
  isJsonObject(value)
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((name) => [name, asSchema(value[name] ?? null)]),
      )
    : null;
const asSchemaOrBool: Shown = (value) => ({
  Allows: value !== false,
  Schema: isJsonObject(value) ? asSchema(value) : null,
});
const asSchemaOrList: Shown = (value) => ({
  Schema: isJsonObject(value) ? asSchema(value) : null,
  JSONSchemas: asSchemas(value),
});
const asRules: Shown = (value) =>
  Array.isArray(value)
    ? value.filter(isJsonObject).map((rule) => ({
        Rule: rule['rule'] ?? '',
        Message: rule['message'] ?? '',
        MessageExpression: rule['messageExpression'] ?? '',
        Reason: rule['reason'] ?? null,
        FieldPath: rule['fieldPath'] ?? '',
        OptionalOldSelf: rule['optionalOldSelf'] ?? null,
      }))
    : null;

/** The members of a schema: how the server names each, how the CRD does, what it is where absent, and how it is shown. */
const MEMBERS: readonly (readonly [shown: string, key: string, zero: JsonValue, as: Shown])[] = [
  ['ID', 'id', '', asIs],
  ['Schema', '$schema', '', asIs],
  ['Ref', '$ref', null, asIs],
  ['Description', 'description', '', asIs],
  ['Type', 'type', '', asIs],
  ['Nullable', 'nullable', false, asIs],
  ['Format', 'format', '', asIs],
  ['Title', 'title', '', asIs],
  ['Default', 'default', null, asIs],
  ['Maximum', 'maximum', null, asIs],
  ['ExclusiveMaximum', 'exclusiveMaximum', false, asIs],
  ['Minimum', 'minimum', null, asIs],
  ['ExclusiveMinimum', 'exclusiveMinimum', false, asIs],
  ['MaxLength', 'maxLength', null, asIs],
  ['MinLength', 'minLength', null, asIs],
  ['Pattern', 'pattern', '', asIs],
  ['MaxItems', 'maxItems', null, asIs],
  ['MinItems', 'minItems', null, asIs],
  ['UniqueItems', 'uniqueItems', false, asIs],
  ['MultipleOf', 'multipleOf', null, asIs],
  ['Enum', 'enum', null, asIs],
  ['MaxProperties', 'maxProperties', null, asIs],
  ['MinProperties', 'minProperties', null, asIs],
  ['Required', 'required', null, asIs],
  ['Items', 'items', null, asSchemaOrList],
  ['AllOf', 'allOf', null, asSchemas],
  ['OneOf', 'oneOf', null, asSchemas],
  ['AnyOf', 'anyOf', null, asSchemas],
  ['Not', 'not', null, asSchema],
  ['Properties', 'properties', null, asSchemaMap],
  ['AdditionalProperties', 'additionalProperties', null, asSchemaOrBool],
  ['PatternProperties', 'patternProperties', null, asSchemaMap],
  ['Dependencies', 'dependencies', null, asIs],
  ['AdditionalItems', 'additionalItems', null, asSchemaOrBool],
  ['Definitions', 'definitions', null, asSchemaMap],
  ['ExternalDocs', 'externalDocs', null, asIs],
  ['Example', 'example', null, asIs],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', null, asIs],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', false, asIs],
  ['XIntOrString', 'x-kubernetes-int-or-string', false, asIs],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', null, asIs],
  ['XListType', 'x-kubernetes-list-type', null, asIs],
  ['XMapType', 'x-kubernetes-map-type', null, asIs],
  ['XValidations', 'x-kubernetes-validations', null, asRules],
];

/** A schema as messages show it: all members, in the server's order. */
export function shownSchema(schema: JsonObject | undefined): JsonValue {
  if (schema === undefined) return null;
  return Object.fromEntries(
    MEMBERS.map(([shown, key, zero, as]) => {
      const value = schema[key];
      return [shown, value === undefined || value === null ? zero : as(value)];
    }),
  );
}

/** What a schema says, as the server names it and in its order: what says nothing is left out. */
export function saidMembers(schema: JsonObject): string[] {
  const isSaid = ([, key, zero]: (typeof MEMBERS)[number]): boolean => (schema[key] ?? zero) !== zero;
  return MEMBERS.filter(isSaid).map(([shown]) => shown);
}
