/** Whether a change of an EnvironmentAccess takes rights away from anybody, so that open streams must be closed. */
import { canonicalJson } from '../../api/json';
import type { Grant } from '../access-rules';
import type { AuthorizeStep, EnvironmentAccess, EnvironmentAccessSpec } from '../environment-access';
import { isAbove } from './decide';

/** What is compared of an EnvironmentAccess. */
export type AccessState = Pick<EnvironmentAccess, 'spec'> & {
  readonly metadata: Pick<EnvironmentAccess['metadata'], 'uid'>;
};

/**
 * False only where everybody may still do what they could do before, by the decision and by external authorisers. Careful: a
 * change that can't be followed, such as of the method, counts as taking away. What becomes of Secrets and sessions isn't seen here.
 */
export function rightsShrank(before: AccessState | undefined, after: AccessState | undefined): boolean {
  // Nobody was in.
  if (before === undefined || before.spec.closed !== undefined) return false;
  if (after === undefined || after.spec.closed !== undefined) return true;
  if (before.metadata.uid !== after.metadata.uid) return true;
  return specShrank(before.spec, after.spec);
}

function specShrank(before: EnvironmentAccessSpec, after: EnvironmentAccessSpec): boolean {
  if (!isSame(before.address, after.address)) return true;
  if (authenticationShrank(before.authenticate, after.authenticate)) return true;
  if (before.app.view === 'SafeMethods' && after.app.view !== 'SafeMethods') return true;
  return stepsShrank(before, after);
}

type Authentication = EnvironmentAccessSpec['authenticate'];

function authenticationShrank(before: Authentication, after: Authentication): boolean {
  if (before.method !== after.method) return true;
  switch (after.method) {
    case 'None':
      return false;
    case 'OIDC':
      return (
        !isSame(before.oidc?.client, after.oidc?.client) ||
        providersShrank(before.oidc?.providers ?? [], after.oidc?.providers ?? [])
      );
    case 'Basic':
      return !isSame(before.basic, after.basic);
    case 'Bearer':
      return !isSame(before.bearer, after.bearer);
  }
}

/** An empty list means all providers. */
function providersShrank(before: readonly string[], after: readonly string[]): boolean {
  if (after.length === 0) return false;
  return before.length === 0 || before.some((provider) => !after.includes(provider));
}

function stepsShrank(before: EnvironmentAccessSpec, after: EnvironmentAccessSpec): boolean {
  if (before.authorize.length > 0 && after.authorize.length === 0 && after.authenticate.method !== 'None') return true;
  // Who passed all steps before must pass each step now: one of those before must have asked as much.
  if (!after.authorize.every((step) => before.authorize.some((earlier) => asksNoMore(step, earlier)))) return true;
  // Without grants everybody has level Use, who had Own by a grant too.
  return ownIsGranted(before.authorize) && !after.authorize.some(({ grants }) => grants !== undefined);
}

function ownIsGranted(steps: readonly AuthorizeStep[]): boolean {
  return steps.some(({ grants }) => grants?.some(({ level }) => level === 'Own') === true);
}

function asksNoMore(step: AuthorizeStep, earlier: AuthorizeStep): boolean {
  if (step.grants === undefined || earlier.grants === undefined) return isSame(step, earlier);
  const now = step.grants;
  return earlier.grants.every((grant) => now.some((later) => coversGrant(later, grant)));
}

/** Whether whom the earlier grant fits, the later one fits too, at its level or above. */
function coversGrant(later: Grant, earlier: Grant): boolean {
  if (isAbove(earlier.level, later.level)) return false;
  return later.anyone === 'SignedIn' || isSame({ ...later, level: undefined }, { ...earlier, level: undefined });
}

function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}
