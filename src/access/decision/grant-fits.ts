/** Whether a grant is meant for somebody. */
import type { JsonValue } from '../../api/json';
import type { Grant } from '../access-rules';
import type { Identity } from '../identity';

/**
 * True where the grant fits this identity. Users, groups and claims are compared as they are written, case included: a
 * provider may tell two of them apart by it. E-mail addresses are compared without the case of ASCII letters, as mail is
 * delivered, and only where the identity has a verified one. The claim `sub` is the identity's subject. A grant that says
 * nothing, or more than one thing, fits nobody.
 */
export function grantFits(grant: Grant, identity: Identity): boolean {
  const { user, email, group, claim, anyone } = grant;
  if ([user, email, group, claim, anyone].filter((given) => given !== undefined).length !== 1) return false;
  if (user !== undefined) return user === identity.user;
  if (email !== undefined) return identity.email !== undefined && asciiLower(email) === asciiLower(identity.email);
  if (group !== undefined) return identity.groups.includes(group);
  if (claim !== undefined)
    return claimHolds(claim.name === SUBJECT_CLAIM ? identity.subject : identity.claims[claim.name], claim.value);
  return anyone === 'SignedIn';
}

/** Who it is at the provider, for ever; every identity has it, so it needn't be kept. */
const SUBJECT_CLAIM = 'sub';

function claimHolds(claim: JsonValue | undefined, value: string): boolean {
  if (Array.isArray(claim)) return claim.some((member) => scalarIs(member as JsonValue, value));
  return scalarIs(claim, value);
}

function scalarIs(claim: JsonValue | undefined, value: string): boolean {
  if (typeof claim === 'string') return claim === value;
  return (typeof claim === 'boolean' || typeof claim === 'number') && String(claim) === value;
}

/** Other letters keep their case: some of them become an ASCII letter by losing it. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
