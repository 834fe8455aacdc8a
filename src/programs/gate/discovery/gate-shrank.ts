/** Whether a change of the Gate ends sessions at an environment, so that what is open there must be closed. */
import type { EnvironmentAccessSpec } from '../../../access/environment-access';
import type { GateSpec } from '../../../access/gate';
import { issuersOf } from '../oidc/providers';

/**
 * False only where every session that counted at the environment before counts after, and as long. Otherwise a provider is gone or
 * is another one of the same name, sessions last shorter, or tokens are another gate's. `after` is undefined where the Gate is gone.
 */
export function gateShrank(spec: EnvironmentAccessSpec, before: GateSpec, after: GateSpec | undefined): boolean {
  if (spec.authenticate.method !== 'OIDC') return false;
  if (after?.url !== before.url) return true;
  const { idleSeconds, maxSeconds } = before.sessions;
  if (after.sessions.idleSeconds < idleSeconds || after.sessions.maxSeconds < maxSeconds) return true;
  const issuers = issuersOf(after, spec);
  return [...issuersOf(before, spec)].some(([name, issuerUrl]) => issuers.get(name) !== issuerUrl);
}
