/**
 * What a client is told of a pod or a template that is good, but hardly what was meant.
 * @see k8s.io/kubernetes/pkg/api/pod/warnings.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { parseQuantity } from '../../../api/quantity';
import { ipWarnings } from '../checks/ip-addresses';
import { entryAt, hasKey, isSameValue, listAt, mapAt, numberAt, objectAt, textAt, textsAt } from '../json-members';
import { labelValueProblems } from '../metadata';
import { visitContainers } from './containers-of-pod';
import { overlappingPathWarnings } from './path-overlap';
import {
  APP_ARMOR_PREFIX,
  annotationsOf,
  findAppArmorProfile,
  SECCOMP_CONTAINER_PREFIX,
  SECCOMP_POD_ANNOTATION,
} from './pod-annotations';
import { portWarnings } from './port-warnings';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const NULL_SELECTOR = 'a null labelSelector results in matching no pod';

const DEPRECATED_NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

/** Sources of volumes, each with how its path ends and what is said of it. */
const DEPRECATED_VOLUMES: readonly (readonly [key: string, shownAs: string, message: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** Texts for a template; `path` is that of the template, empty for a pod itself. */
export function podTemplateWarnings(template: JsonObject, path: string): string[] {
  const prefix = path === '' ? '' : `${path}.`;
  const spec = objectAt(template, 'spec') ?? {};
  const annotations = annotationsOf(template);
  const at = `${prefix}spec`;
  return [
    ...nodeLabelWarnings(spec, at),
    ...spreadWarnings(spec, at),
    ...Object.entries(DEPRECATED_ANNOTATIONS)
      .filter(([key]) => hasKey(annotations, key))
      .map(([key, message]) => `${prefix}metadata.annotations[${key}]: ${message}`),
    ...volumeWarnings(listAt(spec, 'volumes'), `${at}.volumes`),
    ...overlappingPathWarnings(listAt(spec, 'volumes')),
    ...repetitionWarnings(spec, at),
    ...amountWarnings(mapAt(spec, 'overhead'), `${at}.overhead`),
    ...seccompPodWarnings({ spec, annotations }, prefix),
    ...containerWarnings({ template, annotations, isPod: path === '' }, prefix),
    ...portWarnings(spec, at),
    ...restWarnings(spec, at),
  ];
}

/** What is said of the key of a label of nodes, or undefined. */
function findDeprecation(key: string): string | undefined {
  return hasKey(DEPRECATED_NODE_LABELS, key) ? DEPRECATED_NODE_LABELS[key] : undefined;
}

function nodeLabelWarnings(spec: JsonObject, path: string): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(mapAt(spec, 'nodeSelector'))) {
    const message = findDeprecation(key);
    if (message !== undefined) warnings.push(`${path}.nodeSelector[${key}]: ${message}`);
  }
  const affinity = objectAt(objectAt(spec, 'affinity'), 'nodeAffinity');
  const at = `${path}.affinity.nodeAffinity`;
  for (const [index, term] of listAt(objectAt(affinity, REQUIRED), 'nodeSelectorTerms').entries()) {
    const termPath = `${at}.${REQUIRED}.nodeSelectorTerms[${String(index)}]`;
    warnings.push(...nodeTermWarnings(term, { path: termPath, checksValues: false }));
  }
  for (const [index, term] of listAt(affinity, PREFERRED).entries()) {
    const termPath = `${at}.${PREFERRED}[${String(index)}].preference`;
    warnings.push(...nodeTermWarnings(objectAt(term, 'preference') ?? {}, { path: termPath, checksValues: true }));
  }
  return warnings;
}

/** Texts for a term of a node selector; `checksValues` where values are not refused. */
export function nodeTermWarnings(
  term: JsonObject,
  { path, checksValues }: { readonly path: string; readonly checksValues: boolean },
): string[] {
  return listAt(term, 'matchExpressions').flatMap((expression, index) => {
    const at = `${path}.matchExpressions[${String(index)}]`;
    const key = textAt(expression, 'key');
    const message = findDeprecation(key);
    const values = checksValues ? textsAt(expression, 'values') : [];
    return [
      ...(message === undefined ? [] : [`${at}.key: ${key} is ${message}`]),
      ...values.flatMap((value, valueIndex) =>
        labelValueProblems(value).map(
          (problem) => `${at}.values[${String(valueIndex)}]: ${value} is invalid, ${problem}`,
        ),
      ),
    ];
  });
}

function spreadWarnings(spec: JsonObject, path: string): string[] {
  return listAt(spec, 'topologySpreadConstraints').flatMap((constraint, index) => {
    const at = `${path}.topologySpreadConstraints[${String(index)}]`;
    const key = textAt(constraint, 'topologyKey');
    const message = findDeprecation(key);
    return [
      ...(message === undefined ? [] : [`${at}.topologyKey: ${key} is ${message}`]),
      ...(constraint['labelSelector'] === undefined ? [`${at}.labelSelector: ${NULL_SELECTOR}`] : []),
    ];
  });
}

function volumeWarnings(volumes: readonly JsonObject[], path: string): string[] {
  return volumes.flatMap((volume, index) => {
    const at = `${path}[${String(index)}]`;
    const deprecated = DEPRECATED_VOLUMES.filter(([key]) => volume[key] !== undefined);
    const template = objectAt(objectAt(volume, 'ephemeral'), 'volumeClaimTemplate');
    return [
      ...deprecated.map(([, shownAs, message]) => `${at}.${shownAs}: ${message}`),
      ...(template === undefined
        ? []
        : claimSpecWarnings(objectAt(template, 'spec') ?? {}, `${at}.ephemeral.volumeClaimTemplate.spec`)),
    ];
  });
}

/** Texts for the spec of a claim. */
export function claimSpecWarnings(spec: JsonObject, path: string): string[] {
  const resources = objectAt(spec, 'resources');
  return ['requests', 'limits'].flatMap((key) => {
    const amount = entryAt(mapAt(resources, key), 'storage');
    return amount === undefined ? [] : fractionWarnings(amount, `${path}.resources.${key}[storage]`);
  });
}

function fractionWarnings(amount: string, path: string): string[] {
  if (/^[0-9]+(?:k|[KMGTPE]i?)?$/.test(amount) || parseQuantity(amount).nanos % 10n ** 9n === 0n) return [];
  return [`${path}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`];
}

function amountWarnings(amounts: Readonly<Record<string, string>>, path: string): string[] {
  return ['memory', 'ephemeral-storage'].flatMap((name) => {
    const amount = entryAt(amounts, name);
    return amount === undefined ? [] : fractionWarnings(amount, `${path}[${name}]`);
  });
}

function repetitionWarnings(spec: JsonObject, path: string): string[] {
  const secrets = listAt(spec, 'imagePullSecrets');
  const repeated = (key: string, member: string) => {
    const seen = new Set<string>();
    return listAt(spec, key).flatMap((item, index) => {
      const value = textAt(item, member);
      const isSeen = seen.has(value);
      seen.add(value);
      return isSeen ? [`${path}.${key}[${String(index)}].${member}: duplicate ${member} ${JSON.stringify(value)}`] : [];
    });
  };
  return [
    ...repeated('hostAliases', 'ip'),
    ...repeated('imagePullSecrets', 'name'),
    ...secrets.flatMap((secret, index) =>
      textAt(secret, 'name') === '' ? [`${path}.imagePullSecrets[${String(index)}].name: invalid empty name ""`] : [],
    ),
  ];
}

interface AnnotatedSpec {
  readonly spec: JsonObject;
  readonly annotations: Readonly<Record<string, string>>;
}

function seccompPodWarnings({ spec, annotations }: AnnotatedSpec, prefix: string): string[] {
  const isSaid = objectAt(objectAt(spec, 'securityContext'), 'seccompProfile') !== undefined;
  if (isSaid || !hasKey(annotations, SECCOMP_POD_ANNOTATION)) return [];
  return [seccompWarning(prefix, SECCOMP_POD_ANNOTATION)];
}

function seccompWarning(prefix: string, key: string): string {
  return `${prefix}metadata.annotations[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`;
}

interface AnnotatedTemplate {
  readonly template: JsonObject;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isPod: boolean;
}

function containerWarnings({ template, annotations, isPod }: AnnotatedTemplate, prefix: string): string[] {
  const warnings: string[] = [];
  const spec = objectAt(template, 'spec') ?? {};
  const podProfile = objectAt(objectAt(spec, 'securityContext'), 'appArmorProfile');
  visitContainers(spec, `${prefix}spec`, (container, at) => {
    const security = objectAt(container, 'securityContext');
    const name = textAt(container, 'name');
    const seccompKey = `${SECCOMP_CONTAINER_PREFIX}${name}`;
    if (security?.['seccompProfile'] === undefined && hasKey(annotations, seccompKey)) {
      warnings.push(seccompWarning(prefix, seccompKey));
    }
    const appArmor = entryAt(annotations, `${APP_ARMOR_PREFIX}${name}`);
    // Of a pod it is said where the annotation becomes a field.
    if (!isPod && security?.['appArmorProfile'] === undefined && appArmor !== undefined) {
      const isSaid = podProfile !== undefined && isSameValue(podProfile, findAppArmorProfile(appArmor));
      if (!isSaid) warnings.push(appArmorWarning(prefix, name));
    }
    const resources = objectAt(container, 'resources');
    warnings.push(...containerAmountWarnings(resources, `${at}.resources`));
    warnings.push(...environmentWarnings(listAt(container, 'env'), `${at}.env`));
  });
  return warnings;
}

/** What is said of the annotation that stands for a container's AppArmor profile. */
export function appArmorWarning(prefix: string, container: string): string {
  return `${prefix}metadata.annotations[${APP_ARMOR_PREFIX}${container}]: deprecated since v1.30; use the "appArmorProfile" field instead`;
}

function containerAmountWarnings(resources: JsonObject | undefined, path: string): string[] {
  if (resources === undefined) return [];
  return ['memory', 'ephemeral-storage'].flatMap((name) =>
    ['limits', 'requests'].flatMap((key) => {
      const amount = entryAt(mapAt(resources, key), name);
      return amount === undefined ? [] : fractionWarnings(amount, `${path}.${key}[${name}]`);
    }),
  );
}

/** A variable may be said twice only where the second builds on the first. */
function environmentWarnings(variables: readonly JsonObject[], path: string): string[] {
  const seen = new Set<string>();
  return variables.flatMap((variable, index) => {
    const name = textAt(variable, 'name');
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const reference = `$(${name})`;
    const value = textAt(variable, 'value');
    const buildsOnIt = variable['valueFrom'] === undefined && value !== reference && value.includes(reference);
    if (buildsOnIt) return [];
    const hidden = JSON.stringify(name);
    return [`${path}[${String(index)}]: hides previous definition of ${hidden}, which may be dropped when using apply`];
  });
}

function restWarnings(spec: JsonObject, path: string): string[] {
  const affinity = objectAt(spec, 'affinity');
  const dns = textsAt(objectAt(spec, 'dnsConfig'), 'nameservers');
  return [
    ...(numberAt(spec, 'terminationGracePeriodSeconds') < 0
      ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...['podAffinity', 'podAntiAffinity'].flatMap((key) =>
      podAffinityWarnings(objectAt(affinity, key), `${path}.affinity.${key}`),
    ),
    ...dns.flatMap((ip, index) => ipWarnings(`${path}.dnsConfig.nameservers[${String(index)}]`, ip)),
    ...listAt(spec, 'hostAliases').flatMap((alias, index) =>
      ipWarnings(`${path}.hostAliases[${String(index)}].ip`, textAt(alias, 'ip')),
    ),
  ];
}

function podAffinityWarnings(affinity: JsonObject | undefined, path: string): string[] {
  const warn = (term: JsonObject | undefined, at: string) =>
    term?.['labelSelector'] === undefined ? [`${at}.labelSelector: ${NULL_SELECTOR}`] : [];
  return [
    ...listAt(affinity, REQUIRED).flatMap((term, index) => warn(term, `${path}.${REQUIRED}[${String(index)}]`)),
    ...listAt(affinity, PREFERRED).flatMap((weighted, index) =>
      warn(objectAt(weighted, 'podAffinityTerm'), `${path}.${PREFERRED}[${String(index)}].podAffinityTerm`),
    ),
  ];
}
