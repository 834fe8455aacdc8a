/** What a POST to a part of an object does: bind a pod to a node, evict it, make a token. */

import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import type { ServiceAccountKeys } from './authentication/service-account-keys';
import { answerTokenRequest } from './authentication/token-request';
import { type DraftObject, draftOf, ensureObject, findObject, findString, objectsIn } from './draft';
import { assignPod, bindingErrors, decideEviction, EVICTION_CONDITION } from './kinds/core';
import { builtinSchema, normalise } from './kubernetes';
import { timestamp } from './registry/metadata';
import { ResourceStore, type ResourceStoreDependencies } from './registry/resource-store';
import type { WriteContext } from './registry/write-context';
import { type ResourceRequest, writeContextOf } from './requests/resource-request';
import type { SubresourceAction } from './requests/subresource-requests';
import type { ResourceCatalogue } from './resources/catalogue';
import type { ObjectReader } from './resources/object-reader';
import { type LabelSelector, labelSelectorMatcher } from './selection/label-selector-object';
import { trackSentFields } from './sent-fields';
import { conflict, type GroupResource, invalid, StatusError } from './status-error';

export interface ActionDependencies {
  readonly keys: ServiceAccountKeys;
  readonly issuer: string;
  readonly apiAudiences: readonly string[];
  readonly reader: ObjectReader;
  readonly catalogue: ResourceCatalogue;
  readonly store: ResourceStoreDependencies;
  readonly now: () => Date;
}

const PODS: GroupResource = { group: '', resource: 'pods' };
const BUDGETS: GroupResource = { group: 'policy', resource: 'poddisruptionbudgets' };
const TOKEN_REQUEST = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' } as const;
/** What is answered where a pod was bound or evicted. */
export const BOUND = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as const;

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
        ...TOKEN_REQUEST,
        perform: async (body, request) => {
          const { exchange } = request;
          const { namespace, name } = exchange.info;
          const { keys, issuer, apiAudiences, reader } = deps;
          const context = { keys, issuer, apiAudiences, reader, now: deps.now(), newTokenId: randomUUID };
          const schema = builtinSchema(TOKEN_REQUEST.apiVersion, TOKEN_REQUEST.kind);
          const asked = draftOf(body);
          if (schema !== undefined) normalise(asked, schema, 'json');
          const { apiVersion } = TOKEN_REQUEST;
          const manager = contextOf(request, false).fieldManager;
          if (schema !== undefined)
            trackSentFields(asked, { schema, apiVersion, manager, subresource: 'token', now: deps.now() });
          const answer = draftOf(await answerTokenRequest(asked, { namespace, name }, context));
          if (schema !== undefined) normalise(answer, schema, 'json');
          return { code: 201, object: answer };
        },
      },
    ],
  ]);
}

interface Performed {
  readonly code: number;
  readonly object: unknown;
}

interface Performing {
  readonly deps: ActionDependencies;
  readonly dryRun: boolean;
}

/** Assigns a pod to a node, once. */
async function bind(body: JsonObject, request: ResourceRequest, { deps, dryRun }: Performing): Promise<Performed> {
  const { namespace, name } = request.exchange.info;
  const context = contextOf(request, dryRun);
  await bindPod(body, { namespace, name }, { store: request.store, now: deps.now(), context });
  return { code: 201, object: BOUND };
}

export interface PodBinding {
  /** That of pods. */
  readonly store: ResourceStore;
  readonly now: Date;
  readonly context: WriteContext;
}

/** Assigns a pod to the node that a Binding names. Throws `StatusError` 404, 409 where it has one already, and 422. */
export async function bindPod(
  body: JsonObject,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { store, now, context }: PodBinding,
): Promise<void> {
  const errors = bindingErrors(body);
  if (errors.length > 0) throw invalid({ group: '', kind: 'Binding' }, name, errors);
  const { uid = '' } = (body as unknown as KubeObject).metadata;
  await store.modify(
    namespace,
    name,
    (pod) => {
      const own = findString(ensureObject(pod, 'metadata'), 'uid') ?? '';
      if (uid !== '' && uid !== own) {
        throw conflict(PODS, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${own}`);
      }
      assignPod(pod, body, now);
    },
    context,
  );
}

/** Deletes a pod unless a disruption budget has none to spare. */
async function evict(body: JsonObject, request: ResourceRequest, { deps, dryRun }: Performing): Promise<Performed> {
  const { namespace, name } = request.exchange.info;
  const context = contextOf(request, dryRun);
  const pod = request.store.get(namespace, name);
  const decision = decideEviction(pod, budgetsOf(pod, deps.reader));
  if (decision.action === 'refuse') throw decision.error;
  if (decision.action === 'fail') throw new StatusError(500, '', decision.message);
  await request.store.modify(namespace, name, (draft) => setEvicted(draft, deps.now()), context);
  if (decision.action === 'charge') await chargeBudget(decision.budget, pod, { deps, dryRun }, context);
  const isPinned = decision.action === 'delete' && decision.atThisVersion;
  const asked = (findObject(body as DraftObject, 'deleteOptions') ?? {}) as EvictionOptions;
  const { uid, resourceVersion = isPinned ? pod.metadata.resourceVersion : undefined } = asked.preconditions ?? {};
  await request.store.delete(
    namespace,
    name,
    {
      ...(asked.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: asked.gracePeriodSeconds }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    { ...context, subresource: '' },
  );
  return { code: 201, object: BOUND };
}

/** Tells the pod's owner why the pod goes. */
function setEvicted(pod: DraftObject, now: Date): void {
  const status = ensureObject(pod, 'status');
  const others = objectsIn(status, 'conditions').filter((condition) => condition['type'] !== EVICTION_CONDITION.type);
  const condition = { ...EVICTION_CONDITION, lastProbeTime: null, lastTransitionTime: timestamp(now) };
  status['conditions'] = [...others, condition];
}

interface EvictionOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

function budgetsOf({ metadata }: KubeObject, reader: ObjectReader): readonly KubeObject[] {
  const { namespace = '', labels = {} } = metadata;
  return reader.list(BUDGETS, namespace).filter(({ spec }) => {
    const { selector } = spec as { readonly selector?: LabelSelector };
    return selector !== undefined && labelSelectorMatcher(selector)(labels);
  });
}

async function chargeBudget(
  budget: KubeObject,
  pod: KubeObject,
  { deps }: Performing,
  context: WriteContext,
): Promise<void> {
  const resource = deps.catalogue.find(BUDGETS.group, BUDGETS.resource);
  if (resource === undefined) return;
  await new ResourceStore(resource, deps.store).modify(
    budget.metadata.namespace ?? '',
    budget.metadata.name,
    (draft) => {
      // Somebody else may have taken the last one since it was decided.
      const decision = decideEviction(pod, [draft as unknown as KubeObject]);
      if (decision.action === 'refuse') throw decision.error;
      const status = ensureObject(draft, 'status');
      status['disruptionsAllowed'] = Number(status['disruptionsAllowed'] ?? 0) - 1;
      ensureObject(status, 'disruptedPods')[pod.metadata.name] = timestamp(deps.now());
    },
    context,
  );
}

function contextOf(request: ResourceRequest, dryRun: boolean): WriteContext {
  const fieldManager = request.exchange.query.get('fieldManager') ?? '';
  return writeContextOf(request, 'CreateOptions', {
    dryRun,
    fieldManager,
    fieldValidation: 'Ignore',
    force: false,
  });
}
