/**
 * The errors that clients meet when an API server is in trouble and that nothing else here answers with, in its own words.
 * Those that it answers with in good health are in `status-error.ts`.
 */
import { conflict, OPTIMISTIC_LOCK, StatusError, tooManyRequests } from '../status-error';
import type { RequestFacts } from './request-faults';

/** 503: a part of the server isn't there. */
export function serviceUnavailable(message = 'the server is currently unable to handle the request'): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message);
}

/**
 * 504: the request took longer than the server gives it; a write may have been made all the same.
 * @see k8s.io/apiserver/pkg/endpoints/handlers/finisher/finisher.go, v0.34
 */
export function requestTimeout(): StatusError {
  const message = 'Timeout: request did not complete within requested timeout - context deadline exceeded';
  return new StatusError(504, 'Timeout', message, {});
}

/**
 * 429, with a `Retry-After`.
 * @see k8s.io/apiserver/pkg/server/filters/maxinflight.go, v0.34
 */
export function overload(retryAfterSeconds = 1): StatusError {
  return tooManyRequests('Too many requests, please try again later.', retryAfterSeconds);
}

/** 409: somebody else has changed the object that the request names. */
export function lostRace({ group, resource, name }: RequestFacts): StatusError {
  return conflict({ group, resource }, name, OPTIMISTIC_LOCK);
}
