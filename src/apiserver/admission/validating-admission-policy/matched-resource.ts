/**
 * Which requests `matchConstraints` of policies and `matchResources` of bindings mean.
 * @see k8s.io/apiserver/pkg/admission/plugin/policy/matching/matching.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { objectsAt, stringAt, stringsAt } from '../../authentication/json-members';
import type { ObjectReader } from '../../resources/object-reader';
import type { AdmissionAttributes } from '../admission';
import { findMatch, type VersionedResource, webhookOf } from '../webhooks/webhook';

export interface MatchContext {
  readonly reader: ObjectReader;
  /** The other versions, and groups, in which the resource of the request is served. */
  readonly equivalents: () => readonly VersionedResource[];
}

/** Means all requests: it stands for an empty list of rules. */
const EVERYTHING: JsonObject = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] };

/** The rules that don't name other objects. */
function rulesFor(match: JsonObject, member: string, name: string): readonly JsonObject[] {
  return objectsAt(match, member).filter((rule) => {
    const names = stringsAt(rule, 'resourceNames');
    return names.length === 0 || names.includes(name);
  });
}

/**
 * The resource as which a request is meant; undefined where it isn't.
 * @throws StatusError 404 where the namespace, whose labels decide, isn't there.
 */
export function findMatchedResource(
  match: JsonObject,
  object: KubeObject | undefined,
  attributes: AdmissionAttributes,
  context: MatchContext,
): VersionedResource | undefined {
  const { name } = attributes;
  const matchPolicy = stringAt(match, 'matchPolicy') === 'Equivalent' ? 'Equivalent' : 'Exact';
  const excluded = webhookOf({ matchPolicy, rules: rulesFor(match, 'excludeResourceRules', name) });
  if (findMatch(excluded, object, attributes, context) !== undefined) return undefined;
  const rules = objectsAt(match, 'resourceRules').length === 0 ? [EVERYTHING] : rulesFor(match, 'resourceRules', name);
  return findMatch(webhookOf({ ...match, matchPolicy, rules }), object, attributes, context);
}
