/**
 * What a Kode refers to: its template, and the proxy configuration that the template asks for.
 *
 * References stay in the namespace. Another namespace has to permit them, by an annotation on the object referred to; whether
 * an object that doesn't permit it exists at all isn't told.
 */
import { describeObject, type KubeObject } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { ALLOWED_NAMESPACES_ANNOTATION } from '../../api/well-known';
import type { Lookup } from '../../plan/lookup';
import type { ProxyConfigSpec } from './envoy-proxy-config';
import { type Hold, hold } from './hold';
import type { KodeObject } from './kode';
import type { KodeTemplateObject } from './kode-template';
import { ENVOY_PROXY_CLUSTER_CONFIG, ENVOY_PROXY_CONFIG, KODE_CLUSTER_TEMPLATE, KODE_TEMPLATE } from './resource-types';

interface ProxyConfigObject extends KubeObject {
  readonly spec?: ProxyConfigSpec;
}

/** A sign-in that a template asks for. */
export interface ProxyRequest {
  /** What asks for it, for messages: `EnvoyProxyConfig team-a/opa`, with a remark where it isn't there. */
  readonly askedBy: string;
  /** Absent: no configuration was found. */
  readonly config?: {
    readonly kind: 'EnvoyProxyConfig' | 'EnvoyProxyClusterConfig';
    readonly name: string;
    readonly spec: ProxyConfigSpec;
  };
}

/** The template of a Kode. */
export function resolveTemplate(kode: KodeObject, lookup: Lookup): KodeTemplateObject | Hold {
  const { kind, name, namespace } = kode.spec.templateRef;
  const own = namespaceOf(kode);
  if (kind === 'KodeClusterTemplate') {
    const answer = lookup.get<KodeTemplateObject>(KODE_CLUSTER_TEMPLATE, { name });
    if (answer.found) return answer.object;
    return hold(
      kode,
      'TemplateNotFound',
      `spec.templateRef: KodeClusterTemplate ${name} does not exist: create it, or correct the reference`,
    );
  }
  const home = namespace === undefined || namespace === '' ? own : namespace;
  const answer = lookup.get<KodeTemplateObject>(KODE_TEMPLATE, { namespace: home, name });
  if (answer.found && (home === own || permits(answer.object, own))) return answer.object;
  if (home !== own) return notPermitted(kode, 'spec.templateRef', `KodeTemplate ${home}/${name}`);
  return hold(
    kode,
    'TemplateNotFound',
    `spec.templateRef: KodeTemplate ${home}/${name} does not exist: create it, or correct the reference`,
  );
}

/**
 * The proxy that a template asks for; undefined where it asks for none.
 *
 * A configuration that doesn't exist is no hold: a hold would leave an environment as open as it ran before its template
 * asked for a sign-in. It is asked for all the same, and an environment whose sign-in can't be rendered is closed.
 */
export function resolveProxy(
  kode: KodeObject,
  template: KodeTemplateObject,
  lookup: Lookup,
): ProxyRequest | undefined | Hold {
  const reference = template.spec.envoyProxyRef ?? template.spec.envoyConfigRef;
  if (reference === undefined) return undefined;
  const field = template.spec.envoyProxyRef === undefined ? 'envoyConfigRef' : 'envoyProxyRef';
  const { kind, name } = reference;
  if (name === '')
    return hold(
      kode,
      'Invalid',
      `spec.${field}.name of ${describeObject(template)} is empty: name a proxy configuration, or remove ${field}`,
    );

  const own = namespaceOf(kode);
  const usual = template.metadata.namespace ?? own;
  const given = reference.namespace === '' ? undefined : reference.namespace;
  const home = given ?? usual;
  const cluster = (): ProxyRequest | undefined => find(ENVOY_PROXY_CLUSTER_CONFIG, { name }, lookup);

  if (kind === 'EnvoyProxyClusterConfig') return cluster() ?? missing(`EnvoyProxyClusterConfig ${name}`);
  const permitted =
    home === own || home === usual || isPermitted(ENVOY_PROXY_CONFIG, { namespace: home, name }, own, lookup);
  // A hold would leave an environment open that was open before the reference was written; closing it leaks nothing.
  if (!permitted) return closedTo(kode, `EnvoyProxyConfig ${home}/${name}`);
  const namespaced = find(ENVOY_PROXY_CONFIG, { namespace: home, name }, lookup);
  if (kind === 'EnvoyProxyConfig' || given !== undefined)
    return namespaced ?? missing(`EnvoyProxyConfig ${home}/${name}`);
  // Both are read, whatever the first answer is: a configuration that appears or goes changes which one is meant.
  const clusterWide = cluster();
  return namespaced ?? clusterWide ?? missing(`EnvoyProxyConfig ${home}/${name} or EnvoyProxyClusterConfig ${name}`);
}

function find(
  type: ResourceType,
  name: { readonly namespace?: string; readonly name: string },
  lookup: Lookup,
): ProxyRequest | undefined {
  const answer = lookup.get<ProxyConfigObject>(type, name);
  if (!answer.found) return undefined;
  const kind = type === ENVOY_PROXY_CONFIG ? 'EnvoyProxyConfig' : 'EnvoyProxyClusterConfig';
  return {
    askedBy: describeObject({ kind, metadata: name }),
    config: { kind, name: name.name, spec: answer.object.spec ?? {} },
  };
}

function missing(what: string): ProxyRequest {
  return { askedBy: `${what} (which does not exist)` };
}

function closedTo(kode: KodeObject, what: string): ProxyRequest {
  const namespace = namespaceOf(kode);
  return {
    askedBy:
      `${what} (which does not exist or does not permit references from namespace ${namespace}; ` +
      `its owner can annotate it with ${ALLOWED_NAMESPACES_ANNOTATION}: ${namespace})`,
  };
}

function isPermitted(
  type: ResourceType,
  name: { readonly namespace: string; readonly name: string },
  namespace: string,
  lookup: Lookup,
): boolean {
  const answer = lookup.get(type, name);
  return answer.found && permits(answer.object, namespace);
}

/** True where the object lets itself be referred to from a namespace. */
function permits(object: KubeObject, namespace: string): boolean {
  const allowed = object.metadata.annotations?.[ALLOWED_NAMESPACES_ANNOTATION] ?? '';
  return allowed.split(',').some((entry) => entry.trim() === '*' || entry.trim() === namespace);
}

function notPermitted(kode: KodeObject, field: string, what: string): Hold {
  return hold(
    kode,
    'ReferenceNotPermitted',
    `${field}: ${what} does not exist or does not permit references from namespace ${namespaceOf(kode)}: ` +
      `its owner can annotate it with ${ALLOWED_NAMESPACES_ANNOTATION}: ${namespaceOf(kode)}`,
  );
}

/** The namespace of a Kode, which always has one once it is stored. */
export function namespaceOf(kode: KodeObject): string {
  return kode.metadata.namespace ?? 'default';
}
