/** Objects of our API for tests, and a lookup over them. */
import type { EntryPointObject } from '../../../constructs/entry-point';
import type { EnvironmentObject } from '../../../constructs/environment';
import type { EnvironmentTemplateObject } from '../../../constructs/template';
import type { KubeObject } from '../../../src/api/object';
import { referenceKey, referenceTo } from '../../../src/api/object';
import { apiVersionOf } from '../../../src/api/resource-type';
import type { Lookup } from '../../../src/plan/lookup';

type Fields = Readonly<Record<string, unknown>>;

const apiVersion = 'adrasteia.dev/v1alpha1';

/** `thesis` in `team-a`, made from the cluster template `lab`. */
export function environment(spec: Fields = {}, more: Fields = {}): EnvironmentObject {
  return {
    apiVersion,
    kind: 'Environment',
    metadata: { name: 'thesis', namespace: 'team-a', generation: 3 },
    spec: {
      templateRef: { kind: 'ClusterEnvironmentTemplate', name: 'lab' },
      owner: { kind: 'User', name: 'ada' },
      ...spec,
    },
    ...more,
  } as unknown as EnvironmentObject;
}

/** The cluster template `lab`: one web app on port 8080 that signs people in itself. */
export function template(spec: Fields = {}, more: Fields = {}): EnvironmentTemplateObject {
  return {
    apiVersion,
    kind: 'ClusterEnvironmentTemplate',
    metadata: { name: 'lab' },
    spec: { workloads: [{ container: container(), web: { port: 'http', signIn: 'App' } }], ...spec },
    ...more,
  } as unknown as EnvironmentTemplateObject;
}

/** The container of `lab`. */
export function container(fields: Fields = {}): Fields {
  return { image: 'registry.example.org/app:1', ports: [{ name: 'http', port: 8080 }], ...fields };
}

/** A template with one workload that names a preset. */
export function presetTemplate(preset: string, fields: Fields = {}, spec: Fields = {}): EnvironmentTemplateObject {
  const security =
    preset === 'webtop' ? { security: { podSecurity: 'Baseline', reason: 'the image starts as root' } } : {};
  return template({
    workloads: [{ container: { preset, image: `registry.example.org/${preset}:1`, ...fields } }],
    ...security,
    ...spec,
  });
}

/** The entry point `default` of a namespace. */
export function entryPoint(spec: Fields = {}, metadata: Fields = {}): EntryPointObject {
  return {
    apiVersion,
    kind: 'EntryPoint',
    metadata: { name: 'default', namespace: 'team-a', ...metadata },
    spec: { baseDomain: 'dev.example.org', ...spec },
  } as unknown as EntryPointObject;
}

/** A lookup that knows these objects and nothing else. */
export function lookupOver(...objects: readonly KubeObject[]): Lookup {
  const byKey = new Map(objects.map((object) => [referenceKey(referenceTo(object)), object]));
  return {
    get: <O extends KubeObject>(type: Parameters<Lookup['get']>[0], name: Parameters<Lookup['get']>[1]) => {
      const object = byKey.get(referenceKey({ apiVersion: apiVersionOf(type), kind: type.kind, ...name }));
      return object === undefined ? { found: false } : { found: true, object: object as O };
    },
    list: () => [],
    secret: () => ({ found: false }),
    observe: () => ({ state: 'Failed', message: 'nothing is observed here' }),
    clock: { hasPassed: () => false },
  };
}
