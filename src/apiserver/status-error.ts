/**
 * A request's failure as the Kubernetes API says it: an HTTP code and a `Status` object.
 * @see k8s.io/apimachinery/pkg/api/errors/errors.go, v0.34
 */
import { type FieldError, fieldErrorBody, fieldErrorText } from './field-error';

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A `Status` (v1) that reports a failure. */
export interface FailureStatus {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Record<string, never>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

/** Thrown anywhere below a request; the request layer writes it as the answer. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: FailureStatus;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** A resource as messages name it: `deployments.apps`, `pods`. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

function groupResourceText({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** What is named in the details of a status. By Kubernetes' habit `kind` there is the resource. */
function detailsOf({ group, resource }: GroupResource, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(resource === '' ? {} : { kind: resource }),
  };
}

export function notFound(type: GroupResource, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${groupResourceText(type)} ${JSON.stringify(name)} not found`,
    detailsOf(type, name),
  );
}

export function alreadyExists(type: GroupResource, name: string): StatusError {
  const message = `${groupResourceText(type)} ${JSON.stringify(name)} already exists`;
  return new StatusError(409, 'AlreadyExists', message, detailsOf(type, name));
}

export function conflict(type: GroupResource, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${groupResourceText(type)} ${JSON.stringify(name)}: ${why}`;
  return new StatusError(409, 'Conflict', message, detailsOf(type, name));
}

/** What a writer is told whose resource version is old. */
export const OPTIMISTIC_LOCK =
  'the object has been modified; please apply your changes to the latest version and try again';

/** A server-side apply that would take fields of other managers. */
export function applyConflict(causes: readonly StatusCause[], message: string): StatusError {
  return new StatusError(409, 'Conflict', message, { causes });
}

/** Validation failed; `errors` in the order found, equal ones told once. */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const causes = errors.map((error) => ({
    reason: error.type,
    message: fieldErrorBody(error),
    field: error.field === '' ? '<nil>' : error.field,
  }));
  const texts = [...new Set(errors.map(fieldErrorText))];
  const told = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  const groupKind = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const message = `${groupKind} ${JSON.stringify(name)} is invalid${texts.length === 0 ? '' : `: ${told}`}`;
  return new StatusError(422, 'Invalid', message, {
    ...detailsOf({ group: kind.group, resource: kind.kind }, name),
    ...(causes.length === 0 ? {} : { causes }),
  });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

/** `why` begins where the name ends: `User "x" cannot …`. */
export function forbidden(type: GroupResource, name: string, why: string): StatusError {
  const text = groupResourceText(type);
  const message =
    text === ''
      ? `forbidden: ${why}`
      : name === ''
        ? `${text} is forbidden: ${why}`
        : `${text} ${JSON.stringify(name)} is forbidden: ${why}`;
  return new StatusError(403, 'Forbidden', message, detailsOf(type, name));
}

/** A method that no route has at this path. */
export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

/** The answer to a path that nobody serves; without details, as the real server gives it. */
export function pathNotFound(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** A resource version, or a continue token, that history no longer reaches. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

export function tooManyRequests(
  message: string,
  retryAfterSeconds: number,
  causes?: readonly StatusCause[],
): StatusError {
  return new StatusError(429, 'TooManyRequests', message, {
    ...(causes === undefined ? {} : { causes }),
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  });
}

export function requestEntityTooLarge(message: string): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', message);
}

/** A patch of a type that the resource doesn't take. */
export function unsupportedMediaType(): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** A body in an encoding that the server doesn't read. */
export function unacceptedBody(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

/** An `Accept` header that no route's answers meet. */
export function notAcceptable(isCollection: boolean): StatusError {
  const forms = isCollection ? [...OUTPUT_TYPES, ...STREAM_TYPES] : OUTPUT_TYPES;
  const message = `406: Not Acceptable\n\nAvailable representations: ${forms.join(', ')}`;
  return new StatusError(406, 'NotAcceptable', message, {});
}

/** A form (`as=Table`, …) that an object has not which is answered and not kept. */
export function encodingNotAcceptable(): StatusError {
  return mediaTypesNotAcceptable(OUTPUT_TYPES);
}

/** An encoding that a watch can't be sent in. */
export function streamNotAcceptable(): StatusError {
  return mediaTypesNotAcceptable(STREAM_TYPES);
}

function mediaTypesNotAcceptable(accepted: readonly string[]): StatusError {
  return new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);
}

const OUTPUT_TYPES: readonly string[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const STREAM_TYPES: readonly string[] = [
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
];

/** A form (`as=Table`, …) that this answer doesn't have. */
export function formNotAcceptable(message: string): StatusError {
  return new StatusError(406, 'NotAcceptable', message);
}

export function internalError(cause: string): StatusError {
  return new StatusError(500, 'InternalError', `Internal error occurred: ${cause}`, { causes: [{ message: cause }] });
}

export function isStatusError(error: unknown, reason?: string): error is StatusError {
  return error instanceof StatusError && (reason === undefined || error.status.reason === reason);
}
