/**
 * The children that every contestant makes: recorded from what Adrasteia makes, as a template that the peers fill in, and
 * compared with what each of them makes.
 */
import { kinds } from '../../constructs/kinds';
import { canonicalJson, isJsonObject } from '../../src/api/json';
import type { KubeObject, Manifest } from '../../src/api/object';
import { kindKey, kindKeyOf, type ResourceType } from '../../src/api/resource-type';
import type { Cluster } from '../../src/ports/cluster';
import { childrenOf, template } from '../environments';

/** The bench's template, with resources that an environment may override: that changes one of its children. */
export function peersTemplate(): Manifest {
  const { spec, ...rest } = template();
  return { ...rest, spec: { ...(spec as object), allow: { overrides: ['resources'] } } };
}

/** The kinds of an environment's children. */
export function childTypes(): readonly ResourceType[] {
  const types = new Map(
    kinds
      .flatMap(({ planner, type: { namespaced } }) => (namespaced ? (planner?.applies ?? []) : []))
      .map((type) => [kindKey(type), type]),
  );
  return childrenOf('namespace', 'name').map((child) => {
    const type = types.get(kindKeyOf(child));
    if (type === undefined) throw new Error(`no kind applies ${child.kind}`);
    return type;
  });
}

/** The live children of an environment, in the order in which they are planned. */
export async function liveChildren(cluster: Cluster, namespace: string, name: string): Promise<readonly KubeObject[]> {
  const types = childTypes();
  return Promise.all(
    childrenOf(namespace, name).map(async (child, index) => {
      const type = types[index];
      const live = type && (await cluster.get(type, { namespace, name: child.metadata.name }));
      if (live === undefined) throw new Error(`${child.kind} ${child.metadata.name} isn't there`);
      return live;
    }),
  );
}

/** The children as Adrasteia applied them, JSON with {{name}}, {{namespace}} and {{uid}} in place of what is an environment's own. */
export function templateOf(owner: KubeObject, live: readonly KubeObject[]): string {
  const { name, namespace = '' } = owner.metadata;
  const applied = childrenOf(namespace, name).map((child, index) => {
    const { labels, annotations, ownerReferences } = live[index]?.metadata ?? {};
    return { ...child, metadata: { ...child.metadata, labels, annotations, ownerReferences } };
  });
  return withPlaceholders(JSON.stringify(applied), owner);
}

/** What of the children is the same whoever makes them, one line of JSON for each. */
export function comparable(owner: KubeObject, live: readonly KubeObject[]): readonly string[] {
  return live.map((child) => {
    const { uid, resourceVersion, creationTimestamp, managedFields, generation, ...metadata } = child.metadata;
    const { status, ...rest } = child;
    const spec = isJsonObject(rest.spec) ? { ...rest.spec } : undefined;
    if (spec !== undefined) for (const given of ['clusterIP', 'clusterIPs']) Reflect.deleteProperty(spec, given);
    return withPlaceholders(canonicalJson({ ...rest, metadata, ...(spec === undefined ? {} : { spec }) }), owner);
  });
}

function withPlaceholders(text: string, { metadata }: KubeObject): string {
  return text
    .replaceAll(metadata.uid ?? '', '{{uid}}')
    .replaceAll(metadata.namespace ?? '', '{{namespace}}')
    .replaceAll(metadata.name, '{{name}}');
}
