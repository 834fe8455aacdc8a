import { environmentTree } from '../../../../constructs/environment/plan';
import { podSecurityProblems } from '../../../../constructs/parts/pod-security';
import type { PodTemplateSpec } from '../../../../constructs/parts/shapes';
import type { JsonObject, JsonValue } from '../../../../src/api/json';
import { type Manifest, valueAt } from '../../../../src/api/object';
import type { JupyterServerObject } from '../../../../src/dialects/amalthea/jupyter-server/jupyter-server';
import {
  CHILD_KEYS,
  type Patch,
  type PatchResult,
  patchedChildren,
} from '../../../../src/dialects/amalthea/jupyter-server/patches';
import { renderTree } from '../../../../src/synth';
import { gate, modelled, oidc, server } from './objects';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const POD = ['spec', 'template', 'spec'] as const;

const open = server({ storage: { pvc: { enabled: true } } });
const guarded = server({ auth: { oidc } });

/** A server's objects as they are rendered, by the keys of its patches. */
function rendered(object: JupyterServerObject, others: readonly Manifest[]): Readonly<Record<string, Manifest>> {
  const { model, layout } = modelled(object, others);
  const manifests = renderTree(environmentTree(model, layout)).map(({ manifest }) => manifest);
  return Object.fromEntries(
    manifests.flatMap((manifest) => {
      const key = CHILD_KEYS[manifest.kind];
      return key === undefined || manifest.metadata.name !== model.name ? [] : [[key, manifest]];
    }),
  );
}

const openChildren = rendered(open, []);
const guardedChildren = rendered(guarded, [gate]);

function applied(patches: readonly Patch[], children = openChildren): PatchResult {
  const proxy = children === guardedChildren ? 'oauth2-proxy' : 'passthrough-proxy';
  return patchedChildren({ children, patches, namespace: 'team-a', proxy });
}

const operations = (...patch: readonly JsonObject[]): Patch => ({ type: JSON_PATCH, patch });
const merge = (patch: JsonValue): Patch => ({ type: MERGE_PATCH, patch });

/** The objects after patches that can be carried out. */
function patched(patches: readonly Patch[], children?: Readonly<Record<string, Manifest>>) {
  const result = applied(patches, children);
  expect(result.problems).toEqual([]);
  return result.children;
}

/** What is told of a patch that can't be carried out, and that nothing was changed. */
function refused(patches: readonly Patch[], children = openChildren): readonly string[] {
  const result = applied(patches, children);
  expect(result.children).toBe(children);
  return result.problems.map(({ path, message }) => `${path} ${message}`);
}

const podOf = (children: Readonly<Record<string, Manifest>>) => valueAt(children['statefulset'], POD) as JsonObject;
const namesOf = (list: JsonValue | undefined) => (list as readonly JsonObject[]).map(({ name }) => name);

describe('the keys of patches', () => {
  it('are those that patches were written for', () => {
    expect(Object.keys(openChildren).sort()).toEqual([
      'configmap',
      'ingress',
      'pvc',
      'secret',
      'service',
      'statefulset',
    ]);
  });

  it.each([
    { because: 'without a gate', children: openChildren },
    { because: 'behind the gate', children: guardedChildren },
  ])('give what was rendered where nothing is changed: $because', ({ children }) => {
    expect(patched([], children)).toBe(children);
    expect(patched([operations(), merge({})], children)).toEqual(children);
    expect(patched([operations({ op: 'test', path: '/service/kind', value: 'Service' })], children)).toEqual(children);
  });
});

describe('containers under patches', () => {
  const resources = { limits: { memory: '2Gi' } };

  it.each([
    { because: 'without a gate', children: openChildren },
    { because: 'behind the gate', children: guardedChildren },
  ])('are found by their index: 0 is Jupyter, 1 the proxy, and more come after: $because', ({ children }) => {
    const path = '/statefulset/spec/template/spec/containers';
    const after = patched(
      [
        operations(
          { op: 'test', path: `${path}/0/name`, value: 'jupyter-server' },
          { op: 'add', path: `${path}/0/env/-`, value: { name: 'MINE', value: 'x' } },
          { op: 'add', path: `${path}/1/resources/limits/memory`, value: '64Mi' },
          { op: 'add', path: `${path}/-`, value: { name: 'extra', image: 'registry.example.org/extra:1' } },
        ),
        operations({ op: 'add', path: `${path}/2/resources`, value: resources }),
      ],
      children,
    );
    const [jupyter, extra, ...others] = podOf(after)['containers'] as readonly JsonObject[];
    expect(others).toEqual([]);
    expect(namesOf(jupyter?.['env'])).toEqual(['SERVER_APP_TOKEN', 'JUPYTER_CONFIG_PATH', 'MINE']);
    expect(extra).toEqual({ name: 'extra', image: 'registry.example.org/extra:1', resources });
  });

  it('take resources of the proxy, which then stands where it stood', () => {
    const path = '/statefulset/spec/template/spec/containers/1/resources/limits/memory';
    const after = podOf(patched([operations({ op: 'add', path, value: '1Gi' })], guardedChildren));
    const before = podOf(guardedChildren);
    const [was] = before['initContainers'] as readonly JsonObject[];
    expect(after['initContainers']).toEqual([
      { ...was, resources: { ...(was?.['resources'] as JsonObject), limits: { memory: '1Gi' } } },
    ]);
    expect(after['volumes']).toEqual(before['volumes']);
  });

  it('are started before the proxy where they are init containers, in lists that are there from the beginning', () => {
    const add = (list: string, value: JsonObject) => ({
      op: 'add',
      path: `/statefulset/spec/template/spec/${list}/-`,
      value,
    });
    const after = podOf(
      patched(
        [
          operations(
            add('initContainers', { name: 'git-clone', image: 'registry.example.org/git:1' }),
            add('imagePullSecrets', { name: 'pull' }),
            add('volumes', { name: 'more', emptyDir: {} }),
          ),
        ],
        guardedChildren,
      ),
    );
    expect(namesOf(after['initContainers'])).toEqual(['git-clone', 'oauth2-proxy']);
    expect(after['imagePullSecrets']).toEqual([{ name: 'pull' }]);
    expect(namesOf(after['volumes'])).toEqual(expect.arrayContaining(['workspace', 'more', 'sidecar-sockets']));
  });

  it('can be changed to what Pod Security refuses, which the finished pod then shows', () => {
    const path = '/statefulset/spec/template/spec/hostNetwork';
    const after = patched([operations({ op: 'add', path, value: true })]);
    const template = valueAt(after['statefulset'], ['spec', 'template']) as unknown as PodTemplateSpec;
    expect(podSecurityProblems(template, 'Restricted').map((problem) => problem.path)).toEqual(['spec.hostNetwork']);
  });
});

describe('metadata under patches', () => {
  it('takes whole maps of annotations and labels, and keeps what steers the machinery', () => {
    const at = '/statefulset/spec/template/metadata';
    const { statefulset: before } = openChildren;
    const { statefulset: after } = patched([
      operations(
        { op: 'add', path: `${at}/annotations`, value: { 'example.org/a': 'b' } },
        { op: 'add', path: `${at}/labels`, value: { mine: 'yes' } },
        { op: 'add', path: '/service/metadata/annotations/example.org~1c', value: 'd' },
      ),
    ]);
    const metadataOf = (child: Manifest | undefined) => valueAt(child, ['spec', 'template', 'metadata']) as JsonObject;
    expect(metadataOf(after)['labels']).toEqual({ mine: 'yes', ...(metadataOf(before)['labels'] as JsonObject) });
    expect(metadataOf(after)['annotations']).toEqual({
      'example.org/a': 'b',
      ...(metadataOf(before)['annotations'] as JsonObject),
    });
  });

  it('loses an annotation of the Ingress that a patch takes out', () => {
    const children = rendered(server({ routing: { ingressAnnotations: { a: 'b', c: 'd' } } }), []);
    const after = patched([merge({ ingress: { metadata: { annotations: { a: null } } } })], children);
    expect(after['ingress']?.metadata.annotations).toEqual({ c: 'd' });
  });
});

describe('merge patches', () => {
  it('lay an object over the objects, replace lists and take out what is null', () => {
    const after = patched([
      merge({ ingress: { spec: { ingressClassName: 'nginx' } } }),
      merge({ pvc: { spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '5Gi' } } } } }),
      merge({ configmap: { data: { 'jupyter_notebook_config.py': null, 'more.py': 'c = 1' } } }),
    ]);
    expect(valueAt(after['ingress'], ['spec', 'ingressClassName'])).toBe('nginx');
    expect(after['pvc']?.['spec']).toEqual({
      accessModes: ['ReadWriteMany'],
      resources: { requests: { storage: '5Gi' } },
    });
    expect(Object.keys(after['configmap']?.['data'] as object)).toEqual(['jupyter_server_config.py', 'more.py']);
  });

  it('keep a member that is called like JavaScript’s prototype a member', () => {
    const patch = JSON.parse('{"configmap":{"data":{"__proto__":"x"}}}') as JsonValue;
    expect(Object.keys(patched([merge(patch)])['configmap']?.['data'] as object)).toContain('__proto__');
    expect(Object.prototype).not.toHaveProperty('data');
  });
});

describe('objects that patches add', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: { name: 'pull', labels: { a: 'b' } },
    data: { '.dockerconfigjson': 'e30=' },
  };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'more' }, spec: { ports: [{ port: 80 }] } };

  it('come under their key, in the server’s namespace', () => {
    const after = patched([
      operations({ op: 'add', path: '/image_pull_secret', value: secret }),
      merge({ extra_service: service }),
    ]);
    expect(after['image_pull_secret']).toEqual({ ...secret, metadata: { namespace: 'team-a', ...secret.metadata } });
    expect(after['extra_service']?.metadata).toEqual({ name: 'more', namespace: 'team-a' });
  });

  const with_ = (object: JsonObject, changes: JsonObject): JsonObject => ({ ...object, ...changes });
  const named = (object: JsonObject, metadata: JsonObject): JsonObject => with_(object, { metadata });

  it.each<{ because: string; value: JsonValue; told: string }>([
    {
      because: 'a kind that isn’t on the list',
      value: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'x' } },
      told: 'adds extra, a rbac.authorization.k8s.io/v1 RoleBinding: only v1 ConfigMap, v1 PersistentVolumeClaim, v1 Secret, v1 Service can be added',
    },
    {
      because: 'a pod of its own',
      value: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } },
      told: 'adds extra, a v1 Pod: only v1 ConfigMap, v1 PersistentVolumeClaim, v1 Secret, v1 Service can be added',
    },
    {
      because: 'a policy that lets more in',
      value: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'x' } },
      told: 'adds extra, a networking.k8s.io/v1 NetworkPolicy: only v1 ConfigMap, v1 PersistentVolumeClaim, v1 Secret, v1 Service can be added',
    },
    { because: 'no object', value: 'x', told: 'adds extra, which is no object' },
    {
      because: 'another namespace',
      value: named(secret, { name: 'x', namespace: 'kube-system' }),
      told: 'adds extra in another namespace',
    },
    { because: 'no name', value: named(secret, {}), told: 'adds extra without a name that objects may have' },
    {
      because: 'a name of several parts',
      value: named(secret, { name: 'a/b' }),
      told: 'adds extra without a name that objects may have',
    },
    {
      because: 'a finalizer',
      value: named(secret, { name: 'x', finalizers: ['example.org/x'] }),
      told: 'adds extra with metadata.finalizers, which is not for patches',
    },
    {
      because: 'an owner',
      value: named(secret, { name: 'x', ownerReferences: [] }),
      told: 'adds extra with metadata.ownerReferences, which is not for patches',
    },
    {
      because: 'a label that steers the machinery',
      value: named(secret, { name: 'x', labels: { 'adrasteia.dev/owner-uid': 'y' } }),
      told: 'changes extra.metadata.labels[adrasteia.dev/owner-uid], which is not for patches',
    },
    {
      because: 'a token of any service account',
      value: with_(secret, { type: 'kubernetes.io/service-account-token' }),
      told: 'adds extra, a Secret of type kubernetes.io/service-account-token',
    },
    {
      because: 'a port of every node',
      value: with_(service, { spec: { type: 'NodePort' } }),
      told: 'adds extra, a Service of type NodePort',
    },
    {
      because: 'an address from outside',
      value: with_(service, { spec: { externalIPs: ['192.0.2.1'] } }),
      told: 'adds extra, a Service with externalIPs',
    },
    {
      because: 'the name of the server’s own',
      value: named(service, { name: 'thesis' }),
      told: 'calls extra like service',
    },
  ])('are refused where they would have $because', ({ value, told }) => {
    expect(refused([operations({ op: 'add', path: '/extra', value })])).toEqual([`spec.patches[0] ${told}`]);
    expect(refused([merge({ extra: value })])).toEqual([`spec.patches[0] ${told}`]);
  });
});

describe('what patches may not change', () => {
  const onlyResources = (container: string) =>
    `changes the container ${container}, of which only resources are for patches`;
  const pod = (changes: JsonObject) => merge({ statefulset: { spec: { template: { spec: changes } } } });
  const container = (changes: JsonObject): JsonObject => ({
    name: 'more',
    image: 'registry.example.org/x:1',
    ...changes,
  });
  const add = (list: string, value: JsonObject) =>
    operations({ op: 'add', path: `/statefulset/spec/template/spec/${list}/-`, value });

  it.each<{ because: string; patch: Patch; told: string }>([
    {
      because: 'a name',
      patch: merge({ service: { metadata: { name: 'x' } } }),
      told: 'changes service.metadata.name, which is not for patches',
    },
    {
      because: 'a namespace',
      patch: merge({ pvc: { metadata: { namespace: 'x' } } }),
      told: 'changes pvc.metadata.namespace, which is not for patches',
    },
    {
      because: 'a kind',
      patch: merge({ secret: { kind: 'Job' } }),
      told: 'changes secret.kind, which is not for patches',
    },
    {
      because: 'an owner',
      patch: merge({ pvc: { metadata: { ownerReferences: [{}] } } }),
      told: 'changes pvc.metadata.ownerReferences, which is not for patches',
    },
    {
      because: 'what the Service leads to',
      patch: merge({ service: { spec: { type: 'LoadBalancer' } } }),
      told: 'changes service.spec, which is not for patches',
    },
    {
      because: 'where the Ingress leads',
      patch: operations({ op: 'replace', path: '/ingress/spec/rules/0/host', value: 'x' }),
      told: 'changes ingress.spec.rules, which is not for patches',
    },
    {
      because: 'values that are made once',
      patch: merge({ secret: { stringData: { jupyterServerAppToken: 'x' } } }),
      told: 'changes secret.stringData, which is not for patches',
    },
    {
      because: 'how many pods run',
      patch: merge({ statefulset: { spec: { replicas: 2 } } }),
      told: 'changes statefulset.spec.replicas, which is not for patches',
    },
    {
      because: 'the account of the pod',
      patch: pod({ serviceAccountName: 'admin' }),
      told: 'changes statefulset.spec.template.spec.serviceAccountName, which is not for patches',
    },
    {
      because: 'whether processes see each other',
      patch: pod({ shareProcessNamespace: true }),
      told: 'changes statefulset.spec.template.spec.shareProcessNamespace, which is not for patches',
    },
    {
      because: 'a label by which pods are found',
      patch: merge({
        statefulset: { spec: { template: { metadata: { labels: { 'amalthea.dev/parent-name': 'x' } } } } },
      }),
      told: 'changes statefulset.spec.template.metadata.labels[amalthea.dev/parent-name], which is not for patches',
    },
    {
      because: 'an object that the server needs',
      patch: operations({ op: 'remove', path: '/service' }),
      told: 'takes service out, which the server needs',
    },
    {
      because: 'the container of Jupyter',
      patch: operations({ op: 'remove', path: '/statefulset/spec/template/spec/containers/0' }),
      told: 'takes the container jupyter-server out',
    },
    {
      because: 'the proxy, by taking it out',
      patch: operations({ op: 'remove', path: '/statefulset/spec/template/spec/containers/1' }),
      told: onlyResources('oauth2-proxy'),
    },
    {
      because: 'what the proxy is started with',
      patch: operations({ op: 'add', path: '/statefulset/spec/template/spec/containers/1/args', value: [] }),
      told: onlyResources('oauth2-proxy'),
    },
    {
      because: 'which of two proxies counts',
      patch: add('containers', container({ name: 'oauth2-proxy' })),
      told: onlyResources('oauth2-proxy'),
    },
    {
      because: 'which container is called the proxy',
      patch: add('initContainers', container({ name: 'oauth2-proxy' })),
      told: 'calls an init container oauth2-proxy, like the one before Jupyter',
    },
    {
      because: 'who has the proxy’s port first',
      patch: add('initContainers', container({ restartPolicy: 'Always' })),
      told: "lets the init container more run on (restartPolicy), which could take the proxy's port",
    },
    {
      because: 'whose user the proxy’s is',
      patch: add('containers', container({ securityContext: { runAsUser: 19902 } })),
      told: "runs container more as user 19902, the proxy's own",
    },
    {
      because: 'whose user the proxy’s is, by the pod',
      patch: pod({ securityContext: { runAsUser: 19902 } }),
      told: "runs the pod as user 19902, the proxy's own",
    },
    {
      because: 'who has the proxy’s sockets',
      patch: add('containers', container({ volumeMounts: [{ name: 'sidecar-sockets', mountPath: '/x' }] })),
      told: 'mounts a volume of the proxy in container more',
    },
    {
      because: 'what the proxy’s volume is',
      patch: add('volumes', { name: 'sidecar-sockets', emptyDir: {} }),
      told: 'has a volume sidecar-sockets, like one of the proxy',
    },
  ])('is $because', ({ patch, told }) => {
    const children = { ...openChildren, ...guardedChildren };
    expect(
      patchedChildren({ children, patches: [merge({}), patch], namespace: 'team-a', proxy: 'oauth2-proxy' }),
    ).toEqual({
      children,
      problems: [{ path: 'spec.patches[1]', message: told }],
    });
  });
});

describe('a patch that isn’t one', () => {
  it.each<{ because: string; patch: Patch; told: string }>([
    {
      because: 'no type',
      patch: { patch: [] },
      told: 'spec.patches[0] has no type: give application/json-patch+json or application/merge-patch+json',
    },
    {
      because: 'no list',
      patch: { type: JSON_PATCH, patch: {} },
      told: 'spec.patches[0] must be a list of operations',
    },
    { because: 'no object', patch: merge([]), told: 'spec.patches[0] must be an object' },
    { because: 'nothing', patch: { type: MERGE_PATCH }, told: 'spec.patches[0] must be an object' },
    {
      because: 'an operation that is none',
      patch: operations({ op: '_get', path: '/a' }),
      told: 'spec.patches[0].patch[0] has no op of add, remove, replace, move, copy, test',
    },
    {
      because: 'an operation that is no object',
      patch: { type: JSON_PATCH, patch: ['x'] },
      told: 'spec.patches[0].patch[0] must be an object',
    },
    {
      because: 'a path to everything',
      patch: operations({ op: 'replace', path: '', value: {} }),
      told: 'spec.patches[0].patch[0] must have a path below the root, such as /statefulset/spec',
    },
    {
      because: 'no source',
      patch: operations({ op: 'copy', path: '/a' }),
      told: 'spec.patches[0].patch[0] must have a from below the root',
    },
    {
      because: 'no value',
      patch: operations({ op: 'add', path: '/service/x' }),
      told: 'spec.patches[0].patch[0] must have a value',
    },
    {
      because: 'a path that leads nowhere',
      patch: operations(
        { op: 'test', path: '/pvc/kind', value: 'PersistentVolumeClaim' },
        { op: 'add', path: '/nothing/spec/x', value: 1 },
      ),
      told: "spec.patches[0].patch[1] can't add /nothing/spec/x: the path leads nowhere in the objects as they are here",
    },
    {
      because: 'an index that is none',
      patch: operations({ op: 'replace', path: '/statefulset/spec/template/spec/containers/length', value: 0 }),
      told: "spec.patches[0].patch[0] can't replace /statefulset/spec/template/spec/containers/length: the path leads nowhere in the objects as they are here",
    },
    {
      because: 'a path to JavaScript’s own',
      patch: operations({ op: 'add', path: '/service/__proto__/x', value: 1 }),
      told: "spec.patches[0].patch[0] can't add /service/__proto__/x: the path leads nowhere in the objects as they are here",
    },
    {
      because: 'a test that fails',
      patch: operations({ op: 'test', path: '/service/kind', value: 'Pod' }),
      told: 'spec.patches[0].patch[0] finds another value at /service/kind',
    },
    {
      because: 'more operations than anybody writes',
      patch: operations(
        ...Array.from({ length: 1_001 }, () => ({ op: 'test', path: '/service/kind', value: 'Service' })),
      ),
      told: 'spec.patches[0] has more than 1000 operations',
    },
  ])('is refused, and says where: $because', ({ patch, told }) => {
    expect(refused([patch])).toEqual([told]);
  });

  it('can’t swell the objects by copies of copies', () => {
    const doubling = Array.from({ length: 60 }, (_, index) => ({
      op: 'copy',
      from: '/configmap/data',
      path: `/configmap/data/more${index}`,
    }));
    expect(refused([operations(...doubling)])).toEqual([
      expect.stringMatching(/^spec\.patches\[0\]\.patch\[\d+\] copies more than the objects may hold$/),
    ]);
  });

  it('leaves itself and the rendered objects as they were', () => {
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' }, data: {} };
    const patches = [operations({ op: 'add', path: '/more', value }, { op: 'add', path: '/more/data/a', value: 'b' })];
    const before = structuredClone({ patches, openChildren });
    expect(patched(patches)['more']).toMatchObject({ data: { a: 'b' } });
    expect({ patches, openChildren }).toEqual(before);
  });
});
