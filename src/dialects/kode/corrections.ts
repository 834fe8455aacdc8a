/**
 * What published examples of kode-operator get wrong: an `apiVersion` without its group, and references to a proxy
 * configuration without its kind. Envoy's own words in lower case are left, since Envoy takes them.
 */
import { isJsonObject, type JsonObject } from '../../api/json';
import type { Manifest } from '../../api/object';
import { apiVersionOf } from '../../api/resource-type';
import type { Corrected, Correction, CorrectManifest } from '../corrections';
import {
  ENVOY_PROXY_CLUSTER_CONFIG,
  ENVOY_PROXY_CONFIG,
  KODE,
  KODE_CLUSTER_TEMPLATE,
  KODE_ENTRY_POINT,
  KODE_TEMPLATE,
} from './resource-types';

const API_VERSION = apiVersionOf(KODE);
const BARE_VERSION = KODE.version;

const KINDS: ReadonlySet<string> = new Set(
  [KODE, KODE_TEMPLATE, KODE_CLUSTER_TEMPLATE, ENVOY_PROXY_CONFIG, ENVOY_PROXY_CLUSTER_CONFIG].map(({ kind }) => kind),
);
const TEMPLATES: ReadonlySet<string> = new Set([KODE_TEMPLATE.kind, KODE_CLUSTER_TEMPLATE.kind]);

/** Fields that only kode-operator's EntryPoint has: other groups have a kind of this name too. */
const ENTRY_POINT_FIELDS = ['api', 'apiType', 'type', 'routingType', 'url'];

/** Corrects manifests of kode-operator's kinds, and leaves all others as they are. */
export const kodeCorrections: CorrectManifest = (manifest, others) => {
  const named = withGroup(manifest);
  if (named.manifest.apiVersion !== API_VERSION) return named;
  const referring = ['envoyProxyRef', 'envoyConfigRef'].reduce(
    (corrected, field) => followedBy(corrected, withReferenceKind(corrected.manifest, field, others)),
    named,
  );
  return referring;
};

function followedBy(first: Corrected, second: Corrected): Corrected {
  return { manifest: second.manifest, corrections: [...first.corrections, ...second.corrections] };
}

function withGroup(manifest: Manifest): Corrected {
  if (manifest.apiVersion !== BARE_VERSION || !isOurs(manifest)) return { manifest, corrections: [] };
  return {
    manifest: { ...manifest, apiVersion: API_VERSION },
    corrections: [{ path: 'apiVersion', message: `"${BARE_VERSION}" lacks the group: read as "${API_VERSION}"` }],
  };
}

function isOurs({ kind, spec }: Manifest): boolean {
  if (KINDS.has(kind)) return true;
  return kind === KODE_ENTRY_POINT.kind && isJsonObject(spec) && ENTRY_POINT_FIELDS.some((field) => field in spec);
}

function withReferenceKind(manifest: Manifest, field: string, others: readonly Manifest[]): Corrected {
  const { spec } = manifest;
  const unchanged: Corrected = { manifest, corrections: [] };
  if (!TEMPLATES.has(manifest.kind) || !isJsonObject(spec)) return unchanged;
  const reference = spec[field];
  if (!isJsonObject(reference) || isText(reference['kind'])) return unchanged;
  const resolved = referenceKind(manifest, reference, others);
  if (resolved === undefined) return unchanged;
  const correction: Correction = {
    path: `spec.${field}.kind`,
    message: `missing: read as "${resolved.kind}", since ${resolved.because}`,
  };
  return {
    manifest: { ...manifest, spec: { ...spec, [field]: { ...reference, kind: resolved.kind } } },
    corrections: [correction],
  };
}

/** Undefined where nothing at hand decides: the front end asks the cluster then, each time it plans. */
function referenceKind(
  manifest: Manifest,
  { name, namespace }: JsonObject,
  others: readonly Manifest[],
): { readonly kind: string; readonly because: string } | undefined {
  const { kind: namespacedKind } = ENVOY_PROXY_CONFIG;
  const { kind: clusterKind } = ENVOY_PROXY_CLUSTER_CONFIG;
  if (typeof name !== 'string' || name === '') return undefined;
  if (isText(namespace)) return { kind: namespacedKind, because: 'a namespace is given' };
  const named = others.filter(({ apiVersion, metadata }) => {
    return metadata.name === name && (apiVersion === API_VERSION || apiVersion === BARE_VERSION);
  });
  const namespaced = named.filter(({ kind }) => kind === namespacedKind);
  // A cluster template's reference is looked up in the namespace of each Kode: what is there in one isn't in another.
  if (manifest.kind === KODE_CLUSTER_TEMPLATE.kind && namespaced.length > 0) return undefined;
  if (namespaced.some(({ metadata }) => metadata.namespace === manifest.metadata.namespace)) {
    return { kind: namespacedKind, because: `${namespacedKind} "${name}" is there` };
  }
  if (named.some(({ kind }) => kind === clusterKind)) {
    return { kind: clusterKind, because: `${clusterKind} "${name}" is there` };
  }
  return undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
