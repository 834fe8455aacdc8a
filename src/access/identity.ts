/** Somebody who has proved who they are, by whatever method. */
import type { JsonObject } from '../api/json';

export interface Identity {
  /** How it was proved: the provider's name, or `basic` or `bearer`. */
  readonly provider: string;
  /** What never changes at the provider: `sub`. For basic and bearer the user's name. */
  readonly subject: string;
  /** What people are called by: the provider's user-name claim, by default `preferred_username`. */
  readonly user: string;
  /** Present only where the provider says that it was verified. */
  readonly email?: string;
  readonly groups: readonly string[];
  /** Further claims that the provider's configuration asks to keep. */
  readonly claims: JsonObject;
}
