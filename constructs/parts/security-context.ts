/**
 * Security contexts that meet a Pod Security level, with what a front end adds to them.
 *
 * What is added wins: an addition that breaks the level stays visible in the finished pod, where the checker finds it with
 * its path. Silently dropping it would run something else than what was asked for.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/json';
import type { SecurityModel } from '../../src/model/environment-model';
import type { PodSecurityContext, SecurityContext } from './shapes';

/** The pod's own context: identity, and what the level asks of the pod as a whole. */
export function podSecurityContext(security: SecurityModel): PodSecurityContext {
  const { level, runAsUser, runAsGroup, fsGroup } = security;
  return {
    ...(level === 'Restricted' ? { runAsNonRoot: true } : {}),
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    // Changing the owner of every file at every start takes minutes on large homes; the root tells whether it was done.
    ...(fsGroup === undefined ? {} : { fsGroup, fsGroupChangePolicy: 'OnRootMismatch' }),
    // Baseline doesn't ask for it, and the runtime's default filter breaks nothing that Baseline allows.
    ...(level === 'Privileged' ? {} : { seccompProfile: { type: 'RuntimeDefault' } }),
  };
}

/** A container's context: what the level asks of each container, and the additions. Undefined where it would be empty. */
export function containerSecurityContext(
  level: SecurityModel['level'],
  additions: JsonObject = {},
): SecurityContext | undefined {
  const asked: JsonObject =
    level === 'Restricted' ? { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } : {};
  const merged = merge(asked, additions);
  return Object.keys(merged).length === 0 ? undefined : merged;
}

function merge(asked: JsonObject, additions: JsonObject): JsonObject {
  const merged: Record<string, JsonValue | undefined> = { ...asked };
  for (const [key, value] of Object.entries(additions)) {
    const before = merged[key];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    if (isJsonObject(before) && isJsonObject(value)) merged[key] = merge(before, value);
    // ALL holds every other name: asking for less to be dropped beside it changes nothing.
    else if (Array.isArray(before) && Array.isArray(value) && before.includes('ALL')) merged[key] = before;
    else merged[key] = value;
  }
  return merged;
}
