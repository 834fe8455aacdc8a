/** People that the test provider knows. */

/** Somebody with an account; the password is the name. */
export interface Person {
  readonly email: string;
  readonly isEmailVerified: boolean;
  readonly groups: readonly string[];
}

export const PEOPLE: Readonly<Record<string, Person>> = {
  alice: { email: 'alice@example.org', isEmailVerified: true, groups: ['team-a', 'staff'] },
  grace: { email: 'grace@example.org', isEmailVerified: true, groups: ['team-b'] },
  mallory: { email: 'alice@example.com', isEmailVerified: false, groups: [] },
};
