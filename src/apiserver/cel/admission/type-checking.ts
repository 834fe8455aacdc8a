/**
 * Checks the expressions of a policy against the types of the kinds that it is about. What is found is only told, in the
 * policy's status.
 * @see k8s.io/apiserver/pkg/admission/plugin/policy/validating/typechecking.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import { objectAt, objectsAt, stringAt, stringsAt } from '../../authentication/json-members';
import type { SchemaNode } from '../../schema/schema-node';
import { compile } from '../compilation';
import { AUTHORIZER } from '../libraries/authorization';
import { FUNCTIONS } from '../libraries/functions';
import { findDeclaredType, namedTypes } from '../schemas/declared-type';
import { publishedNode } from '../schemas/published-node';
import type { Environment, StructType } from '../typing/environment';
import { type CelType, DYN, structOf } from '../typing/type';
import { composedType, REQUEST_STRUCTS, REQUEST_VARIABLES, VARIABLES_TYPE } from './environment';

export interface VersionedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What the API serves. */
export interface KindSource {
  /** The kinds of a resource in a version; with an empty group, of all groups that have such a version and resource. */
  findKinds(group: string, version: string, resource: string): readonly VersionedKind[];
  findSchema(kind: VersionedKind): SchemaNode | undefined;
}

/** An entry of `status.typeChecking.expressionWarnings`. */
export interface ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}

const MOST_KINDS = 10;

/** The kinds that the rules of a policy name. Where a rule has a wildcard, what it means isn't looked up. */
function kindsOf(policy: JsonObject, source: KindSource): readonly VersionedKind[] {
  const found = new Map<string, VersionedKind>();
  for (const rule of objectsAt(policy, 'spec', 'matchConstraints', 'resourceRules')) {
    const [groups, versions] = [stringsAt(rule, 'apiGroups'), stringsAt(rule, 'apiVersions')];
    if ([...groups, ...versions].some((name) => name.includes('*'))) continue;
    const resources = stringsAt(rule, 'resources').filter((name) => !/[*/]/.test(name));
    const kinds = inOrder(groups).flatMap((group) =>
      inOrder(versions).flatMap((version) =>
        inOrder(resources).flatMap((resource) => source.findKinds(group, version, resource)),
      ),
    );
    for (const kind of kinds.slice(0, MOST_KINDS)) found.set(kindText(kind), kind);
    if (kinds.length >= MOST_KINDS) break;
  }
  return [...found.values()].sort(
    (a, b) => compare(a.group, b.group) || compare(a.version, b.version) || compare(a.kind, b.kind),
  );
}

function inOrder(names: readonly string[]): readonly string[] {
  return [...names].sort(compare);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function kindText({ group, version, kind }: VersionedKind): string {
  return `${group}/${version}, Kind=${kind}`;
}

interface Typed {
  readonly type: CelType;
  readonly structs: ReadonlyMap<string, StructType>;
}

function findTyped(kind: VersionedKind, source: KindSource): Typed | undefined {
  const schema = source.findSchema(kind);
  const declared = schema === undefined ? undefined : findDeclaredType(publishedNode(schema), true);
  return declared === undefined ? undefined : namedTypes(declared, kind.kind);
}

function findParams(policy: JsonObject, source: KindSource): Typed | undefined {
  const paramKind = objectAt(policy, 'spec', 'paramKind');
  if (paramKind === undefined) return undefined;
  const [version = '', group = ''] = stringAt(paramKind, 'apiVersion').split('/').reverse();
  return findTyped({ group, version, kind: stringAt(paramKind, 'kind') }, source);
}

/** The variables of the policy have the types that follow from the kind. */
function environmentFor(policy: JsonObject, object: Typed, params: Typed | undefined): Environment {
  const composed = new Map<string, CelType>();
  const variables = new Map<string, CelType>([
    ...REQUEST_VARIABLES,
    ['object', object.type],
    ['oldObject', object.type],
    ...(params === undefined ? [] : [['params', params.type] as const]),
    ['authorizer', AUTHORIZER],
    ['variables', structOf(VARIABLES_TYPE)],
  ]);
  const structs = new Map<string, StructType>([
    ...REQUEST_STRUCTS,
    ...object.structs,
    ...(params?.structs ?? []),
    [VARIABLES_TYPE, { findField: (name) => composed.get(name) }],
  ]);
  const environment = { variables, structs, functions: FUNCTIONS };
  for (const variable of objectsAt(policy, 'spec', 'variables')) {
    const compiled = compile(stringAt(variable, 'expression'), environment);
    const type = compiled.problem === undefined ? composedType(compiled.type) : DYN;
    composed.set(stringAt(variable, 'name'), type);
  }
  return environment;
}

/** What is wrong with the expressions of a policy, for the kinds that it is about; empty where nothing is found. */
export function typeCheckWarnings(policy: JsonObject, source: KindSource): readonly ExpressionWarning[] {
  const params = findParams(policy, source);
  const environments = kindsOf(policy, source).flatMap((kind) => {
    const typed = findTyped(kind, source);
    return typed === undefined ? [] : [{ kind, environment: environmentFor(policy, typed, params) }];
  });
  const warningsOf = (expression: string, fieldRef: string): readonly ExpressionWarning[] => {
    const texts = environments.flatMap(({ kind, environment }) => {
      const { problem } = compile(expression, environment);
      return problem === undefined ? [] : [`${kindText(kind)}: ${problem}\n`];
    });
    return texts.length === 0 ? [] : [{ fieldRef, warning: texts.join('\n') }];
  };
  return objectsAt(policy, 'spec', 'validations').flatMap((validation, index) => {
    const at = `spec.validations[${String(index)}]`;
    const message = stringAt(validation, 'messageExpression');
    return [
      ...warningsOf(stringAt(validation, 'expression'), `${at}.expression`),
      ...(message === '' ? [] : warningsOf(message, `${at}.messageExpression`)),
    ];
  });
}
