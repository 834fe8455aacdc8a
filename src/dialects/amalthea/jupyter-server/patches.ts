/**
 * `spec.patches` on the objects of a server.
 *
 * Patches were written for the objects of an earlier operator, so they are shown those: keyed as it keyed them, Jupyter as the
 * first container and the proxy as the second, and empty lists where it had empty lists, so that `add …/-` finds one. What
 * comes out is what was rendered, with what the patches changed; keys that they add become objects.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import { type Manifest, valueAt } from '../../../api/object';
import type { Problem } from '../../../api/problem';
import { type Patched, withJsonPatch, withMergePatch } from './json-patch';
import { keptMetadata, type PatchScope, violations } from './patch-rules';
import { containersOf } from './patched-pod-rules';

/** One patch, as a server's spec has it. */
export interface Patch {
  readonly type?: 'application/json-patch+json' | 'application/merge-patch+json';
  readonly patch?: JsonValue;
}

/** The key under which patches know a server's object, by its kind; of Secrets the one that is called like the server. */
export const CHILD_KEYS: Readonly<Record<string, string>> = {
  Service: 'service',
  Ingress: 'ingress',
  StatefulSet: 'statefulset',
  ConfigMap: 'configmap',
  Secret: 'secret',
  PersistentVolumeClaim: 'pvc',
};

export interface PatchRequest extends PatchScope {
  /** Rendered objects by their keys, as far as they are there. */
  readonly children: Readonly<Record<string, Manifest>>;
  /** In order. */
  readonly patches: readonly Patch[];
}

export interface PatchResult {
  /** The objects after the patches, by key, added ones in the server's namespace; as given where there is a problem. */
  readonly children: Readonly<Record<string, Manifest>>;
  /** Why a patch can't be carried out, with paths such as `spec.patches[1].patch[0]`: those of the first that can't be. */
  readonly problems: readonly Problem[];
}

/** Applies patches. Pure; what comes out is still to be held to Pod Security. */
export function patchedChildren(request: PatchRequest): PatchResult {
  const { children, patches } = request;
  if (patches.length === 0) return { children, problems: [] };
  const shown = shownDocument(request);
  let document = shown;
  for (const [index, patch] of patches.entries()) {
    const at = `spec.patches[${index}]`;
    const patched = applied(document, patch);
    if (!('document' in patched)) return { children, problems: [failureOf(at, patched)] };
    const broken = violations(shown, patched.document, request);
    if (broken.length > 0) return { children, problems: broken.map((message) => ({ path: at, message })) };
    document = patched.document;
  }
  return { children: renderedChildren(document, request), problems: [] };
}

function applied(document: JsonObject, { type, patch }: Patch): Patched {
  switch (type) {
    case 'application/json-patch+json':
      return withJsonPatch(document, patch);
    case 'application/merge-patch+json':
      return withMergePatch(document, patch);
    case undefined:
      return { message: 'has no type: give application/json-patch+json or application/merge-patch+json' };
  }
}

function failureOf(at: string, { operation, message }: Exclude<Patched, { readonly document: JsonObject }>): Problem {
  return { path: operation === undefined ? at : `${at}.patch[${operation}]`, message };
}

const TEMPLATE_METADATA = ['spec', 'template', 'metadata'] as const;

/** Lists of a pod and of a container that the earlier operator always wrote, empty or not. */
const POD_LISTS = ['imagePullSecrets', 'initContainers', 'volumes'] as const;
const CONTAINER_LISTS = ['env', 'volumeMounts'] as const;
const SHOWN_IN_CONTAINERS: JsonObject = {
  resources: {},
  ...Object.fromEntries(CONTAINER_LISTS.map((list) => [list, []])),
};
/** The proxy always had requests and limits. */
const SHOWN_RESOURCES: JsonObject = { requests: {}, limits: {} };

function shownDocument({ children, proxy }: PatchRequest): JsonObject {
  return Object.fromEntries(
    Object.entries(children).map(([key, manifest]) => {
      const child = { ...asJson(manifest), metadata: shownMetadata(asJson(manifest)['metadata']) };
      return [key, key === 'statefulset' ? withShownPod(child, proxy) : child];
    }),
  );
}

function shownMetadata(metadata: JsonValue | undefined): JsonObject {
  return { labels: {}, annotations: {}, ...objectOf(metadata) };
}

function withShownPod(statefulSet: JsonObject, proxy: string): JsonObject {
  return withTemplate(statefulSet, (template) => ({
    ...template,
    metadata: shownMetadata(template['metadata']),
    spec: shownPod(objectOf(template['spec']), proxy),
  }));
}

/** Jupyter, the proxy, then whatever else runs beside them; the proxy's own volumes are nobody else's and not shown. */
function shownPod(pod: JsonObject, proxy: string): JsonObject {
  const isProxy = ({ name }: JsonObject): boolean => name === proxy;
  const init = objectsOf(pod['initContainers']);
  const [app, ...others] = containersOf(pod)
    .filter((container) => !isProxy(container))
    .map((container) => ({ ...SHOWN_IN_CONTAINERS, ...container }));
  // Where no proxy is rendered one stands in for it, so that what comes after it has the index that patches mean.
  const guard: JsonObject = { ...SHOWN_IN_CONTAINERS, ...(proxyOf(pod, proxy) ?? { name: proxy }) };
  const hidden = mountedBy(guard);
  return {
    ...Object.fromEntries(POD_LISTS.map((list) => [list, []])),
    ...pod,
    initContainers: init.filter((container) => !isProxy(container)),
    containers: [
      ...(app === undefined ? [] : [app]),
      { ...guard, resources: { ...SHOWN_RESOURCES, ...objectOf(guard['resources']) } },
      ...others,
    ],
    volumes: objectsOf(pod['volumes']).filter(({ name }) => !hidden.has(name)),
  };
}

/** The proxy's container, wherever it stands. */
function proxyOf(pod: JsonObject, proxy: string): JsonObject | undefined {
  return [...containersOf(pod), ...objectsOf(pod['initContainers'])].find(({ name }) => name === proxy);
}

function mountedBy(container: JsonObject): ReadonlySet<JsonValue | undefined> {
  return new Set(objectsOf(container['volumeMounts']).map(({ name }) => name));
}

function renderedChildren(
  document: JsonObject,
  { children, proxy, namespace }: PatchRequest,
): Readonly<Record<string, Manifest>> {
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => {
      const child = objectOf(value);
      const before = children[key];
      const rendered = before === undefined ? addedChild(child, namespace) : keptChild(asJson(before), child, proxy);
      return [key, rendered as unknown as Manifest];
    }),
  );
}

function keptChild(before: JsonObject, child: JsonObject, proxy: string): JsonObject {
  const whole = { ...child, metadata: renderedMetadata(keptMetadata(before['metadata'], child['metadata'])) };
  if (child['kind'] !== 'StatefulSet') return whole;
  const metadata = keptMetadata(valueAt(before, TEMPLATE_METADATA), valueAt(child, TEMPLATE_METADATA));
  return withTemplate(whole, (template) => ({
    ...template,
    metadata: renderedMetadata(metadata),
    spec: renderedPod(objectOf(valueAt(before, ['spec', 'template', 'spec'])), objectOf(template['spec']), proxy),
  }));
}

function addedChild(child: JsonObject, namespace: string): JsonObject {
  return { ...child, metadata: { namespace, ...renderedMetadata(objectOf(child['metadata'])) } };
}

function renderedMetadata(metadata: JsonObject): JsonObject {
  return withoutEmpty(metadata, ['labels', 'annotations']);
}

/** The pod with the proxy and its volumes back where they were: after the init containers where it is one, else second. */
function renderedPod(before: JsonObject, pod: JsonObject, proxy: string): JsonObject {
  const isProxy = ({ name }: JsonObject): boolean => name === proxy;
  const containers = containersOf(pod).map(renderedContainer);
  const guard = containers.find(isProxy);
  const original = proxyOf(before, proxy);
  const isInit = objectsOf(before['initContainers']).some(isProxy);
  const stays = original !== undefined && !isInit;
  const hidden = original === undefined ? new Set() : mountedBy(original);
  const volumes = [
    ...objectsOf(pod['volumes']),
    ...objectsOf(before['volumes']).filter(({ name }) => hidden.has(name)),
  ];
  return withoutEmpty(
    {
      ...pod,
      initContainers: [...objectsOf(pod['initContainers']), ...(isInit && guard !== undefined ? [guard] : [])],
      containers: stays ? containers : containers.filter((container) => !isProxy(container)),
      volumes,
    },
    POD_LISTS,
  );
}

function renderedContainer(container: JsonObject): JsonObject {
  const resources = withoutEmpty(objectOf(container['resources']), ['requests', 'limits']);
  return withoutEmpty({ ...container, resources }, ['resources', ...CONTAINER_LISTS]);
}

/** The object without those of the members that are empty: the server keeps no empty lists. */
function withoutEmpty(object: JsonObject, members: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([name, value]) => !(members.includes(name) && isEmpty(value))),
  );
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function withTemplate(statefulSet: JsonObject, change: (template: JsonObject) => JsonObject): JsonObject {
  const spec = objectOf(statefulSet['spec']);
  return { ...statefulSet, spec: { ...spec, template: change(objectOf(spec['template'])) } };
}

function asJson(manifest: object): JsonObject {
  return manifest as JsonObject;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item: JsonValue) => isJsonObject(item)) : [];
}
