/**
 * Where a list goes on: the revision it was begun at, and the next key.
 * @see k8s.io/apiserver/pkg/storage/continue.go, v0.34
 */
import { isJsonObject } from '../../api/json';
import { BodySyntaxError, parseJsonBody } from '../kubernetes';
import { badRequest, expired, type StatusError } from '../status-error';
import type { Revision } from '../storage/storage';

export interface ContinueToken {
  /** Undefined: the list goes on with what is there now, after its beginning was forgotten. */
  readonly revision: Revision | undefined;
  /** The next key, without the prefix of the list. */
  readonly start: string;
}

const VERSION = 'meta.k8s.io/v1';
/** How the field `rv` says that the list is no longer of one revision. */
const ANY_REVISION = -1;

export function encodeContinue({ revision, start }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: VERSION, rv: revision ?? ANY_REVISION, start })).toString('base64url');
}

/** Throws `StatusError` 400 for a text that no list gave. */
export function decodeContinue(text: string): ContinueToken {
  const value = parsed(text);
  const { v: version = '', rv = 0, start = '' } = isJsonObject(value) ? value : {};
  if (version !== VERSION)
    throw refused(
      `server does not recognize this encoded version ${typeof version === 'string' ? version : JSON.stringify(version)}`,
    );
  if (typeof rv !== 'number' || rv === 0) throw refused(`incorrect encoded start resourceVersion (version ${VERSION})`);
  if (typeof start !== 'string' || start === '') throw refused(`encoded start key empty (version ${VERSION})`);
  if (start.split('/').includes('..')) throw refused(start);
  return { revision: rv === ANY_REVISION ? undefined : rv, start };
}

function parsed(text: string): unknown {
  const at = illegalBase64(text);
  if (at >= 0) throw refused(`illegal base64 data at input byte ${String(at)}`);
  try {
    return parseJsonBody(Buffer.from(text, 'base64url').toString('utf8'), false).value;
  } catch (error) {
    throw error instanceof BodySyntaxError ? refused(error.message) : error;
  }
}

function refused(why: string): StatusError {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

/** Where a text stops being base64 for URLs without padding; -1: nowhere. A last character alone stands for nothing. */
function illegalBase64(text: string): number {
  const at = text.search(/[^-_A-Za-z0-9]/);
  return at < 0 && text.length % 4 === 1 ? text.length - 1 : at;
}

/** The answer to a token whose revision is no longer kept; it carries one that goes on with what is there now. */
export function continueExpired(start: string): StatusError {
  const error = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  Object.assign(error.status.metadata, { continue: encodeContinue({ revision: undefined, start }) });
  return error;
}
