/**
 * A lookup over objects at hand, for doors that plan without a cluster: files and stack inputs.
 */
import { digest, isJsonObject } from '../api/json';
import type { KubeObject, Manifest, ObjectName } from '../api/object';
import { apiVersionOf, kindKey, kindKeyOf, type ResourceType } from '../api/resource-type';
import { AdrasteiaError } from '../errors';
import type { Absent, Found, Lookup, SecretHandle } from '../plan/lookup';

/** The namespace of objects that name none, as kubectl has it. */
export const DEFAULT_NAMESPACE = 'default';

export interface LookupOverOptions {
  /** Who asks, for messages: `Kode team-a/thesis`. */
  readonly askedBy: string;
  /** Kinds whose absence is an answer. Default none: what is asked for must have been given. */
  readonly mayLack?: readonly ResourceType[];
}

/**
 * Answers from the objects given. What is asked for and wasn't given is `ReferenceMissing`: an expanded form that silently
 * lacks a template or a secret would be another environment. There is no time, so no instant has passed, and there is
 * nobody to ask for observations, so each has failed.
 */
export function lookupOver(objects: readonly Manifest[], options: LookupOverOptions): Lookup {
  const optional = new Set((options.mayLack ?? []).map(kindKey));
  const missing = (kind: string, name: ObjectName): AdrasteiaError =>
    new AdrasteiaError(
      'ReferenceMissing',
      `${options.askedBy} refers to ${describe(kind, name)}, which was not given: add it to the input, or correct the reference`,
    );
  const find = (type: ResourceType, name: ObjectName): Manifest | undefined =>
    objects.find((object) => isOf(type, object) && isNamed(type, object, name));

  return {
    get<O extends KubeObject>(type: ResourceType, name: ObjectName): Found<O> | Absent {
      const object = find(type, name);
      // What lies under a type is of that type: objects are validated before they are planned.
      if (object !== undefined) return { found: true, object: object as O };
      if (optional.has(kindKey(type))) return { found: false };
      throw missing(type.kind, name);
    },
    list<O extends KubeObject>(
      type: ResourceType,
      selection: { namespace?: string; labels?: Readonly<Record<string, string>> },
    ): readonly O[] {
      return objects
        .filter((object) => isOf(type, object))
        .filter((object) => selection.namespace === undefined || namespaceOf(object) === selection.namespace)
        .filter(({ metadata }) =>
          Object.entries(selection.labels ?? {}).every(([label, value]) => metadata.labels?.[label] === value),
        )
        .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)) as readonly KubeObject[] as readonly O[];
    },
    secret(name): SecretHandle | Absent {
      const secret = find(SECRET, name);
      if (secret !== undefined) return handleOf(secret);
      if (optional.has(kindKey(SECRET))) return { found: false };
      throw missing(SECRET.kind, name);
    },
    observe: (source) => ({ state: 'Failed', message: `Nothing is asked of ${source} where there is no controller` }),
    clock: { hasPassed: () => false },
  };
}

const SECRET: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

/** The handle of a Secret as a manifest writes it: `stringData` wins over `data`, and both count decoded. */
function handleOf(secret: Manifest): SecretHandle {
  const data = { ...decoded(secret['data'], 'base64'), ...decoded(secret['stringData'], 'utf8') };
  return { found: true, name: secret.metadata.name, keys: Object.keys(data).sort(), hash: digest(data) };
}

/** Texts of a Secret as base64 in one spelling. */
function decoded(values: unknown, encoding: 'base64' | 'utf8'): Readonly<Record<string, string>> {
  if (!isJsonObject(values)) return {};
  const texts = Object.entries(values).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return Object.fromEntries(texts.map(([key, text]) => [key, Buffer.from(text, encoding).toString('base64')]));
}

function isOf(type: ResourceType, object: Manifest): boolean {
  return kindKeyOf(object) === kindKey(type) && object.apiVersion === apiVersionOf(type);
}

function isNamed(type: ResourceType, object: Manifest, name: ObjectName): boolean {
  return (
    object.metadata.name === name.name &&
    (!type.namespaced || namespaceOf(object) === (name.namespace ?? DEFAULT_NAMESPACE))
  );
}

function namespaceOf({ metadata }: Manifest): string {
  return metadata.namespace ?? DEFAULT_NAMESPACE;
}

function sortKey(object: Manifest): string {
  return `${namespaceOf(object)}/${object.metadata.name}`;
}

function describe(kind: string, { namespace, name }: ObjectName): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
