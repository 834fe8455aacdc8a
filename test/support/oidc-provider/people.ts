/** People that the test provider knows. */
import { hash } from 'node:crypto';

/** Somebody with an account; the password is the name. */
export interface Person {
  readonly email: string;
  readonly isEmailVerified: boolean;
  readonly groups: readonly string[];
}

export const PEOPLE: Readonly<Record<string, Person>> = {
  alice: { email: 'alice@example.org', isEmailVerified: true, groups: ['team-a', 'staff'] },
  grace: { email: 'grace@example.org', isEmailVerified: true, groups: ['team-b'] },
  dean: {
    email: 'dean@example.org',
    isEmailVerified: true,
    groups: numbered(200, (number) => `/faculty/project-${number}`),
  },
  everyone: {
    email: 'all@example.org',
    isEmailVerified: true,
    groups: numbered(500, (number) => hash('sha256', String(number))),
  },
  mallory: { email: 'alice@example.com', isEmailVerified: false, groups: [] },
};

function numbered(count: number, name: (number: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => name(index));
}
