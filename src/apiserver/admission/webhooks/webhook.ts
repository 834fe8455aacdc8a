/**
 * Webhooks as configurations describe them, and which requests they want to see.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { numberAt, objectAt, objectsAt, stringAt, stringMapAt, stringsAt } from '../../authentication/json-members';
import type { ObjectReader } from '../../resources/object-reader';
import { labelSelectorMatcher } from '../../selection/label-selector-object';
import { notFound } from '../../status-error';
import type { AdmissionAttributes } from '../admission';

/** A resource in one of its versions. */
export interface VersionedResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
}

export interface Webhook {
  readonly name: string;
  readonly clientConfig: JsonObject;
  readonly timeoutSeconds: number;
  /** What can't be called is passed over. */
  readonly isIgnorable: boolean;
  /** May be called for requests that store nothing. */
  readonly allowsDryRun: boolean;
  /** Called again where a later webhook changed the object. */
  readonly isReinvoked: boolean;
  readonly reviewVersions: readonly string[];
  readonly matchConditions: readonly JsonObject[];
  /** The webhook as it is configured. */
  readonly source: JsonObject;
}

const NAMESPACES = { group: '', resource: 'namespaces' } as const;
const GROUP = 'admissionregistration.k8s.io';
const DEFAULT_TIMEOUT_SECONDS = 10;

/** All webhooks of a type, in the order of their configurations' names. */
export function webhooksOf(
  reader: ObjectReader,
  resource: 'mutatingwebhookconfigurations' | 'validatingwebhookconfigurations',
): readonly JsonObject[] {
  return reader.list({ group: GROUP, resource }, '').flatMap((configuration) => objectsAt(configuration, 'webhooks'));
}

export function webhookOf(source: JsonObject): Webhook {
  return {
    name: stringAt(source, 'name'),
    clientConfig: objectAt(source, 'clientConfig') ?? {},
    timeoutSeconds: numberAt(source, 'timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS,
    isIgnorable: stringAt(source, 'failurePolicy') === 'Ignore',
    allowsDryRun: ['None', 'NoneOnDryRun'].includes(stringAt(source, 'sideEffects')),
    isReinvoked: stringAt(source, 'reinvocationPolicy') === 'IfNeeded',
    reviewVersions: stringsAt(source, 'admissionReviewVersions'),
    matchConditions: objectsAt(source, 'matchConditions'),
    source,
  };
}

/** True for what webhooks never see, so that nobody locks themselves out. */
export function isExempt({ group, kind }: AdmissionAttributes): boolean {
  return group === GROUP && EXEMPT_KINDS.has(kind);
}

const EXEMPT_KINDS: ReadonlySet<string> = new Set([
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
]);

/**
 * The resource as which the webhook wants to see the request: in its own version, or in an equivalent one that the rules
 * name. Undefined where it doesn't want to. Match conditions are not looked at.
 * @throws StatusError 404 where the namespace, whose labels decide, isn't there.
 */
export function findMatch(
  { source }: Webhook,
  object: unknown,
  attributes: AdmissionAttributes,
  { reader, equivalents }: { readonly reader: ObjectReader; readonly equivalents: () => readonly VersionedResource[] },
): VersionedResource | undefined {
  const rules = objectsAt(source, 'rules');
  const matched = findRuleMatch(
    rules,
    attributes,
    stringAt(source, 'matchPolicy') === 'Exact' ? () => [] : equivalents,
  );
  if (matched === undefined || !fitsObject(source, object, attributes.oldObject)) return undefined;
  return fitsNamespace(source, object, attributes, reader) ? matched : undefined;
}

function findRuleMatch(
  rules: readonly JsonObject[],
  attributes: AdmissionAttributes,
  equivalents: () => readonly VersionedResource[],
): VersionedResource | undefined {
  const own = versionedResourceOf(attributes);
  if (rules.some((rule) => isRuleFor(rule, own, attributes))) return own;
  for (const rule of rules) {
    const found = equivalents().find((other) => isRuleFor(rule, other, attributes));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The resource of a request, as it was asked for. */
function versionedResourceOf({ group, version, resource, kind }: AdmissionAttributes): VersionedResource {
  return { group, version, resource, kind };
}

function isRuleFor(rule: JsonObject, asked: VersionedResource, attributes: AdmissionAttributes): boolean {
  const names = (member: string, value: string): boolean => {
    const values = stringsAt(rule, member);
    return values.includes('*') || values.includes(value);
  };
  return (
    fitsScope(stringAt(rule, 'scope'), asked, attributes.namespace) &&
    names('operations', attributes.operation) &&
    names('apiGroups', asked.group) &&
    names('apiVersions', asked.version) &&
    stringsAt(rule, 'resources').some((text) => {
      const [resource = '', subresource = ''] = text.split('/', 2);
      return ['*', asked.resource].includes(resource) && ['*', attributes.subresource].includes(subresource);
    })
  );
}

function fitsScope(scope: string, { group, resource }: VersionedResource, namespace: string): boolean {
  const isCluster = namespace === '' || (group === '' && resource === 'namespaces');
  if (scope === 'Namespaced') return !isCluster;
  return scope === 'Cluster' ? isCluster : true;
}

/** A selector without terms fits whatever it is held against, what has no labels among it. */
function isEmpty(selector: JsonObject | undefined): selector is undefined {
  return stringMapAt(selector, 'matchLabels').size === 0 && objectsAt(selector, 'matchExpressions').length === 0;
}

function fits(selector: JsonObject, labels: Readonly<Record<string, string>> | undefined): boolean {
  return labelSelectorMatcher(selector)(labels ?? {});
}

function fitsObject(source: JsonObject, object: unknown, oldObject: KubeObject | undefined): boolean {
  const selector = objectAt(source, 'objectSelector');
  if (isEmpty(selector)) return true;
  return [object, oldObject].some((each) => {
    if (each === undefined) return false;
    return fits(selector, Object.fromEntries(stringMapAt(each, 'metadata', 'labels')));
  });
}

function fitsNamespace(
  source: JsonObject,
  object: unknown,
  { group, resource, subresource, operation, namespace }: AdmissionAttributes,
  reader: ObjectReader,
): boolean {
  const isNamespace = group === '' && resource === 'namespaces';
  const selector = objectAt(source, 'namespaceSelector');
  if ((namespace === '' && !isNamespace) || isEmpty(selector)) return true;
  if (isNamespace && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE')) {
    return fits(selector, Object.fromEntries(stringMapAt(object, 'metadata', 'labels')));
  }
  const found = reader.find(NAMESPACES, '', namespace);
  if (found === undefined) throw notFound(NAMESPACES, namespace);
  return fits(selector, found.metadata.labels);
}
