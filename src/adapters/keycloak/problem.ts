/**
 * What goes wrong with Keycloak, as `AdrasteiaError`: it doesn't answer, or it refuses and somebody has to do something.
 */
import { AdrasteiaError, type ErrorCode } from '../../errors';

/** The codes of all errors of this folder. */
export const PROBLEM_CODES: Readonly<Record<'unavailable' | 'refused', ErrorCode>> = {
  unavailable: 'IdentityProviderUnavailable',
  refused: 'IdentityProviderRefused',
};

/** What was tried, for messages. */
export interface Attempt {
  /** What couldn't be done, such as `create user "ada"`. */
  readonly doing: string;
  readonly realm: string;
  /** The server's address. */
  readonly url: string;
  /** The client that Adrasteia comes as. */
  readonly clientId: string;
}

/** Keycloak doesn't answer, or says that it can't now. */
export function unavailable(attempt: Attempt, why: string, cause?: unknown): AdrasteiaError {
  return new AdrasteiaError(PROBLEM_CODES.unavailable, describe(attempt, why), { cause });
}

/** Keycloak says no; `why` says what to do. */
export function refused(attempt: Attempt, why: string, cause?: unknown): AdrasteiaError {
  return new AdrasteiaError(PROBLEM_CODES.refused, describe(attempt, why), { cause });
}

/** The error for whatever the library threw. */
export function problemOf(attempt: Attempt, error: unknown): AdrasteiaError {
  if (error instanceof AdrasteiaError) return error;
  const status = statusOf(error);
  if (status === undefined) return unavailable(attempt, reasonOf(error), error);
  const words = wordsOf(error);
  const said = words === '' ? `status ${status}` : `status ${status}: ${words}`;
  if (status >= 500 || status === 408 || status === 429) return unavailable(attempt, said, error);
  return refused(attempt, `${said}${adviceOn(status, attempt)}`, error);
}

/** HTTP status of an answer that the library threw, also where an error of ours holds it as its cause; else undefined. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof AdrasteiaError) return statusOf(error.cause);
  const { status } = property(error, 'response') as { readonly status?: unknown };
  return typeof status === 'number' ? status : undefined;
}

function adviceOn(status: number, { clientId }: Attempt): string {
  if (status >= 300 && status < 400) return '; requests are sent elsewhere: give the address that they lead to';
  if (status === 401) return `; check id and secret of client "${clientId}", and that its service account is on`;
  if (status === 403)
    return `; give the service account of client "${clientId}" the roles manage-users, manage-clients and query-clients of realm-management`;
  return '';
}

/** Keycloak's own words, of which there are three kinds. */
function wordsOf(error: unknown): string {
  const data = property(error, 'responseData') as Readonly<Record<string, unknown>>;
  const words = [data['errorMessage'], data['error'], data['error_description']].filter(
    (word): word is string => typeof word === 'string' && word !== '',
  );
  return oneLine(words.join(': ')).slice(0, 300);
}

/** Why there was no answer: where `fetch` fails, its error's cause says it. */
export function reasonOf(error: unknown): string {
  const { name, message, cause } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in the time allowed';
  const deeper = (cause ?? {}) as Readonly<Record<string, unknown>>;
  const said = [deeper['message'], deeper['code'], message].find(
    (text): text is string => typeof text === 'string' && text !== '',
  );
  return oneLine(said ?? 'no answer');
}

function describe({ doing, realm, url }: Attempt, why: string): string {
  return `cannot ${doing} in Keycloak realm "${realm}" at ${url}: ${why}`;
}

function property(value: unknown, name: string): object {
  const held = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : {};
  return typeof held === 'object' && held !== null ? held : {};
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
