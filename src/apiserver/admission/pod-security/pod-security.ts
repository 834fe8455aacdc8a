/**
 * Holds pods to the level that their namespace demands, and warns about workloads whose pods wouldn't pass.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { objectAt, objectsAt, stringAt } from '../../authentication/json-members';
import { canonicalJson } from '../../json/json-text';
import type { ObjectReader } from '../../resources/object-reader';
import { forbidden, internalError, invalid } from '../../status-error';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import { resourceOf } from '../refusal';
import type { CheckedPod } from './check';
import { violationsOf, violationsText } from './evaluation';
import { existingPodsWarnings } from './existing-pods';
import { compareLevels, levelText, NO_POLICY, type Policy, policyOf } from './policy';

const NAMESPACES = { group: '', resource: 'namespaces' } as const;

/** Where workloads keep the pods that they make. */
const TEMPLATE_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['/podtemplates', ['template']],
  ['/replicationcontrollers', ['spec', 'template']],
  ['apps/replicasets', ['spec', 'template']],
  ['apps/deployments', ['spec', 'template']],
  ['apps/statefulsets', ['spec', 'template']],
  ['apps/daemonsets', ['spec', 'template']],
  ['batch/jobs', ['spec', 'template']],
  ['batch/cronjobs', ['spec', 'jobTemplate', 'spec', 'template']],
]);
/** They change nothing that is checked. */
const IGNORED_SUBRESOURCES: ReadonlySet<string> = new Set([
  'exec',
  'attach',
  'binding',
  'eviction',
  'log',
  'portforward',
  'proxy',
  'status',
]);

export function podSecurity(reader: ObjectReader): AdmissionPlugin {
  return {
    name: 'PodSecurity',
    validate(object, attributes) {
      const { operation, group, resource, subresource } = attributes;
      if (object === undefined || (operation !== 'CREATE' && operation !== 'UPDATE')) return undefined;
      if (group === '' && resource === 'pods') checkPod(object, attributes, reader);
      else if (subresource !== '') return undefined;
      else if (group === '' && resource === 'namespaces') checkNamespace(object, attributes, reader);
      else {
        const path = TEMPLATE_PATHS.get(`${group}/${resource}`);
        if (path !== undefined) warnOfTemplate(objectAt(object, ...path), attributes, reader);
      }
      return undefined;
    },
  };
}

function checkPod(pod: KubeObject, attributes: AdmissionAttributes, reader: ObjectReader): void {
  if (IGNORED_SUBRESOURCES.has(attributes.subresource)) return;
  const namespace = reader.find(NAMESPACES, '', attributes.namespace);
  if (namespace === undefined)
    throw internalError(`failed to lookup namespace ${JSON.stringify(attributes.namespace)}`);
  const policy = readPolicy(namespace);
  if (policy.enforce.level === 'privileged' && policy.warn.level === 'privileged') return;
  if (attributes.operation === 'UPDATE' && !isSignificant(pod, attributes.oldObject)) return;
  const checked = podOf(pod);
  const violations = violationsOf(checked, policy.enforce);
  if (violations.length > 0) {
    const name = attributes.name === '' ? pod.metadata.name : attributes.name;
    const why = `violates PodSecurity ${JSON.stringify(levelText(policy.enforce))}: ${violationsText(violations)}`;
    throw forbidden(resourceOf(attributes), name, why);
  }
  warn(checked, policy, attributes);
}

function warnOfTemplate(template: JsonObject | undefined, attributes: AdmissionAttributes, reader: ObjectReader): void {
  const namespace = reader.find(NAMESPACES, '', attributes.namespace);
  if (template === undefined || namespace === undefined) return;
  const policy = readPolicy(namespace);
  if (policy.warn.level !== 'privileged') warn(podOf(template), policy, attributes);
}

function warn(pod: CheckedPod, policy: Policy, attributes: AdmissionAttributes): void {
  const violations = violationsOf(pod, policy.warn);
  if (violations.length === 0) return;
  const level = JSON.stringify(levelText(policy.warn));
  attributes.warn(`would violate PodSecurity ${level}: ${violationsText(violations)}`);
}

function podOf(holder: unknown): CheckedPod {
  return { metadata: objectAt(holder, 'metadata') ?? {}, spec: objectAt(holder, 'spec') ?? {} };
}

function readPolicy({ metadata: { labels } }: KubeObject): Policy {
  return labels === undefined ? NO_POLICY : policyOf(labels).policy;
}

/** A namespace's labels must be right, and who demands more is told of the pods that don't pass. */
function checkNamespace(namespace: KubeObject, attributes: AdmissionAttributes, reader: ObjectReader): void {
  const { policy, errors } = policyOf(namespace.metadata.labels ?? {});
  const { oldObject, operation } = attributes;
  const before = policyOf(oldObject?.metadata.labels ?? {});
  const isKnown = operation === 'UPDATE' && canonicalJson(errors) === canonicalJson(before.errors);
  if (errors.length > 0 && !isKnown) {
    const name = attributes.name === '' ? namespace.metadata.name : attributes.name;
    throw invalid({ group: '', kind: 'Namespace' }, name, errors);
  }
  if (operation !== 'UPDATE' || policy.enforce.level === 'privileged') return;
  const isSameVersion = policy.enforce.minor === before.policy.enforce.minor;
  if (isSameVersion && compareLevels(policy.enforce.level, before.policy.enforce.level) <= 0) return;
  for (const text of existingPodsWarnings(namespace.metadata.name, policy.enforce, reader)) attributes.warn(text);
}

/** True if an update brings other images or containers. */
function isSignificant(pod: KubeObject, oldPod: KubeObject | undefined): boolean {
  const images = (object: unknown, list: string): readonly string[] =>
    objectsAt(object, 'spec', list).map((container) => stringAt(container, 'image'));
  for (const list of ['containers', 'initContainers']) {
    if (canonicalJson(images(pod, list)) !== canonicalJson(images(oldPod, list))) return true;
  }
  const before = new Map(
    objectsAt(oldPod, 'spec', 'ephemeralContainers').map((container) => [
      stringAt(container, 'name'),
      stringAt(container, 'image'),
    ]),
  );
  return objectsAt(pod, 'spec', 'ephemeralContainers').some(
    (container) => before.get(stringAt(container, 'name')) !== stringAt(container, 'image'),
  );
}
