/** What a provider's claims say of a person. Pure. */
import type { ProviderSpec } from '../../../access/gate';
import type { Identity } from '../../../access/identity';
import type { JsonObject, JsonValue } from '../../../api/json';

/** Which claims count. */
export interface ClaimNames extends Pick<ProviderSpec, 'userClaim' | 'groupsClaim' | 'keepClaims' | 'prefix'> {
  /** Without the user's claim the verified address is the name, or else the subject. Default false. */
  readonly fallsBack?: boolean;
  /** Prefixes of other providers, which no name of this one may begin with. Default none. */
  readonly foreignPrefixes?: readonly string[];
}

/** A person, or why the claims name none; `problem` says what an administrator can do. */
export type IdentityOrProblem =
  | { readonly isFound: true; readonly identity: Identity }
  | { readonly isFound: false; readonly problem: string };

/** The claims that have to be known: where one is missing from the ID token, the provider is asked further. */
export function wantedClaims({ userClaim, groupsClaim, keepClaims }: ClaimNames): readonly string[] {
  return [userClaim, groupsClaim, 'email', ...keepClaims];
}

/** Longest name of a user, a group or a subject: what a policy can name. */
const LONGEST_NAME = 253;

/**
 * The person that claims name. Nobody is called by another claim than the one that is configured, and no name with control
 * characters is taken: names become headers. Groups that aren't plain names are left out; an address counts only where the
 * provider says that it was verified.
 */
export function identityOfClaims(provider: string, claims: JsonObject, names: ClaimNames): IdentityOrProblem {
  const { sub, email, email_verified: isVerified } = claims;
  // Some providers write the boolean as text.
  const isVerifiedEmail = isName(email) && (isVerified === true || isVerified === 'true');
  const given = claims[names.userClaim];
  const user = isName(given) || names.fallsBack !== true ? given : isVerifiedEmail ? email : sub;
  if (!isName(sub)) return { isFound: false, problem: 'The provider doesn’t say whose account it is (sub).' };
  if (!isName(user)) {
    return {
      isFound: false,
      problem: `The provider doesn’t say what you are called: there is no plain text in the claim ${names.userClaim}. An administrator can name another one (userClaim).`,
    };
  }
  const { prefix = '', foreignPrefixes = [] } = names;
  const isForeign = (name: string): boolean => prefix === '' && foreignPrefixes.some((other) => name.startsWith(other));
  if (isForeign(user)) {
    return { isFound: false, problem: `The provider calls you ${user}, as another provider’s people are called.` };
  }
  const groups = [claims[names.groupsClaim]].flat().filter(isName);
  const kept = names.keepClaims.flatMap((name) => {
    const value = claims[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    isFound: true,
    identity: {
      provider,
      subject: sub,
      user: `${prefix}${user}`,
      ...(isVerifiedEmail ? { email } : {}),
      groups: [...new Set(groups.filter((group) => !isForeign(group)).map((group) => `${prefix}${group}`))],
      claims: Object.fromEntries(kept),
    },
  };
}

function isName(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME && !/\p{Cc}/u.test(value);
}
