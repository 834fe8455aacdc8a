/**
 * Resources that clients define: from a CustomResourceDefinition to a resource that the API serves.
 *
 * This folder holds everything of CRDs: what the definitions may say (`definition-…`), when they are served (`establishment`),
 * and what their objects are (`codec`, `custom-strategy`, `scale`, `columns`). Schemas are read in `../schema`.
 * @see https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, draftOf } from '../draft';
import { canonicalJson } from '../json/json-text';
import type { Resource, ResourceVersion, Subresource } from '../resources/resource';
import { prune, pruneNulls } from '../schema/pruning';
import type { SchemaNode } from '../schema/schema-node';
import { schemaNodeOf } from '../schema/structural-schema';
import { internalError } from '../status-error';
import { type CustomType, customCodec, storedObject } from './codec';
import { customColumns } from './columns';
import { customStrategy } from './custom-strategy';
import { type CustomResourceDefinition, type DefinitionVersion, storageVersionOf } from './definition';
import { deprecationText } from './deprecation';
import { type ValidationRules, WITHOUT_RULES } from './validation-rules';
import { compareVersions } from './version-order';

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const SUBRESOURCE_VERBS = ['get', 'patch', 'update'];

export interface CustomResource extends Resource {
  readonly definition: CustomResourceDefinition;
  /** A stored object as the schema of its version reads it today: call it where the definition has changed since. */
  stored(object: KubeObject): DraftObject;
}

export interface CustomResourceOptions {
  /** Default: rules are not evaluated. */
  readonly rules?: ValidationRules;
}

/**
 * The resource of a definition whose names are accepted. Versions that aren't served are left out, best ones come first;
 * objects can be converted from and to all of them.
 */
export function customResource(
  definition: CustomResourceDefinition,
  { rules = WITHOUT_RULES }: CustomResourceOptions = {},
): CustomResource {
  const { spec, status } = definition;
  const names = status?.acceptedNames ?? spec.names;
  const { group } = spec;
  const storageVersion = storageVersionOf(definition);
  const schemas = sharedSchemas(spec.versions);
  const typeOf = (version: string): CustomType => ({
    group,
    version,
    kind: names.kind,
    schema: schemas.get(version) ?? schemaNodeOf(undefined),
  });
  const served = spec.versions.filter((version) => version.served).sort((a, b) => compareVersions(a.name, b.name));
  return {
    group,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    resource: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    namespaced: spec.scope === 'Namespaced',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: VERBS,
    storageVersion,
    versions: new Map(
      served.map((version) => [version.name, resourceVersion(version, typeOf(version.name), definition)]),
    ),
    strategy: customStrategy({ spec, kind: names.kind, storageVersion, schemas, rules }),
    isCustom: true,
    convert: (object, version) => converted(object, typeOf(version), definition, schemas),
    definition,
    stored: (object) => storedObject(object, typeOf(versionNameOf(object))),
  };
}

/** The schemas of all versions; the same node where two say the same. */
function sharedSchemas(versions: readonly DefinitionVersion[]): ReadonlyMap<string, SchemaNode> {
  const byText = new Map<string, SchemaNode>();
  const schemas = new Map<string, SchemaNode>();
  for (const { name, schema } of versions) {
    const text = canonicalJson(schema?.openAPIV3Schema);
    const node = byText.get(text) ?? schemaNodeOf(schema?.openAPIV3Schema);
    byText.set(text, node);
    schemas.set(name, node);
  }
  return schemas;
}

function resourceVersion(
  version: DefinitionVersion,
  type: CustomType,
  { spec }: CustomResourceDefinition,
): ResourceVersion {
  const deprecation = deprecationText(version, spec);
  return {
    version: version.name,
    schema: type.schema,
    codec: customCodec(type),
    ...(deprecation === undefined ? {} : { deprecation }),
    subresources: new Map(subresourcesOf(version, type.kind).map((subresource) => [subresource.name, subresource])),
    columns: customColumns(version.additionalPrinterColumns),
  };
}

function subresourcesOf({ subresources }: DefinitionVersion, kind: string): Subresource[] {
  const { status, scale } = subresources ?? {};
  return [
    ...(status === undefined ? [] : [{ name: 'status', verbs: SUBRESOURCE_VERBS, kind }]),
    ...(scale === undefined
      ? []
      : [{ name: 'scale', verbs: SUBRESOURCE_VERBS, kind: 'Scale', group: 'autoscaling', version: 'v1', scale }]),
  ];
}

function versionNameOf({ apiVersion }: KubeObject): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/** Changes the version and nothing else, but for what the other version's schema doesn't know. */
function converted(
  object: KubeObject,
  type: CustomType,
  { spec, metadata }: CustomResourceDefinition,
  schemas: ReadonlyMap<string, SchemaNode>,
): KubeObject {
  const from = versionNameOf(object);
  if (from === type.version) return object;
  if (spec.conversion?.strategy === 'Webhook') {
    throw internalError(
      `conversion of ${metadata.name} from ${from} to ${type.version}: webhook conversion is not supported`,
    );
  }
  const next = { ...object, apiVersion: `${type.group}/${type.version}` };
  if (schemas.get(from) === type.schema) return next;
  const draft = draftOf(next as unknown as JsonObject);
  prune(draft, type.schema);
  pruneNulls(draft, type.schema);
  return draft as unknown as KubeObject;
}
