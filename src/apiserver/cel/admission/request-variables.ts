/**
 * What a request is to expressions of policies and webhooks.
 * @see k8s.io/apiserver/pkg/admission/plugin/cel/condition.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import type { AdmissionAttributes } from '../../admission/admission';
import { objectAt } from '../../authentication/json-members';
import { userJson } from '../../authentication/token-review';
import type { Authorizer } from '../../authorization/authorizer';
import type { Variables } from '../evaluation/frame';
import { AuthorizerValue, ResourceCheck } from '../libraries/authorization';
import { jsonValue } from '../schemas/json-value';
import type { Value } from '../values/value';

/** One request, as the expressions of one policy or webhook see it. */
export interface SeenRequest {
  readonly attributes: AdmissionAttributes;
  /** The kind in the version in which the objects are seen. */
  readonly kind: Pick<AdmissionAttributes, 'group' | 'version' | 'kind'>;
  /** The resource as which it is seen. */
  readonly resource: Pick<AdmissionAttributes, 'group' | 'version' | 'resource'>;
  /** Absent for DELETE. */
  readonly object?: JsonObject | undefined;
  readonly oldObject?: JsonObject | undefined;
  readonly params?: JsonObject | undefined;
  /** The namespace of the request; absent where it has none, and where it isn't shown. */
  readonly namespace?: JsonObject | undefined;
  /** Absent where it isn't shown. */
  readonly authorizer?: Authorizer | undefined;
}

function kindJson({ group, version, kind }: SeenRequest['kind']): JsonObject {
  return { group, version, kind };
}

function resourceJson({ group, version, resource }: SeenRequest['resource']): JsonObject {
  return { group, version, resource };
}

function requestJson({ attributes, kind, resource }: SeenRequest): JsonObject {
  const { subresource, name, namespace, operation, user, dryRun, options } = attributes;
  return {
    uid: '',
    kind: kindJson(kind),
    resource: resourceJson(resource),
    requestKind: kindJson(attributes),
    requestResource: resourceJson(attributes),
    ...(subresource === '' ? {} : { subResource: subresource, requestSubResource: subresource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userJson(user),
    object: null,
    oldObject: null,
    dryRun,
    options,
  };
}

const SHOWN_METADATA = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'finalizers',
];

/** A namespace without what concerns the server alone. */
function shownNamespace(namespace: JsonObject): JsonObject {
  const metadata = objectAt(namespace, 'metadata') ?? {};
  return {
    metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => SHOWN_METADATA.includes(key))),
    spec: objectAt(namespace, 'spec') ?? {},
    status: objectAt(namespace, 'status') ?? {},
  };
}

function jsonOrNull(json: JsonObject | undefined): Value {
  return json === undefined ? null : jsonValue(json);
}

function authorizerVariables(authorizer: Authorizer, attributes: AdmissionAttributes): readonly [string, Value][] {
  const { group, resource, subresource, namespace, name } = attributes;
  const asked = new AuthorizerValue(authorizer, attributes.user);
  const check = new ResourceCheck(asked, { group, resource, subresource, namespace, name });
  return [
    ['authorizer', asked],
    ['authorizer.requestResource', check],
  ];
}

/** The variables but for `variables`. */
export function requestVariables(request: SeenRequest): Variables {
  const { object, oldObject, params, namespace, authorizer, attributes } = request;
  const values = new Map<string, Value>([
    ['object', jsonOrNull(object)],
    ['oldObject', jsonOrNull(oldObject)],
    ['params', jsonOrNull(params)],
    ['namespaceObject', namespace === undefined ? null : jsonValue(shownNamespace(namespace))],
    ['request', jsonValue(requestJson(request))],
    ...(authorizer === undefined ? [] : authorizerVariables(authorizer, attributes)),
  ]);
  return (name) => values.get(name);
}
