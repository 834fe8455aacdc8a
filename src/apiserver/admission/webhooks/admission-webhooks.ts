/**
 * Admission by others: webhooks that may change objects, one after the other, and webhooks that may refuse them, all at once.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import type { DraftObject } from '../../draft';
import { canonicalJson, parseJson } from '../../json/json-text';
import { jsonPatch } from '../../patch/json-patch';
import type { ObjectReader } from '../../resources/object-reader';
import { badRequest, internalError, isStatusError } from '../../status-error';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import { deniedBy, findReview, readAnswer, type WebhookAnswer } from './admission-review';
import { findMatch, isExempt, type VersionedResource, type Webhook, webhookOf, webhooksOf } from './webhook';
import { type WebhookCaller, WebhookCallFailed } from './webhook-caller';

/** What webhooks must know of the resources that the API serves. */
export interface WebhookResources {
  /** The other versions, and groups, in which the resource of a request is served. */
  equivalents(attributes: AdmissionAttributes): readonly VersionedResource[];
  /** An object as it is sent in a version. */
  encode(object: KubeObject, as: VersionedResource): JsonObject;
  /** The object that such JSON stands for, defaults set, in the version of admission. Throws `StatusError` where it can't be one. */
  decode(json: JsonObject, as: VersionedResource, attributes: AdmissionAttributes): DraftObject;
}

export interface AdmissionWebhookDependencies {
  readonly reader: ObjectReader;
  readonly caller: WebhookCaller;
  readonly resources: WebhookResources;
  /** Makes the UID of a review. */
  readonly newUid: () => string;
  /**
   * True if all of a webhook's conditions hold for a request. Throws `StatusError` where one can't be told and the webhook may
   * not be passed over. Absent: they are not looked at, and the webhook is called.
   */
  readonly meetsConditions?: (
    webhook: Webhook,
    object: JsonObject | undefined,
    attributes: AdmissionAttributes,
  ) => boolean;
}

/** One request on its way through the webhooks. */
interface WebhookRequest {
  readonly object: KubeObject | undefined;
  readonly attributes: AdmissionAttributes;
}

export function mutatingAdmissionWebhook(dependencies: AdmissionWebhookDependencies): AdmissionPlugin {
  const configured = (attributes: AdmissionAttributes): readonly JsonObject[] =>
    isExempt(attributes) ? [] : webhooksOf(dependencies.reader, 'mutatingwebhookconfigurations');
  return {
    name: 'MutatingAdmissionWebhook',
    admit(object, attributes) {
      const sources = configured(attributes);
      return sources.length === 0 ? undefined : mutate(object, attributes, sources.map(webhookOf), dependencies);
    },
    validate(object, attributes) {
      // What is deleted can't be changed, but these webhooks may refuse that too.
      if (attributes.operation !== 'DELETE') return undefined;
      const sources = configured(attributes);
      if (sources.length === 0) return undefined;
      return refuseDeletion({ object, attributes }, sources.map(webhookOf), dependencies);
    },
  };
}

export function validatingAdmissionWebhook(dependencies: AdmissionWebhookDependencies): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionWebhook',
    validate(object, attributes) {
      if (isExempt(attributes)) return undefined;
      const sources = webhooksOf(dependencies.reader, 'validatingwebhookconfigurations');
      if (sources.length === 0) return undefined;
      return askAll({ object, attributes }, sources.map(webhookOf), dependencies);
    },
  };
}

async function askAll(
  request: WebhookRequest,
  webhooks: readonly Webhook[],
  dependencies: AdmissionWebhookDependencies,
): Promise<undefined> {
  // All are matched before the first one is called.
  const matches = webhooks.flatMap((webhook) => {
    const seenAs = findCall(webhook, request, dependencies);
    return seenAs === undefined ? [] : [{ webhook, seenAs }];
  });
  const outcomes = await Promise.allSettled(
    matches.map(({ webhook, seenAs }) => ask({ webhook, seenAs, isMutating: false }, request, dependencies)),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return undefined;
}

async function refuseDeletion(
  request: WebhookRequest,
  webhooks: readonly Webhook[],
  dependencies: AdmissionWebhookDependencies,
): Promise<undefined> {
  for (const webhook of webhooks) {
    const seenAs = findCall(webhook, request, dependencies);
    if (seenAs === undefined) continue;
    const answer = await ask({ webhook, seenAs, isMutating: true }, request, dependencies);
    if (answer !== undefined && operationsOf(webhook, answer) !== undefined) throw notModifiable(webhook);
  }
  return undefined;
}

function notModifiable({ name }: Webhook): Error {
  return internalError(
    `admission webhook ${JSON.stringify(name)} attempted to modify the object, which is not supported for this operation`,
  );
}

/** Calls each in turn; those that ask for it once more, where a later one changed something. */
async function mutate(
  object: DraftObject,
  attributes: AdmissionAttributes,
  webhooks: readonly Webhook[],
  dependencies: AdmissionWebhookDependencies,
): Promise<void> {
  const request = { object: object as unknown as KubeObject, attributes };
  const called: { readonly webhook: Webhook; isStale: boolean }[] = [];
  for (const webhook of webhooks) {
    const seenAs = findCall(webhook, request, dependencies);
    if (seenAs === undefined) continue;
    if (await change(object, { webhook, seenAs }, request, dependencies)) {
      for (const earlier of called) earlier.isStale = true;
    }
    called.push({ webhook, isStale: false });
  }
  for (const { webhook, isStale } of called) {
    if (!isStale || !webhook.isReinvoked) continue;
    const seenAs = findCall(webhook, request, dependencies);
    if (seenAs !== undefined) await change(object, { webhook, seenAs }, request, dependencies);
  }
}

/** Applies what the webhook wants to the object, in place. True if that changed something. */
async function change(
  object: DraftObject,
  { webhook, seenAs }: { readonly webhook: Webhook; readonly seenAs: VersionedResource },
  request: WebhookRequest,
  dependencies: AdmissionWebhookDependencies,
): Promise<boolean> {
  const answer = await ask({ webhook, seenAs, isMutating: true }, request, dependencies);
  const operations = answer === undefined ? undefined : operationsOf(webhook, answer);
  if (operations === undefined) return false;
  const before = dependencies.resources.encode(object as unknown as KubeObject, seenAs);
  const patched = patchedObject(before, operations);
  const decoded = decodedObject(patched, seenAs, request.attributes, dependencies.resources);
  const isChanged = canonicalJson(decoded) !== canonicalJson(object);
  if (isChanged) replaceMembers(object, decoded);
  return isChanged;
}

/** Members are defined, not assigned: one of them may be called `__proto__`. */
function replaceMembers(object: DraftObject, by: DraftObject): void {
  for (const key of Object.keys(object)) Reflect.deleteProperty(object, key);
  for (const [key, value] of Object.entries(by)) {
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  }
}

function patchedObject(before: JsonObject, operations: readonly JsonValue[]): JsonObject {
  let patched: JsonValue;
  try {
    patched = jsonPatch(before, operations, 'Ignore');
  } catch (error) {
    throw isStatusError(error) ? internalError(error.message) : error;
  }
  if (!isJsonObject(patched)) throw internalError("Object 'Kind' is missing");
  return patched;
}

function decodedObject(
  patched: JsonObject,
  seenAs: VersionedResource,
  attributes: AdmissionAttributes,
  resources: WebhookResources,
): DraftObject {
  try {
    return resources.decode(patched, seenAs, attributes);
  } catch (error) {
    throw isStatusError(error) ? internalError(error.message) : error;
  }
}

/** The operations of a patch; undefined where there are none. */
function operationsOf({ name }: Webhook, { patch, patchType }: WebhookAnswer): readonly JsonValue[] | undefined {
  if (patch === '') return undefined;
  const fail = (why: string): Error => internalError(`failed calling webhook ${JSON.stringify(name)}: ${why}`);
  let operations: unknown;
  try {
    operations = parseJson(Buffer.from(patch, 'base64').toString('utf8'));
  } catch (error) {
    throw fail(`received undecodable patch in webhook response: ${error instanceof Error ? error.message : ''}`);
  }
  if (!Array.isArray(operations)) throw fail('received undecodable patch in webhook response: it is not a list');
  if (operations.length === 0) return undefined;
  if (patchType !== 'JSONPatch') throw fail(`unsupported patch type ${JSON.stringify(patchType)}`);
  return operations as readonly JsonValue[];
}

/** As what the webhook wants to see the request; undefined where it doesn't. */
function findCall(
  webhook: Webhook,
  { object, attributes }: WebhookRequest,
  { reader, resources, meetsConditions }: AdmissionWebhookDependencies,
): VersionedResource | undefined {
  const equivalents = (): readonly VersionedResource[] => resources.equivalents(attributes);
  const seenAs = findMatch(webhook, object, attributes, { reader, equivalents });
  if (seenAs === undefined || webhook.matchConditions.length === 0) return seenAs;
  const seen = object === undefined ? undefined : resources.encode(object, seenAs);
  return (meetsConditions?.(webhook, seen, attributes) ?? true) ? seenAs : undefined;
}

/**
 * The answer of a webhook that lets the request pass; undefined where it can't be called and may be passed over.
 * @throws StatusError where it refuses, or must be called and can't.
 */
async function ask(
  {
    webhook,
    seenAs,
    isMutating,
  }: { readonly webhook: Webhook; readonly seenAs: VersionedResource; readonly isMutating: boolean },
  { object, attributes }: WebhookRequest,
  { caller, resources, newUid }: AdmissionWebhookDependencies,
): Promise<WebhookAnswer | undefined> {
  if (attributes.dryRun && !webhook.allowsDryRun) {
    throw badRequest(`admission webhook ${JSON.stringify(webhook.name)} does not support dry run`);
  }
  const encoded = (each: KubeObject | undefined): JsonObject | undefined =>
    each === undefined ? undefined : resources.encode(each, seenAs);
  let answer: WebhookAnswer;
  try {
    const review = findReview({
      webhook,
      attributes,
      seenAs,
      object: encoded(object),
      oldObject: encoded(attributes.oldObject),
      uid: newUid(),
    });
    if (review === undefined) {
      throw new WebhookCallFailed(
        'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)',
      );
    }
    const { clientConfig, timeoutSeconds } = webhook;
    answer = readAnswer(review, await caller.call({ clientConfig, review, timeoutSeconds }), isMutating);
  } catch (error) {
    if (!(error instanceof WebhookCallFailed)) throw error;
    if (webhook.isIgnorable) return undefined;
    throw internalError(`failed calling webhook ${JSON.stringify(webhook.name)}: ${error.message}`);
  }
  for (const warning of answer.warnings) attributes.warn(warning);
  if (!answer.isAllowed) throw deniedBy(webhook.name, answer.status);
  return answer;
}
