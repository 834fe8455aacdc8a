/**
 * What a client means by a `resourceVersion` in a request.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */

import { badRequest, expired, StatusError } from '../status-error';
import type { Revision, Storage } from '../storage/storage';

const DIGITS = /^\d+$/;

/**
 * The revision that a text names; undefined for an empty text. Where it names none: throws `StatusError` 400 for a list, and
 * 500 without a reason for anything else, as Kubernetes does.
 */
export function parseResourceVersion(text: string, isList = false): Revision | undefined {
  if (text === '') return undefined;
  if (DIGITS.test(text)) return Number(text);
  const quoted = JSON.stringify(text);
  const why = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
  throw isList ? badRequest(`invalid resource version: ${why}`) : new StatusError(500, '', why);
}

/** Throws `StatusError` 504 for a revision that isn't there yet. */
export function checkNotAhead(storage: Storage, revision: Revision): void {
  if (revision <= storage.revision) return;
  const message = `Timeout: Too large resource version: ${String(revision)}, current: ${String(storage.revision)}`;
  throw new StatusError(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** What a client is told whose version is no longer kept. */
export function tooOldToList(): StatusError {
  return expired('The resourceVersion for the provided list is too old.');
}

export function tooOldToWatch(asked: Revision, oldest: Revision): StatusError {
  return expired(`too old resource version: ${String(asked)} (${String(oldest)})`);
}
