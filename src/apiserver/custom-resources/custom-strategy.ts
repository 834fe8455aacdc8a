/**
 * What the endpoints of a custom resource do beyond storing objects. An object is checked against the version that it says.
 * @see k8s.io/apiextensions-apiserver/pkg/registry/customresource/strategy.go and status_strategy.go, v0.34
 */
import type { JsonObject, JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, draftOf, ensureObject, findObject } from '../draft';
import { type FieldError, type FieldErrorType, invalidField } from '../field-error';
import { canonicalJson } from '../json/json-text';
import type { Strategy } from '../resources/resource';
import { setSchemaDefaults } from '../schema/defaulting';
import { embeddedErrors } from '../schema/embedded-resources';
import { listTypeErrors } from '../schema/list-types';
import { subdomainNameErrors } from '../schema/name-rules';
import type { SchemaNode } from '../schema/schema-node';
import { type SchemaValidator, schemaValidator } from '../schema/schema-validator';
import type { DefinitionSpec, DefinitionVersion, ScalePaths } from './definition';
import { finalizerWarnings } from './finalizer-warnings';
import { scaleErrors } from './scale';
import { type FieldReader, fieldReader } from './selectable-fields';
import type { CompiledRules, ValidationRules } from './validation-rules';

/** A version, made ready to check objects. Validators are compiled when an object first needs them. */
interface Version {
  readonly apiVersion: string;
  readonly schema: SchemaNode;
  readonly hasStatus: boolean;
  readonly scale: ScalePaths | undefined;
  readonly fields: FieldReader;
  readonly fieldNames: readonly string[];
  validator(): SchemaValidator;
  statusValidator(): SchemaValidator | undefined;
  rules(): CompiledRules | undefined;
}

export interface StrategyOptions {
  readonly spec: DefinitionSpec;
  /** The kind that was accepted. */
  readonly kind: string;
  readonly storageVersion: string;
  /** Keyed by version. */
  readonly schemas: ReadonlyMap<string, SchemaNode>;
  readonly rules: ValidationRules;
}

/** The strategy of a custom resource. */
export function customStrategy({ spec, kind, storageVersion, schemas, rules }: StrategyOptions): Strategy {
  const versions = new Map<string, Version>();
  for (const version of spec.versions) {
    const apiVersion = `${spec.group}/${version.name}`;
    versions.set(apiVersion, versionOf(version, apiVersion, schemas.get(version.name) ?? {}, rules));
  }
  const stored = versions.get(`${spec.group}/${storageVersion}`);
  const versionFor = (object: { readonly apiVersion?: unknown }): Version | undefined =>
    (typeof object.apiVersion === 'string' ? versions.get(object.apiVersion) : undefined) ?? stored;
  const hasStatus = [...versions.values()].some((version) => version.hasStatus);
  const fieldNames = [...new Set([...versions.values()].flatMap((version) => version.fieldNames))];

  return {
    prepareForCreate(object) {
      if (versionFor(object)?.hasStatus === true) delete object['status'];
      ensureObject(object, 'metadata')['generation'] = 1;
    },
    prepareForUpdate(object, old, { subresource }) {
      if (subresource === 'status') keepAllButStatus(object, old);
      else {
        if (versionFor(object)?.hasStatus === true) keepStatus(object, old);
        countGeneration(object, old);
      }
    },
    validate(object) {
      const version = versionFor(object);
      return version === undefined
        ? []
        : [...typeErrors(object, kind, version), ...errorsOf(object, undefined, version)];
    },
    validateUpdate(object, old, { subresource }) {
      const version = versionFor(object);
      if (version === undefined) return [];
      const types = typeErrors(object, kind, version);
      return [
        ...types,
        ...(subresource === 'status' ? statusErrors(object, old, version) : errorsOf(object, old, version)),
      ];
    },
    // Defaults below a status that was taken out come back, as they do whenever the object is read.
    canonicalize: (object) => setSchemaDefaults(object, versionFor(object)?.schema),
    warnings: (object, old, { subresource }) => (subresource === 'status' ? [] : finalizerWarnings(object, old)),
    validateName: subdomainNameErrors,
    updatesUnconditionally: false,
    createsOnUpdate: false,
    fields: (object) => versionFor(object)?.fields(object) ?? {},
    fieldNames,
    resetFields: hasStatus ? { '': [['status']], status: [['spec']] } : {},
  };
}

function versionOf(
  version: DefinitionVersion,
  apiVersion: string,
  schema: SchemaNode,
  rules: ValidationRules,
): Version {
  const { subresources } = version;
  const { names, read } = fieldReader(version);
  const status = schema.properties?.get('status');
  return {
    apiVersion,
    schema,
    hasStatus: subresources?.status !== undefined,
    scale: subresources?.scale,
    fields: read,
    fieldNames: names,
    validator: once(() => schemaValidator(schema)),
    statusValidator: once(() => (status === undefined ? undefined : schemaValidator(status))),
    rules: once(() => rules.compile(schema)),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function keepStatus(object: DraftObject, old: KubeObject): void {
  if (old.status === undefined) delete object['status'];
  else object['status'] = draftOf(old.status as JsonValue);
}

/** All changes count but those of metadata, and of a status that has an endpoint of its own. */
function countGeneration(object: DraftObject, old: KubeObject): void {
  const { metadata: _metadata, ...rest } = object;
  const { metadata, ...before } = old as unknown as JsonObject;
  const generation = (metadata as { readonly generation?: number }).generation ?? 1;
  const isSame = canonicalJson(rest) === canonicalJson(before);
  ensureObject(object, 'metadata')['generation'] = isSame ? generation : generation + 1;
}

/** Managed fields stay as they were made for this write. */
function keepAllButStatus(object: DraftObject, old: KubeObject): void {
  const { status } = object;
  const managedFields = findObject(object, 'metadata')?.['managedFields'];
  for (const name of Object.keys(object)) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the member is the object's own, by `Object.keys`.
    delete object[name];
  }
  Object.assign(object, draftOf(old as unknown as JsonObject));
  const metadata = ensureObject(object, 'metadata');
  if (managedFields === undefined) delete metadata['managedFields'];
  else metadata['managedFields'] = managedFields;
  if (status === undefined) delete object['status'];
  else object['status'] = status;
}

function typeErrors(object: KubeObject, kind: string, { apiVersion }: Version): FieldError[] {
  return [
    ...(object.kind === kind ? [] : [invalidField('kind', object.kind, `must be ${kind}`)]),
    ...(object.apiVersion === apiVersion
      ? []
      : [invalidField('apiVersion', object.apiVersion, `must be ${apiVersion}`)]),
  ];
}

function errorsOf(object: KubeObject, old: KubeObject | undefined, version: Version): FieldError[] {
  const { schema, scale } = version;
  const value = object as unknown as JsonObject;
  const before = old as unknown as JsonObject | undefined;
  const errors = [
    ...version.validator()(value, before === undefined ? {} : { old: before }),
    ...(scale === undefined ? [] : scaleErrors(object, scale, 'all')),
    ...embeddedErrors(value as DraftObject, schema),
    ...listErrors(value, before, schema),
  ];
  return [...errors, ...ruleErrors(value, before, version, errors)];
}

function statusErrors(object: KubeObject, old: KubeObject, version: Version): FieldError[] {
  const { schema, scale } = version;
  const value = object as unknown as JsonObject;
  const before = old as unknown as JsonObject;
  const { status } = value;
  const validate = version.statusValidator();
  const errors = [
    ...(status === undefined || validate === undefined
      ? []
      : validate(status, { old: before['status'], path: 'status' })),
    ...(scale === undefined ? [] : scaleErrors(object, scale, 'status')),
    ...listErrors(value, before, schema),
  ];
  return [...errors, ...ruleErrors(value, before, version, errors)];
}

/** Lists are checked unless the older object had the same faults. */
function listErrors(value: JsonObject, old: JsonObject | undefined, schema: SchemaNode): FieldError[] {
  const errors = listTypeErrors(value, schema);
  const isOld = errors.length > 0 && old !== undefined && listTypeErrors(old, schema).length > 0;
  return isOld ? [] : errors;
}

/** Errors after which rules can't be evaluated. */
const BLOCKING: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

function ruleErrors(
  value: JsonObject,
  old: JsonObject | undefined,
  version: Version,
  errors: readonly FieldError[],
): readonly FieldError[] {
  const rules = version.rules();
  if (rules === undefined) return [];
  if (errors.some(({ type }) => BLOCKING.has(type))) return [invalidField('', null, NOT_CHECKED)];
  return rules.evaluate(value, old);
}
