/** What a POST to a part of an object does: bind a pod to a node, evict it, make a token. */

import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import type { ServiceAccountKeys } from './authentication/service-account-keys';
import { answerTokenRequest } from './authentication/token-request';
import { type DraftObject, draftOf, ensureObject, findObject, findString, objectsIn } from './draft';
import { fieldErrorText } from './field-error';
import { assignPod, bindingErrors, decideEviction, EVICTION_CONDITION } from './kinds/core';
import { builtinSchema, normalise } from './kubernetes';
import { admissionAttributes } from './registry/admission-attributes';
import { timestamp } from './registry/metadata';
import { ResourceStore, type ResourceStoreDependencies } from './registry/resource-store';
import type { WriteContext } from './registry/write-context';
import { type ResourceRequest, writeContextOf } from './requests/resource-request';
import type { SubresourceAction } from './requests/subresource-requests';
import type { ResourceCatalogue } from './resources/catalogue';
import type { ObjectReader } from './resources/object-reader';
import { type LabelSelector, labelSelectorMatcher } from './selection/label-selector-object';
import { trackSentFields } from './sent-fields';
import { conflict, type GroupResource, StatusError } from './status-error';

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
      {
        apiVersion: 'v1',
        kind: 'Binding',
        perform: (body, request, dryRun) =>
          admitted(body, request, { deps, dryRun, kind: 'Binding' }, (performing, draft) =>
            bind(draft, request, performing),
          ),
      },
    ],
    [
      '/pods/eviction',
      {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        perform: (body, request, dryRun) =>
          admitted(body, request, { deps, dryRun, kind: 'Eviction' }, (performing, draft) =>
            evict(draft, request, performing),
          ),
      },
    ],
    [
      '/serviceaccounts/token',
      {
        ...TOKEN_REQUEST,
        perform: (body, request, dryRun) =>
          admitted(body, request, { deps, dryRun, kind: TOKEN_REQUEST.kind }, (performing, draft) =>
            makeToken(draft, request, performing),
          ),
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
  /** Asks validating admission of what was sent. Throws its refusal. */
  readonly validate: () => Promise<void>;
}

/** Has what was sent pass mutating admission, and says how it is validated. */
async function admitted(
  body: JsonObject,
  request: ResourceRequest,
  { deps, dryRun, kind }: { readonly deps: ActionDependencies; readonly dryRun: boolean; readonly kind: string },
  perform: (performing: Performing, draft: DraftObject) => Promise<Performed>,
): Promise<Performed> {
  const { namespace, name } = request.exchange.info;
  const { admission } = deps.store;
  const draft = draftOf(body);
  const attributes = admissionAttributes(
    { ...request.resource, kind },
    { operation: 'CREATE', namespace, name, oldObject: undefined },
    contextOf(request, dryRun),
  );
  await admission.admit(draft, attributes);
  const validate = async (): Promise<void> => {
    await admission.validate(draft as unknown as KubeObject, attributes);
  };
  return perform({ deps, dryRun, validate }, draft);
}

async function makeToken(
  asked: DraftObject,
  request: ResourceRequest,
  { deps, validate }: Performing,
): Promise<Performed> {
  const { namespace, name } = request.exchange.info;
  const { keys, issuer, apiAudiences, reader } = deps;
  const context = { keys, issuer, apiAudiences, reader, now: deps.now(), newTokenId: randomUUID };
  const { apiVersion, kind } = TOKEN_REQUEST;
  const schema = builtinSchema(apiVersion, kind);
  if (schema !== undefined) {
    normalise(asked, schema, 'json');
    const manager = contextOf(request, false).fieldManager;
    trackSentFields(asked, { schema, apiVersion, manager, subresource: 'token', now: deps.now() });
  }
  await validate();
  const answer = draftOf(await answerTokenRequest(asked, { namespace, name }, context));
  if (schema !== undefined) normalise(answer, schema, 'json');
  return { code: 201, object: answer };
}

/** Assigns a pod to a node, once. */
async function bind(
  body: JsonObject,
  request: ResourceRequest,
  { deps, dryRun, validate }: Performing,
): Promise<Performed> {
  const { namespace, name } = request.exchange.info;
  const context = contextOf(request, dryRun);
  await bindPod(body, { namespace, name }, { store: request.store, now: deps.now(), context, validate });
  return { code: 201, object: BOUND };
}

export interface PodBinding {
  /** That of pods. */
  readonly store: ResourceStore;
  readonly now: Date;
  readonly context: WriteContext;
  /** Asks validating admission. Throws its refusal. */
  readonly validate: () => Promise<void>;
}

/** Assigns a pod to the node that a Binding names. Throws `StatusError` 404, 409 where it has one already, and 500. */
export async function bindPod(
  body: JsonObject,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { store, now, context, validate }: PodBinding,
): Promise<void> {
  const errors = bindingErrors(body);
  // As the real server has it: it isn't said to be the client's fault.
  if (errors.length > 0) throw new StatusError(500, '', aggregateText(errors.map(fieldErrorText)));
  await validate();
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
async function evict(
  body: JsonObject,
  request: ResourceRequest,
  { deps, dryRun, validate }: Performing,
): Promise<Performed> {
  const { namespace, name } = request.exchange.info;
  await validate();
  const context = contextOf(request, dryRun);
  const pod = request.store.get(namespace, name);
  const decision = decideEviction(pod, budgetsOf(pod, deps.reader));
  if (decision.action === 'refuse') throw decision.error;
  if (decision.action === 'fail') throw new StatusError(500, '', decision.message);
  await request.store.modify(namespace, name, (draft) => setEvicted(draft, deps.now()), context);
  if (decision.action === 'charge') await chargeBudget(decision.budget, pod, deps, context);
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
  deps: ActionDependencies,
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

/** Several problems as Go joins them. */
function aggregateText(texts: readonly string[]): string {
  const [first = ''] = texts;
  return texts.length === 1 ? first : `[${texts.join(', ')}]`;
}
