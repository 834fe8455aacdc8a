/**
 * What a Kubernetes API answers instead of an object, as `AdrasteiaError`.
 *
 * The server's own text is kept, on one line, after the verb, the kind and the object that were asked for.
 */
import { isJsonObject } from '../../api/json';
import { AdrasteiaError, type ErrorCode } from '../../errors';

/** What a request is about, for messages and metrics. */
export interface RequestTarget {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'apply' | 'patch' | 'replace' | 'delete';
  /** The kind; for `raw`, the path. */
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** One of the reasons that a Kubernetes API gives for a refusal. */
export interface StatusCause {
  /** Such as `FieldValueInvalid`, `FieldManagerConflict`, `NamespaceTerminating`. */
  readonly reason: string;
  /** Path of the field; empty where the cause is about no field. */
  readonly field: string;
  readonly message: string;
}

/** A refusal as the Kubernetes API worded it: `metav1.Status`. */
export interface ApiStatus {
  readonly kind: 'Status';
  /** HTTP status. */
  readonly code: number;
  /** Such as `NotFound` or `AlreadyExists`; empty where the answer was no `Status`. */
  readonly reason: string;
  readonly message: string;
  /** The object that the refusal is about; absent where the server knows the path but no object. */
  readonly objectName?: string;
  readonly causes: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** The server's own words behind an error of `Cluster`, or undefined where no server spoke. */
export function apiStatusOf(error: unknown): ApiStatus | undefined {
  if (!(error instanceof AdrasteiaError)) return undefined;
  const { cause } = error;
  return isJsonObject(cause) && cause['kind'] === 'Status' && Array.isArray(cause['causes'])
    ? (cause as unknown as ApiStatus)
    : undefined;
}

/** The `Status` in a body; where the body is none, one made of the HTTP status and the beginning of the text. */
export function readStatus(code: number, body: string): ApiStatus {
  const parsed = parseJson(body);
  if (isJsonObject(parsed) && parsed['kind'] === 'Status') return statusFrom(parsed, code);
  const text = oneLine(body.startsWith('<') ? '' : body).slice(0, 300);
  return { kind: 'Status', code, reason: '', message: text === '' ? `HTTP status ${code}` : text, causes: [] };
}

/** The parts of a parsed `metav1.Status` that are used here. */
export function statusFrom(parsed: unknown, code: number): ApiStatus {
  const status = isJsonObject(parsed) ? parsed : {};
  const details = isJsonObject(status['details']) ? status['details'] : {};
  const causes = Array.isArray(details['causes']) ? details['causes'].filter(isJsonObject) : [];
  const name = text(details['name']);
  const retryAfter = details['retryAfterSeconds'];
  return {
    kind: 'Status',
    code: typeof status['code'] === 'number' ? status['code'] : code,
    reason: text(status['reason']),
    message: oneLine(text(status['message'])),
    ...(name === '' ? {} : { objectName: name }),
    causes: causes.map((cause) => ({
      reason: text(cause['reason']),
      field: text(cause['field']),
      message: oneLine(text(cause['message'])),
    })),
    ...(typeof retryAfter === 'number' && retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
  };
}

/**
 * True where a 404 says that this one object is absent. A kind that isn't served answers 404 as well, with a plain
 * page or without naming an object, and must not be taken for an absent object.
 */
export function saysObjectIsAbsent(status: ApiStatus): boolean {
  return status.code === 404 && status.reason === 'NotFound' && status.objectName !== undefined;
}

/**
 * The error for a refusal; its `cause` is the `ApiStatus`. The pause that the server asks for comes from
 * `retryAfter` (the header) or the body.
 */
export function refusal(target: RequestTarget, status: ApiStatus, retryAfter?: string): AdrasteiaError {
  const code = codeOf(status);
  const words =
    status.message === '' ? `the server answered ${status.reason} ${status.code}`.replace('  ', ' ') : status.message;
  const hint =
    code === 'ApiNotFound' && !saysObjectIsAbsent(status) && target.name !== undefined
      ? ' (the kind is not served here)'
      : '';
  const seconds = headerSeconds(retryAfter) ?? status.retryAfterSeconds;
  return new AdrasteiaError(code, `${describeTarget(target)}: ${words}${hint}`, {
    cause: status,
    ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }),
  });
}

/** The error for a connection that could not be made, broke, or stayed silent. */
export function connectionFailure(target: RequestTarget, server: string, error: unknown): AdrasteiaError {
  const { code, message } = failureOf(error);
  const timedOut = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  const words = timedOut ? 'no answer in the time allowed' : oneLine(message === '' ? code : message);
  return new AdrasteiaError(
    timedOut ? 'ApiTimeout' : 'ApiUnreachable',
    `${describeTarget(target)}: ${server}: ${words}`,
    { cause: error },
  );
}

/** The error for an answer that is no JSON although it claims success, as a proxy's sign-in page does. */
export function unreadableAnswer(target: RequestTarget, server: string, cause: unknown): AdrasteiaError {
  return new AdrasteiaError(
    'ApiInternal',
    `${describeTarget(target)}: ${server}: the answer is no JSON; is this a Kubernetes API?`,
    { cause },
  );
}

/** True where the connection died under a request: a kept connection that the server had closed meanwhile. */
export function isDeadConnection(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(failureOf(error).code);
}

function describeTarget({ verb, kind, namespace, name }: RequestTarget): string {
  const place = [namespace, name].filter((part) => part !== undefined).join('/');
  return place === '' ? `cannot ${verb} ${kind}` : `cannot ${verb} ${kind} ${place}`;
}

const TOO_LARGE =
  /request is too large|request entity too large|larger than max|exceeds? the (maximum|limit).*(size|bytes)|too long: (must have at most|may not be more than) \d{6,} bytes/i;

function codeOf(status: ApiStatus): ErrorCode {
  const { code, reason } = status;
  if (code === 413 || (code >= 400 && code !== 404 && code !== 409 && TOO_LARGE.test(status.message)))
    return 'ApiTooLarge';
  if (reason === 'ServerTimeout' || reason === 'Timeout') return 'ApiTimeout';
  switch (code) {
    case 401:
      return 'ApiUnauthorized';
    case 403:
      return 'ApiForbidden';
    case 404:
      return 'ApiNotFound';
    case 408:
    case 504:
      return 'ApiTimeout';
    case 409:
      return reason === 'AlreadyExists' ? 'ApiAlreadyExists' : 'ApiConflict';
    case 410:
      return 'ApiExpired';
    case 429:
      return 'ApiTooManyRequests';
    default:
      return code >= 400 && code < 500 ? 'ApiInvalid' : 'ApiInternal';
  }
}

/** Seconds of a `Retry-After` header. Its other form, a date, isn't sent by Kubernetes and would need a clock. */
function headerSeconds(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}

/** Code and text of a Node or undici error. Failures to reach several addresses of one host come as an aggregate without text. */
function failureOf(error: unknown): { code: string; message: string } {
  const { code, message, errors } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly errors?: unknown;
  };
  if (!text(message) && Array.isArray(errors) && errors.length > 0) return failureOf(errors[0]);
  return { code: text(code), message: text(message) };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON: the caller falls back to the text.
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function oneLine(value: string): string {
  return value.replace(/\s+/g, ' ').trim();
}
