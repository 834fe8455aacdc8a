/**
 * What the endpoints of `customresourcedefinitions` do beyond storing definitions.
 * @see k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition, v0.34
 */
import type { JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, draftOf, ensureObject, findObject, findString, objectsIn } from '../draft';
import type { Strategy } from '../resources/resource';
import { subdomainNameErrors } from '../schema/name-rules';
import { isKnownFormat } from '../schema/string-formats';
import type { CustomResourceDefinition, DefinitionSpec } from './definition';
import { listOf } from './definition-form';
import { definitionErrors, definitionStatusErrors, definitionUpdateErrors } from './definition-validation';
import { beginDeletion } from './finalization';
import { everySchema, textAt } from './schema-parts';
import type { ValidationRules } from './validation-rules';

/** The strategy of definitions, whose rules are checked by those given. */
export function definitionStrategy(rules: ValidationRules): Strategy {
  return {
    setDefaults: (object) => setDefinitionDefaults(object),
    prepareForCreate(object) {
      object['status'] = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: [] };
      noteStoredVersion(object);
    },
    prepareForUpdate(object, old, { subresource }) {
      if (subresource === 'status') {
        object['spec'] = draftOf((old.spec ?? {}) as JsonValue);
        return;
      }
      object['status'] = draftOf((old.status ?? {}) as JsonValue);
      noteStoredVersion(object);
    },
    validate: (object) => definitionErrors(asDefinition(object), rules),
    validateUpdate: (object, old, { subresource }) =>
      subresource === 'status'
        ? definitionStatusErrors(asDefinition(object).status)
        : definitionUpdateErrors(asDefinition(object), asDefinition(old), rules),
    warnings(object, old, { subresource }) {
      if (subresource === 'status') return [];
      const before = new Set(old === undefined ? [] : unknownFormats(asDefinition(old)));
      const formats = unknownFormats(asDefinition(object)).filter((format) => !before.has(format));
      return formats.map((format) => `unrecognized format ${JSON.stringify(format)}`);
    },
    validateName: subdomainNameErrors,
    generation: 'spec',
    updatesUnconditionally: false,
    createsOnUpdate: false,
    // Every definition waits until its objects are gone.
    hasFinalizers: ({ metadata }) => metadata.deletionTimestamp === undefined || listOf(metadata.finalizers).length > 0,
    prepareForDelete: (object, { now }) => beginDeletion(object, now),
    resetFields: { '': [['status']], status: [['metadata'], ['spec']] },
  };
}

const UNNAMED = { name: '', served: false, storage: false };

/** The definition that an object is; names that must be there and aren't are empty. */
function asDefinition(object: KubeObject): CustomResourceDefinition {
  const spec = (object.spec ?? {}) as Partial<DefinitionSpec>;
  const { group = '', scope = '', names, versions } = spec;
  return {
    ...(object as CustomResourceDefinition),
    spec: {
      ...spec,
      group,
      scope: scope as DefinitionSpec['scope'],
      names: { ...names, plural: names?.plural ?? '', kind: names?.kind ?? '' },
      versions: listOf(versions).map((version) => ({ ...UNNAMED, ...version })),
    },
  };
}

/** Sets names that follow from the kind, the conversion, the port of its webhook and the stored versions, in place. */
function setDefinitionDefaults(object: DraftObject): void {
  const spec = ensureObject(object, 'spec');
  const names = ensureObject(spec, 'names');
  const kind = findString(names, 'kind') ?? '';
  if ((findString(names, 'singular') ?? '') === '' && kind !== '') names['singular'] = kind.toLowerCase();
  if ((findString(names, 'listKind') ?? '') === '' && kind !== '') names['listKind'] = `${kind}List`;
  if (findObject(spec, 'conversion') === undefined) spec['conversion'] = { strategy: 'None' };
  const client = findObject(findObject(findObject(spec, 'conversion'), 'webhook'), 'clientConfig');
  const service = findObject(client, 'service');
  if (service !== undefined) service['port'] ??= 443;
  const status = findObject(object, 'status');
  if (status !== undefined && (status['storedVersions'] ?? null) === null) noteStoredVersion(object);
}

/** Remembers that objects may be stored in the storage version. */
function noteStoredVersion(object: DraftObject): void {
  const versions = objectsIn(findObject(object, 'spec'), 'versions');
  const stored = versions.find((version) => version['storage'] === true);
  const name = findString(stored, 'name');
  if (name === undefined) return;
  const status = ensureObject(object, 'status');
  const before = status['storedVersions'];
  const names = Array.isArray(before) ? before : [];
  if (!names.includes(name)) status['storedVersions'] = [...names, name];
}

function unknownFormats({ spec }: CustomResourceDefinition): string[] {
  const formats: string[] = [];
  const schemas = new Set(listOf(spec.versions).map(({ schema }) => schema?.openAPIV3Schema));
  for (const schema of schemas) {
    for (const part of everySchema(schema)) {
      const format = textAt(part, 'format');
      if (format !== '' && part['type'] === 'string' && !isKnownFormat(format)) formats.push(format);
    }
  }
  return formats;
}
