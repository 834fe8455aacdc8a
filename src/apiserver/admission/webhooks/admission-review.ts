/**
 * What is said between the server and a webhook.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-request-and-response
 */
import type { JsonObject, JsonValue } from '../../../api/json';
import { booleanAt, numberAt, objectAt, objectsAt, stringAt, stringsAt } from '../../authentication/json-members';
import { userJson } from '../../authentication/token-review';
import { type StatusCause, StatusError } from '../../status-error';
import type { AdmissionAttributes } from '../admission';
import type { VersionedResource, Webhook } from './webhook';
import { WebhookCallFailed } from './webhook-caller';

const GROUP = 'admission.k8s.io';
const VERSIONS: readonly string[] = ['v1', 'v1beta1'];

/** A webhook's answer that is well-formed. */
export interface WebhookAnswer {
  readonly isAllowed: boolean;
  /** A JSON patch, as it was sent: base 64. Empty where there is none. */
  readonly patch: string;
  readonly patchType: string;
  readonly warnings: readonly string[];
  /** Why not. */
  readonly status: JsonObject | undefined;
}

export interface ReviewContent {
  readonly webhook: Webhook;
  readonly attributes: AdmissionAttributes;
  /** As what the webhook sees the request. */
  readonly seenAs: VersionedResource;
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
  readonly uid: string;
}

/** The review to send, in the first version that the webhook and the server both know; undefined where there is none. */
export function findReview(content: ReviewContent): JsonObject | undefined {
  const { attributes, seenAs, object, oldObject, uid } = content;
  const version = content.webhook.reviewVersions.find((each) => VERSIONS.includes(each));
  if (version === undefined) return undefined;
  const { subresource, name, namespace, operation, user, dryRun, options } = attributes;
  const kindOf = ({ group, version: own, kind }: VersionedResource): JsonObject => ({ group, version: own, kind });
  const resourceOf = ({ group, version: own, resource }: VersionedResource): JsonObject => ({
    group,
    version: own,
    resource,
  });
  return {
    kind: 'AdmissionReview',
    apiVersion: `${GROUP}/${version}`,
    request: {
      uid,
      kind: kindOf(seenAs),
      resource: resourceOf(seenAs),
      ...(subresource === '' ? {} : { subResource: subresource }),
      requestKind: kindOf(attributes),
      requestResource: resourceOf(attributes),
      ...(subresource === '' ? {} : { requestSubResource: subresource }),
      ...(name === '' ? {} : { name }),
      ...(namespace === '' ? {} : { namespace }),
      operation,
      userInfo: userJson(user),
      object: object ?? null,
      oldObject: oldObject ?? null,
      dryRun,
      options,
    },
  };
}

/**
 * What the webhook said.
 * @throws WebhookCallFailed where that is no answer to the review.
 */
export function readAnswer(review: JsonObject, answer: JsonObject, isMutating: boolean): WebhookAnswer {
  const asked = stringAt(review, 'apiVersion');
  checkKind(asked, answer);
  const response = objectAt(answer, 'response');
  if (response === undefined) throw invalidAnswer('webhook response was absent');
  const uid = stringAt(review, 'request', 'uid');
  const patch = stringAt(response, 'patch');
  const patchType = stringAt(response, 'patchType');
  const isCurrent = asked === `${GROUP}/v1`;
  if (isCurrent) {
    const told = stringAt(response, 'uid');
    if (told !== uid) throw invalidAnswer(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(told)}`);
    checkPatch(patch, response['patchType'], isMutating);
  }
  const status = objectAt(response, 'status');
  return {
    isAllowed: booleanAt(response, 'allowed') === true,
    patch: isMutating ? patch : '',
    patchType: isCurrent ? patchType : 'JSONPatch',
    warnings: stringsAt(response, 'warnings'),
    status,
  };
}

function checkKind(asked: string, answer: JsonObject): void {
  const told = stringAt(answer, 'apiVersion');
  const kind = stringAt(answer, 'kind');
  if (kind !== 'AdmissionReview' || !VERSIONS.some((version) => told === `${GROUP}/${version}`)) {
    throw new WebhookCallFailed(
      `failed to call webhook: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(told)} in scheme "pkg/runtime/scheme.go:110"`,
    );
  }
  if (told === asked) return;
  const typeOf = (version: string): string => `(${version.slice(GROUP.length + 1)}.AdmissionReview)`;
  throw new WebhookCallFailed(
    `failed to call webhook: converting ${typeOf(told)} to ${typeOf(asked)}: unknown conversion`,
  );
}

function checkPatch(patch: string, patchType: JsonValue | undefined, isMutating: boolean): void {
  const hasType = typeof patchType === 'string';
  if (!isMutating) {
    if (patch !== '') throw invalidAnswer('validating webhook may not return response.patch');
    if (hasType) throw invalidAnswer('validating webhook may not return response.patchType');
    return;
  }
  if (patch !== '' && !hasType) throw invalidAnswer('webhook returned response.patch but not response.patchType');
  if (patch === '' && hasType) throw invalidAnswer('webhook returned response.patchType but not response.patch');
  if (patchType === '') throw invalidAnswer('webhook returned invalid response.patchType of ""');
}

function invalidAnswer(why: string): WebhookCallFailed {
  return new WebhookCallFailed(`received invalid webhook response: ${why}`);
}

const BAD_REQUEST = 400;

/** The refusal of a webhook, with the code, reason and details that it gave. */
export function deniedBy(name: string, status: JsonObject | undefined): StatusError {
  const reason = stringAt(status, 'reason');
  const message = stringAt(status, 'message');
  const why = message === '' ? reason : message;
  const told = `admission webhook ${JSON.stringify(name)} denied the request${why === '' ? ' without explanation' : `: ${why}`}`;
  const code = Math.max(numberAt(status, 'code') ?? 0, BAD_REQUEST);
  const details = objectAt(status, 'details');
  if (details === undefined) return new StatusError(code, reason, told);
  const causes = objectsAt(details, 'causes') as readonly StatusCause[];
  return new StatusError(code, reason, told, { ...details, ...(causes.length === 0 ? {} : { causes }) });
}
