/**
 * What admission says to an environment: the same that its plan would, before it is made. Nothing is reserved here; who gets the last
 * of a quota is decided when the plan reserves it.
 *
 * Whatever isn't a plain no is a yes: a template that isn't known yet, a cache that isn't filled, an object that another rule refuses.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { PlanInterruption } from '../../plan/interruption';
import type { Plan } from '../../plan/plan';

/** What the plan of an object would be, by all that is known now. */
export type Preview = (object: KubeObject) => Plan<unknown> | PlanInterruption | undefined;

/**
 * The AdmissionReview (admission.k8s.io/v1) that answers one; undefined where it is none.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request
 */
export function quotaReview(review: JsonValue, preview: Preview): JsonObject | undefined {
  if (!isJsonObject(review) || !isJsonObject(review['request'])) return undefined;
  const { request } = review;
  const { uid } = request;
  if (typeof uid !== 'string') return undefined;
  const message = refusalOf(request, preview);
  const response =
    message === undefined
      ? { uid, allowed: true }
      : { uid, allowed: false, status: { code: 403, reason: 'Forbidden', message } };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}

function refusalOf(request: JsonObject, preview: Preview): string | undefined {
  const object = objectOf(request['object'], request);
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return undefined;
  const message = shortOf(object, preview);
  if (message === undefined) return undefined;
  const before = objectOf(request['oldObject'], request);
  // What waits for room already may be changed in other ways.
  return before !== undefined && shortOf(before, preview) !== undefined ? undefined : message;
}

/** What there is no room for, in words; undefined where there is room. */
function shortOf(object: KubeObject, preview: Preview): string | undefined {
  const plan = preview(object);
  if (plan === undefined || plan instanceof PlanInterruption) return undefined;
  return plan.outcome === 'hold' && plan.reason === 'QuotaExceeded' ? (plan.message ?? plan.reason) : undefined;
}

function objectOf(value: JsonValue | undefined, { namespace }: JsonObject): KubeObject | undefined {
  if (!isJsonObject(value) || !isJsonObject(value['metadata'])) return undefined;
  // The API server has checked it against the kind's schema.
  const object = value as unknown as KubeObject;
  return typeof namespace === 'string' ? { ...object, metadata: { ...object.metadata, namespace } } : object;
}
