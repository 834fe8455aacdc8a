/**
 * What expressions of policies and webhooks may name.
 * @see k8s.io/apiserver/pkg/admission/plugin/cel/compile.go, v0.34
 */
import { AUTHORIZER, RESOURCE_CHECK } from '../libraries/authorization';
import { FUNCTIONS } from '../libraries/functions';
import type { Environment, StructType } from '../typing/environment';
import { type CelType, DYN, listOf, mapOf, parameterAt, parseType, structOf } from '../typing/type';

export interface AdmissionVariables {
  readonly hasParams: boolean;
  readonly hasAuthorizer: boolean;
  /** What `variables` holds, by name; undefined where there is no such thing. */
  readonly composed: ReadonlyMap<string, CelType> | undefined;
}

/** The name of the type of `variables`. */
export const VARIABLES_TYPE = 'kubernetes.variables';

type Fields = Readonly<Record<string, string>>;

const STRUCTS: Readonly<Record<string, Fields>> = {
  'kubernetes.GroupVersionKind': { group: 'string', version: 'string', kind: 'string' },
  'kubernetes.GroupVersionResource': { group: 'string', version: 'string', resource: 'string' },
  'kubernetes.UserInfo': {
    username: 'string',
    uid: 'string',
    groups: 'list(string)',
    extra: 'map(string, list(string))',
  },
  'kubernetes.AdmissionRequest': {
    kind: 'kubernetes.GroupVersionKind',
    resource: 'kubernetes.GroupVersionResource',
    subResource: 'string',
    requestKind: 'kubernetes.GroupVersionKind',
    requestResource: 'kubernetes.GroupVersionResource',
    requestSubResource: 'string',
    name: 'string',
    namespace: 'string',
    operation: 'string',
    userInfo: 'kubernetes.UserInfo',
    dryRun: 'bool',
    options: 'dyn',
  },
  'kubernetes.NamespaceSpec': { finalizers: 'list(string)' },
  'kubernetes.NamespaceCondition': {
    status: 'string',
    type: 'string',
    lastTransitionTime: 'timestamp',
    message: 'string',
    reason: 'string',
  },
  'kubernetes.NamespaceStatus': { conditions: 'list(kubernetes.NamespaceCondition)', phase: 'string' },
  'kubernetes.NamespaceMetadata': {
    name: 'string',
    generateName: 'string',
    namespace: 'string',
    labels: 'map(string, string)',
    annotations: 'map(string, string)',
    UID: 'string',
    creationTimestamp: 'timestamp',
    deletionGracePeriodSeconds: 'int',
    deletionTimestamp: 'timestamp',
    generation: 'int',
    resourceVersion: 'string',
    finalizers: 'list(string)',
  },
  'kubernetes.Namespace': {
    metadata: 'kubernetes.NamespaceMetadata',
    spec: 'kubernetes.NamespaceSpec',
    status: 'kubernetes.NamespaceStatus',
  },
};

function structWith(fields: ReadonlyMap<string, CelType>): StructType {
  return { findField: (name) => fields.get(name) };
}

/** The types of a request and of its namespace, by name. */
export const REQUEST_STRUCTS: ReadonlyMap<string, StructType> = new Map(
  Object.entries(STRUCTS).map(([name, fields]) => [
    name,
    structWith(new Map(Object.entries(fields).map(([field, type]) => [field, parseType(type)]))),
  ]),
);

/** The variables that every such expression has, but for the objects. */
export const REQUEST_VARIABLES: readonly (readonly [string, CelType])[] = [
  ['namespaceObject', structOf('kubernetes.Namespace')],
  ['request', structOf('kubernetes.AdmissionRequest')],
];

/** `composed` is looked at again for each expression: what is added later is seen. */
export function admissionEnvironment({ hasParams, hasAuthorizer, composed }: AdmissionVariables): Environment {
  const variables = new Map<string, CelType>([['object', DYN], ['oldObject', DYN], ...REQUEST_VARIABLES]);
  if (hasParams) variables.set('params', DYN);
  if (hasAuthorizer) variables.set('authorizer', AUTHORIZER).set('authorizer.requestResource', RESOURCE_CHECK);
  if (composed !== undefined) variables.set('variables', structOf(VARIABLES_TYPE));
  const structs =
    composed === undefined ? REQUEST_STRUCTS : new Map([...REQUEST_STRUCTS, [VARIABLES_TYPE, structWith(composed)]]);
  return { variables, structs, functions: FUNCTIONS };
}

/** The type of a variable in `variables` whose expression has a type: what has fields is seen without them. */
export function composedType(type: CelType): CelType {
  switch (type.kind) {
    case 'list':
      return listOf(composedType(parameterAt(type, 0)));
    case 'map':
      return mapOf(composedType(parameterAt(type, 0)), composedType(parameterAt(type, 1)));
    case 'any':
    case 'bool':
    case 'bytes':
    case 'double':
    case 'duration':
    case 'int':
    case 'null':
    case 'string':
    case 'timestamp':
    case 'uint':
      return type;
    case 'dyn':
    case 'error':
    case 'opaque':
    case 'parameter':
    case 'struct':
    case 'type':
      return DYN;
  }
}
