/** A sign-in, as tokens carry it: at the gate, and at each environment that it opened. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { GateSpec } from '../../../access/gate';
import type { Identity } from '../../../access/identity';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';

/** Who signed in, when, and by whom it was vouched. */
export interface Session {
  /** Names the sign-in; the same in all environments that it opened. Not a secret. */
  readonly id: string;
  readonly identity: Identity;
  /** Issuer that vouched; a provider of the same name at another issuer is another one. */
  readonly issuerUrl: string;
  /** Milliseconds since the epoch: when the person signed in. */
  readonly startedAtMs: number;
  /** Milliseconds since the epoch: when the gate last looked at it, because it was used. */
  readonly seenAtMs: number;
}

/** How long sessions last, as a Gate says it. */
export type SessionLimits = GateSpec['sessions'];

/** Milliseconds since the epoch at which a session is over, unless it is seen again: by being idle, or by its age. */
export function endOfSession(session: Session, { idleSeconds, maxSeconds }: SessionLimits): number {
  return Math.min(session.seenAtMs + idleSeconds * 1000, session.startedAtMs + maxSeconds * 1000);
}

/**
 * Whether an environment believes the session as it is (`Live`), the gate has to look again (`Due`), or it is over. The gate
 * looks at least twice in the idle time, so that a session in use never ends for being idle.
 */
export function stageOfSession(session: Session, limits: SessionLimits, nowMs: number): 'Live' | 'Due' | 'Over' {
  if (nowMs >= endOfSession(session, limits)) return 'Over';
  const believedMs = Math.min(limits.environmentSeconds, limits.idleSeconds / 2) * 1000;
  return nowMs < session.seenAtMs + believedMs ? 'Live' : 'Due';
}

/** Whole seconds until a session that lives is over by its age, at least one; being used moves its idle end, and not this one. */
export function secondsLeftOf({ startedAtMs }: Session, { maxSeconds }: SessionLimits, nowMs: number): number {
  return Math.max(Math.ceil((startedAtMs - nowMs) / 1000) + maxSeconds, 1);
}

/** Identities whose JSON is longer are packed. */
const LONGEST_PLAIN_IDENTITY = 800;
/** No identity is longer, however well it packs. */
const LONGEST_IDENTITY = 64 * 1024;

/** The session as claims of a token. */
export function claimsOfSession({ id, identity, issuerUrl, startedAtMs, seenAtMs }: Session): JsonObject {
  const text = JSON.stringify(identity);
  return {
    sid: id,
    by: issuerUrl,
    started: startedAtMs,
    seen: seenAtMs,
    ...(text.length <= LONGEST_PLAIN_IDENTITY
      ? { identity: identity as unknown as JsonObject }
      : { packed: deflateRawSync(text).toString('base64url') }),
  };
}

/** The session that a token's claims say, or undefined where they say none. */
export function sessionOfClaims(claims: JsonObject): Session | undefined {
  const { sid, by, started, seen } = claims;
  const identity = identityOf(claims['packed'] === undefined ? claims['identity'] : unpacked(claims['packed']));
  if (typeof sid !== 'string' || typeof by !== 'string' || identity === undefined) return undefined;
  if (typeof started !== 'number' || typeof seen !== 'number') return undefined;
  return { id: sid, identity, issuerUrl: by, startedAtMs: started, seenAtMs: seen };
}

function unpacked(value: JsonValue): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    const bytes = inflateRawSync(Buffer.from(value, 'base64url'), { maxOutputLength: LONGEST_IDENTITY });
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function identityOf(value: unknown): Identity | undefined {
  if (!isJsonObject(value)) return undefined;
  const { provider, subject, user, email, groups, claims } = value;
  if (typeof provider !== 'string' || typeof subject !== 'string' || typeof user !== 'string') return undefined;
  if (!Array.isArray(groups) || !isJsonObject(claims)) return undefined;
  const names = groups.filter((group): group is string => typeof group === 'string');
  return { provider, subject, user, ...(typeof email === 'string' ? { email } : {}), groups: names, claims };
}
