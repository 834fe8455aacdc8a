/** What a POST to a part of an object does: bind a pod to a node, evict it, make a token. */

import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import type { ServiceAccountKeys } from './authentication/service-account-keys';
import { answerTokenRequest } from './authentication/token-request';
import { type DraftObject, ensureObject, findObject, objectsIn } from './draft';
import { timestamp } from './registry/metadata';
import { ResourceStore, type ResourceStoreDependencies } from './registry/resource-store';
import { type ResourceRequest, writeContextOf } from './requests/resource-request';
import type { SubresourceAction } from './requests/subresource-requests';
import type { ResourceCatalogue } from './resources/catalogue';
import type { ObjectReader } from './resources/object-reader';
import { labelSelectorMatcher } from './selection/label-selector-object';
import { badRequest, conflict, type GroupResource, tooManyRequests } from './status-error';

export interface ActionDependencies {
  readonly keys: ServiceAccountKeys;
  readonly issuer: string;
  readonly apiAudiences: readonly string[];
  readonly reader: ObjectReader;
  readonly catalogue: ResourceCatalogue;
  readonly store: ResourceStoreDependencies;
  now(): Date;
}

const PODS: GroupResource = { group: '', resource: 'pods' };
const BUDGETS: GroupResource = { group: 'policy', resource: 'poddisruptionbudgets' };
const DONE = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as const;
const WRITE_OPTIONS = { dryRun: false, fieldManager: '', fieldValidation: 'Ignore', force: false } as const;

/** The actions, by `group/resource/subresource`. */
export function subresourceActions(deps: ActionDependencies): ReadonlyMap<string, SubresourceAction> {
  return new Map<string, SubresourceAction>([
    [
      '/pods/binding',
      { apiVersion: 'v1', kind: 'Binding', perform: (body, request, dryRun) => bind(body, request, { deps, dryRun }) },
    ],
    [
      '/pods/eviction',
      {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        perform: (body, request, dryRun) => evict(body, request, { deps, dryRun }),
      },
    ],
    [
      '/serviceaccounts/token',
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        perform: async (body, { exchange }) => {
          const { namespace, name } = exchange.info;
          const { keys, issuer, apiAudiences, reader } = deps;
          const context = { keys, issuer, apiAudiences, reader, now: deps.now(), newTokenId: randomUUID };
          return { code: 201, object: await answerTokenRequest(body, { namespace, name }, context) };
        },
      },
    ],
  ]);
}

interface Performing {
  readonly deps: ActionDependencies;
  readonly dryRun: boolean;
}

/** Assigns a pod to a node, once. */
async function bind(
  body: JsonObject,
  request: ResourceRequest,
  { deps, dryRun }: Performing,
): Promise<{ code: number; object: unknown }> {
  const { namespace, name } = request.exchange.info;
  const binding = body as unknown as KubeObject & {
    readonly target?: { readonly kind?: string; readonly name?: string };
  };
  const { kind = '', name: node = '' } = binding.target ?? {};
  if (kind !== '' && kind !== 'Node') throw badRequest(`Binding.target.kind: must be empty or "Node"`);
  if (node === '') throw badRequest('target.name: Required value');
  const context = { ...writeContextOf(request, 'CreateOptions', { ...WRITE_OPTIONS, dryRun }), dryRun };
  const { uid } = binding.metadata;
  await request.store.modify(
    namespace,
    name,
    (pod) => {
      const metadata = ensureObject(pod, 'metadata');
      const spec = ensureObject(pod, 'spec');
      if (uid !== undefined && uid !== '' && uid !== metadata['uid']) {
        throw conflict(
          PODS,
          name,
          `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${String(metadata['uid'])}`,
        );
      }
      if (metadata['deletionTimestamp'] !== undefined)
        throw conflict(
          { group: '', resource: 'pods/binding' },
          name,
          `pod ${name} is being deleted, cannot be assigned to a host`,
        );
      const assigned = spec['nodeName'];
      if (assigned !== undefined && assigned !== '') {
        throw conflict(
          { group: '', resource: 'pods/binding' },
          name,
          `pod ${name} is already assigned to node ${JSON.stringify(assigned)}`,
        );
      }
      if (objectsIn(spec, 'schedulingGates').length > 0)
        throw conflict(
          { group: '', resource: 'pods/binding' },
          name,
          `pod ${name} has non-empty .spec.schedulingGates`,
        );
      spec['nodeName'] = node;
      Object.assign(ensureObject(metadata, 'annotations'), binding.metadata.annotations ?? {});
      if (Object.keys(ensureObject(metadata, 'annotations')).length === 0) delete metadata['annotations'];
      setScheduled(ensureObject(pod, 'status'), deps.now());
    },
    context,
  );
  return { code: 201, object: DONE };
}

function setScheduled(status: DraftObject, now: Date): void {
  const others = objectsIn(status, 'conditions').filter((condition) => condition['type'] !== 'PodScheduled');
  status['conditions'] = [
    ...others,
    { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: timestamp(now) },
  ];
}

/** Deletes a pod unless a disruption budget has none to spare. */
async function evict(
  body: JsonObject,
  request: ResourceRequest,
  { deps, dryRun }: Performing,
): Promise<{ code: number; object: unknown }> {
  const { namespace, name } = request.exchange.info;
  const pod = request.store.get(namespace, name);
  const context = { ...writeContextOf(request, 'CreateOptions', { ...WRITE_OPTIONS, dryRun }), dryRun };
  const options = (findObject(body as DraftObject, 'deleteOptions') ?? {}) as {
    readonly gracePeriodSeconds?: number;
    readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  };
  if (needsBudget(pod)) await spendBudget(pod, { deps, dryRun }, context);
  const { uid, resourceVersion } = options.preconditions ?? {};
  await request.store.delete(
    namespace,
    name,
    {
      ...(options.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    { ...context, subresource: '' },
  );
  return { code: 201, object: DONE };
}

/** A pod that has ended, or never began, takes nothing away. */
function needsBudget({ metadata, status }: KubeObject): boolean {
  const { phase = '' } = (status ?? {}) as { readonly phase?: string };
  return metadata.deletionTimestamp === undefined && phase !== 'Succeeded' && phase !== 'Failed' && phase !== 'Pending';
}

interface Budget extends KubeObject {
  readonly spec: {
    readonly selector?: Parameters<typeof labelSelectorMatcher>[0];
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly observedGeneration?: number;
  };
}

async function spendBudget(
  pod: KubeObject,
  { deps }: Performing,
  context: Parameters<ResourceStore['modify']>[3],
): Promise<void> {
  const { namespace = '', labels = {} } = pod.metadata;
  const budgets = deps.reader.list(BUDGETS, namespace) as readonly Budget[];
  const covering = budgets.filter(
    ({ spec }) => spec.selector !== undefined && labelSelectorMatcher(spec.selector)(labels),
  );
  const [budget, second] = covering;
  if (budget === undefined) return;
  if (second !== undefined)
    throw tooManyRequests(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      0,
    );
  const isUnhealthy = !isReady(pod);
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  if (
    isUnhealthy &&
    (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' ||
      (currentHealthy >= desiredHealthy && desiredHealthy > 0))
  )
    return;
  const resource = deps.catalogue.find(BUDGETS.group, BUDGETS.resource);
  if (resource === undefined) return;
  await new ResourceStore(resource, deps.store).modify(
    namespace,
    budget.metadata.name,
    (draft) => {
      const status = ensureObject(draft, 'status');
      const allowed = Number(status['disruptionsAllowed'] ?? 0);
      const observed = Number(status['observedGeneration'] ?? 0);
      if (observed < (budget.metadata.generation ?? 0))
        throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 10, [
          {
            reason: 'DisruptionBudget',
            message: `The disruption budget ${budget.metadata.name} is still being processed by the server.`,
          },
        ]);
      if (allowed <= 0) {
        throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0, [
          {
            reason: 'DisruptionBudget',
            message: `The disruption budget ${budget.metadata.name} needs ${String(desiredHealthy)} healthy pods and has ${String(currentHealthy)} currently`,
          },
        ]);
      }
      status['disruptionsAllowed'] = allowed - 1;
      ensureObject(status, 'disruptedPods')[pod.metadata.name] = timestamp(deps.now());
    },
    context,
  );
}

function isReady({ status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return conditions.some(({ type, status: state }) => type === 'Ready' && state === 'True');
}
