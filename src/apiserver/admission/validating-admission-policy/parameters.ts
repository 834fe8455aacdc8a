/**
 * The objects that a binding gives to its policy as `params`.
 * @see k8s.io/apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { objectAt, stringAt } from '../../authentication/json-members';
import type { ObjectReader } from '../../resources/object-reader';
import { labelSelectorMatcher } from '../../selection/label-selector-object';
import type { VersionedResource } from '../webhooks/webhook';
import { ConfigurationError } from './configuration-error';

/** What objects of a kind are stored as. */
export interface ParameterResource {
  readonly resource: string;
  readonly namespaced: boolean;
}

export interface ParameterKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface ParameterSource {
  readonly reader: ObjectReader;
  /** The resource of a kind that the API serves in this version. */
  findResource(kind: ParameterKind): ParameterResource | undefined;
  /** An object as it is sent in a version. */
  encode(object: KubeObject, as: VersionedResource): JsonObject;
}

/** The kind of the parameters of a policy; undefined where it takes none. */
export function findParameterKind(policy: JsonObject): ParameterKind | undefined {
  const paramKind = objectAt(policy, 'spec', 'paramKind');
  if (paramKind === undefined) return undefined;
  const apiVersion = stringAt(paramKind, 'apiVersion');
  const slash = apiVersion.indexOf('/');
  return {
    group: slash === -1 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: stringAt(paramKind, 'kind'),
  };
}

/** The resource of the parameters of a policy; throws `ConfigurationError` where nobody serves it. */
export function parameterResource(kind: ParameterKind, source: ParameterSource): ParameterResource {
  const resource = source.findResource(kind);
  if (resource !== undefined) return resource;
  const told = `${kind.group}/${kind.version}, Kind=${kind.kind}`;
  throw new ConfigurationError(`failed to find resource referenced by paramKind: '${told}'`);
}

/** For which request parameters are asked, of which kind. */
export interface ParameterRequest {
  readonly kind: ParameterKind;
  readonly resource: ParameterResource;
  /** Of the request; empty where it has none. */
  readonly namespace: string;
}

/**
 * The parameters that a binding means, in the version of the policy; undefined stands for none.
 * @throws ConfigurationError
 */
export function parametersOf(
  binding: JsonObject,
  request: ParameterRequest | undefined,
  source: ParameterSource,
): readonly (JsonObject | undefined)[] {
  const reference = objectAt(binding, 'spec', 'paramRef');
  if (request === undefined || reference === undefined) return [undefined];
  const found = findParameters(reference, request, source.reader);
  if (found.length === 0 && stringAt(reference, 'parameterNotFoundAction') === 'Deny') {
    throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  const { kind, resource } = request;
  return found.map((object) => source.encode(object, { ...kind, resource: resource.resource }));
}

function findParameters(
  reference: JsonObject,
  { kind: { group }, resource: { resource, namespaced }, namespace }: ParameterRequest,
  reader: ObjectReader,
): readonly KubeObject[] {
  const told = stringAt(reference, 'namespace');
  const name = stringAt(reference, 'name');
  const selector = objectAt(reference, 'selector');
  if (!namespaced && told !== '') {
    throw new ConfigurationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const from = !namespaced ? '' : told === '' ? namespace : told;
  if (namespaced && from === '') {
    throw new ConfigurationError(
      'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
    );
  }
  if (name !== '') {
    const found = reader.find({ group, resource }, from, name);
    return found === undefined ? [] : [found];
  }
  const matches = labelSelectorMatcher(selector ?? {});
  return reader.list({ group, resource }, from).filter(({ metadata }) => matches(metadata.labels ?? {}));
}
