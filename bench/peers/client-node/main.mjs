/**
 * A peer of the bench: the same environments, made with the official client: an informer on each kind, a queue without doubles,
 * ten workers, server-side apply. A change of an environment applies all its children; a change of a child is mended where it
 * differs from what is wanted.
 */
import { readFileSync } from 'node:fs';
import {
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';

const WORKERS = 10;
const RETRY_MS = 1000;
const LABEL = 'adrasteia.dev/environment';
const NAMESPACE = process.env.BENCH_NAMESPACE;
const TEMPLATE = readFileSync(process.env.BENCH_CHILDREN, 'utf8');
const ENVIRONMENTS = { group: 'adrasteia.dev', version: 'v1alpha1', plural: 'environments' };
const CHILDREN = [
  ['v1', 'ServiceAccount', 'serviceaccounts'],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'],
  ['v1', 'Service', 'services'],
  ['apps/v1', 'StatefulSet', 'statefulsets'],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses'],
];

const config = new KubeConfig();
config.loadFromDefault();
const api = KubernetesObjectApi.makeApiClient(config);
const customObjects = config.makeApiClient(CustomObjectsApi);
const environments = inform('adrasteia.dev/v1alpha1', 'Environment', 'environments');

const queue = new Set();
const busy = new Set();

function enqueue(name) {
  queue.add(name);
  next();
}

/** Starts what may start; an environment that changes while it is worked on is worked on again afterwards. */
function next() {
  for (const name of queue) {
    if (busy.size >= WORKERS) return;
    if (busy.has(name)) continue;
    queue.delete(name);
    busy.add(name);
    reconcile(name)
      .catch((error) => {
        console.error(`${name}: ${error.message}`);
        setTimeout(() => enqueue(name), RETRY_MS);
      })
      .finally(() => {
        busy.delete(name);
        next();
      });
  }
}

function render({ metadata, spec }) {
  const text = TEMPLATE.replaceAll('{{name}}', metadata.name)
    .replaceAll('{{namespace}}', metadata.namespace)
    .replaceAll('{{uid}}', metadata.uid);
  const children = JSON.parse(text);
  const memory = spec.overrides?.resources?.limits?.memory;
  const set = children.find(({ kind }) => kind === 'StatefulSet');
  if (memory !== undefined) set.spec.template.spec.containers[0].resources.limits.memory = memory;
  return children;
}

function apply(child) {
  // The client's models call the field `_from`, and drop without a word what they don't know.
  const rename = ({ from, ...rule }) => ({ ...rule, _from: from });
  if (child.kind === 'NetworkPolicy') child.spec.ingress = child.spec.ingress.map(rename);
  return api.patch(child, undefined, undefined, 'peer', true, PatchStrategy.ServerSideApply);
}

async function reconcile(name) {
  const environment = environments.get(name, NAMESPACE);
  if (environment === undefined || environment.metadata.deletionTimestamp) return;
  let ready = false;
  for (const child of render(environment)) {
    const live = await apply(child);
    if (child.kind === 'StatefulSet') ready = (live.status?.readyReplicas ?? 0) > 0;
  }
  await writeStatus(environment, ready);
}

async function writeStatus({ metadata, status }, ready) {
  const condition = {
    type: 'Ready',
    status: ready ? 'True' : 'False',
    reason: ready ? 'Ready' : 'Starting',
    message: ready ? 'The pod is ready' : "The pod isn't ready",
    observedGeneration: metadata.generation,
  };
  const before = status?.conditions?.find(({ type }) => type === 'Ready');
  if (before !== undefined && Object.keys(condition).every((key) => before[key] === condition[key])) return;
  const kept = before?.status === condition.status ? before.lastTransitionTime : undefined;
  condition.lastTransitionTime = kept ?? new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const body = {
    status: { phase: condition.reason, observedGeneration: metadata.generation, conditions: [condition] },
  };
  await customObjects.patchNamespacedCustomObjectStatus(
    { ...ENVIRONMENTS, namespace: NAMESPACE, name: metadata.name, body },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );
}

/** Whether all that is wanted is there; what the server adds doesn't matter. */
function covers(live, wanted) {
  if (wanted === null || typeof wanted !== 'object') return live === wanted;
  if (live === null || typeof live !== 'object') return false;
  if (Array.isArray(wanted) && live.length !== wanted.length) return false;
  return Object.keys(wanted).every((key) => covers(live[key], wanted[key]));
}

/** Looks at an environment again when one of its children isn't as wanted. */
function mend(kind, live, isGone) {
  const environment = environments.get(live.metadata.labels?.[LABEL] ?? '', NAMESPACE);
  const wanted = environment && render(environment).find((child) => child.kind === kind);
  if (wanted && (isGone || !covers(live, wanted))) enqueue(environment.metadata.name);
}

function inform(apiVersion, kind, plural) {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const path = `${root}/namespaces/${NAMESPACE}/${plural}`;
  const informer = makeInformer(config, path, () => api.list(apiVersion, kind, NAMESPACE));
  informer.on('error', () => setTimeout(() => informer.start(), RETRY_MS));
  return informer;
}

const generations = new Map();
environments.on('change', ({ metadata: { name, uid, generation } }) => {
  if (generations.get(uid) === generation) return;
  generations.set(uid, generation);
  enqueue(name);
});
environments.on('delete', ({ metadata: { uid } }) => generations.delete(uid));
await environments.start();
for (const [apiVersion, kind, plural] of CHILDREN) {
  const informer = inform(apiVersion, kind, plural);
  informer.on('update', (live) => mend(kind, live, false));
  informer.on('delete', (live) => mend(kind, live, true));
  await informer.start();
}
