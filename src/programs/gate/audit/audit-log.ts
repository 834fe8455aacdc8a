/**
 * The audit log: one line for each sign-in, refusal and sign-out. Lines name environments, people and reasons; tokens, cookies,
 * queries and passwords have no key here.
 */
import type { Logger } from '../../../ports/logger';

/** What a line says of a request. */
export interface AuditedRequest {
  /** `namespace/name`. */
  readonly environment: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly sourceAddress: string;
}

/** What a line says of somebody. */
export interface AuditedPerson {
  readonly provider: string;
  readonly user: string;
  /** Absent for methods without a sign-in. */
  readonly sessionId?: string;
}

export interface AuditLog {
  refused(request: AuditedRequest, reason: string, person?: AuditedPerson): void;
  signedIn(person: AuditedPerson, sourceAddress: string): void;
  signedOut(person: AuditedPerson): void;
}

/** What somebody else chose is cut there: a line stays a line. */
const LONGEST_TEXT = 256;

/** An audit log as lines with the key `audit`, by which they are told from others. */
export function auditLog(log: Logger): AuditLog {
  return {
    refused: (request, reason, person) =>
      log.info('refused', { audit: 'Refused', reason, ...requestKeys(request), ...personKeys(person) }),
    signedIn: (person, sourceAddress) =>
      log.info('signed in', { audit: 'SignedIn', sourceAddress: cut(sourceAddress), ...personKeys(person) }),
    signedOut: (person) => log.info('signed out', { audit: 'SignedOut', ...personKeys(person) }),
  };
}

function requestKeys({ environment, method, path, sourceAddress }: AuditedRequest): Readonly<Record<string, string>> {
  return {
    environment: cut(environment),
    method: cut(method),
    path: cut(path),
    sourceAddress: cut(sourceAddress),
  };
}

function personKeys(person: AuditedPerson | undefined): Readonly<Record<string, string | undefined>> {
  if (person === undefined) return {};
  const { provider, user, sessionId } = person;
  return { provider, user: cut(user), sessionId };
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
