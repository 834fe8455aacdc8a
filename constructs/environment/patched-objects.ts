/**
 * Patches of whoever wrote the object, on the finished objects of an environment. What they make of them is held to Pod
 * Security like anything else.
 */
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { canonicalJson, digest, isJsonObject, type JsonObject, type JsonValue } from '../../src/api/json';
import { type Manifest, valueAt } from '../../src/api/object';
import type { Problem } from '../../src/api/problem';
import { FILES_ANNOTATION } from '../../src/api/well-known';
import { CHILD_KEYS, type Patch, type PatchResult, patchedChildren } from '../../src/dialects/amalthea';
import type { SecurityModel } from '../../src/model/environment-model';
import { DEFAULT_SIDECAR } from '../parts/access';
import { workloadName } from '../parts/layout-name';
import type { PartProps } from '../parts/object-meta';
import { PlannedApiObject } from '../parts/planned';
import { podTemplate } from '../parts/pod';
import { podSecurityProblems } from '../parts/pod-security';
import { containerSecurityContext, podSecurityContext } from '../parts/security-context';
import type { PodTemplateSpec } from '../parts/shapes';
import { Environment } from './environment';

/** What is wrong with a model's patches; empty where there is none, and where all can be carried out. */
export function patchProblems(props: PartProps): readonly Problem[] {
  const { model } = props;
  if ((model.patches ?? []).length === 0) return [];
  const { children, problems } = patchResult(new Environment(newChart(), 'environment', props), props);
  if (problems.length > 0) return problems;
  return Object.entries(children).flatMap(([key, child]) => {
    const template = templateOf(child);
    if (template === undefined) return [];
    return podSecurityProblems(template, model.security.level).map(({ path, message }) => ({
      path: `spec.patches: ${key}.${path}`,
      message,
    }));
  });
}

/** The templates of an environment's pods as they are applied: patched, where there are patches without problems. */
export function finalPodTemplates(props: PartProps): readonly PodTemplateSpec[] {
  const { model, layout } = props;
  const templates = model.workloads.map((workload) => podTemplate(model, layout, workload));
  if ((model.patches ?? []).length === 0) return templates;
  const { children, problems } = patchResult(new Environment(newChart(), 'environment', props), props);
  const patched = children['statefulset'] === undefined ? undefined : templateOf(children['statefulset']);
  if (problems.length > 0 || patched === undefined) return templates;
  // Patches find the StatefulSet that has the environment's own name.
  return model.workloads.map((workload, index) =>
    workloadName(layout, workload) === model.name ? patched : (templates[index] ?? patched),
  );
}

/** Patches the objects of an environment in place, and adds those that the patches add. Patches with problems do nothing. */
export function patchObjects(environment: Construct, props: PartProps): void {
  if ((props.model.patches ?? []).length === 0) return;
  const { children, problems } = patchResult(environment, props);
  if (problems.length > 0) return;
  const objects = childrenOf(environment, props);
  const files = children['configmap']?.['data'];
  const hasNewFiles =
    canonicalJson(files) !== canonicalJson((objects.get('configmap')?.toJson() as Manifest | undefined)?.['data']);
  const added = Object.entries(children).flatMap(([key, child]) => {
    const object = objects.get(key);
    if (object === undefined) return [addedObject(environment, key, child, props)];
    object.addJsonPatch(JsonPatch.replace('', key === 'statefulset' && hasNewFiles ? withFiles(child, files) : child));
    return [];
  });
  const mounted = added.filter(({ kind }) => kind !== 'Service');
  objects.get('statefulset')?.addDependency(...mounted);
}

function newChart(): Chart {
  return new Chart(new App({ recordConstructMetadata: false }), 'tree', { disableResourceNameHashes: true });
}

function patchResult(environment: Construct, props: PartProps): PatchResult {
  const { model, layout } = props;
  const children = [...childrenOf(environment, props)].map(
    ([key, object]) => [key, object.toJson() as Manifest] as const,
  );
  const result = patchedChildren({
    children: Object.fromEntries(children),
    patches: (model.patches ?? []) as readonly Patch[],
    namespace: model.namespace,
    proxy: (layout.sidecar ?? DEFAULT_SIDECAR).container,
  });
  if (result.problems.length > 0) return result;
  const { level } = model.security;
  const secured = Object.entries(result.children).map(
    ([key, child]) => [key, withSecurityContexts(child, level)] as const,
  );
  return { ...result, children: Object.fromEntries(secured) };
}

/** The child with what its level asks of pods and containers filled in where the patches leave it open. */
function withSecurityContexts(child: Manifest, level: SecurityModel['level']): Manifest {
  if (child.kind !== 'StatefulSet') return child;
  const spec = objectOf(child['spec']);
  const template = objectOf(spec['template']);
  return {
    ...child,
    spec: { ...spec, template: { ...template, spec: securedPod(objectOf(template['spec']), level) } },
  };
}

function securedPod(pod: JsonObject, level: SecurityModel['level']): JsonObject {
  const lists = ['initContainers', 'containers'].flatMap((list) => {
    const containers = pod[list];
    return Array.isArray(containers)
      ? [[list, containers.map((container: JsonValue) => securedContainer(container, level))] as const]
      : [];
  });
  const context = { ...podSecurityContext({ level }), ...objectOf(pod['securityContext']) };
  return { ...pod, ...Object.fromEntries(lists), securityContext: context };
}

function securedContainer(container: JsonValue, level: SecurityModel['level']): JsonValue {
  if (!isJsonObject(container)) return container;
  const context = containerSecurityContext(level, objectOf(container['securityContext']));
  return context === undefined ? container : { ...container, securityContext: context as JsonObject };
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function childrenOf(environment: Construct, { model }: PartProps): ReadonlyMap<string, ApiObject> {
  const found = new Map<string, ApiObject>();
  for (const object of environment.node.findAll()) {
    if (!ApiObject.isApiObject(object) || object.name !== model.name) continue;
    const key = CHILD_KEYS[object.kind];
    if (key !== undefined) found.set(key, object);
  }
  return found;
}

function addedObject(environment: Construct, key: string, child: Manifest, { layout }: PartProps): PlannedApiObject {
  const { labels } = child.metadata;
  return new PlannedApiObject(environment, `added-${key}`, {
    ...child,
    metadata: { ...child.metadata, labels: { ...labels, ...layout.labels } } as object,
  });
}

/** Pods mount the files as they are after the patches, so it is these that start new ones. */
function withFiles(statefulSet: Manifest, files: unknown): object {
  const spec = objectOf(statefulSet['spec']);
  const template = objectOf(spec['template']);
  const metadata = objectOf(template['metadata']);
  const annotations = { ...objectOf(metadata['annotations']), [FILES_ANNOTATION]: digest(files) };
  return { ...statefulSet, spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations } } } };
}

function templateOf(child: Manifest): PodTemplateSpec | undefined {
  return valueAt(child, ['spec', 'template']) as unknown as PodTemplateSpec | undefined;
}
