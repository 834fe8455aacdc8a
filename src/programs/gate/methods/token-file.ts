/** The users of an environment and their tokens, from a Secret. */

import { digestOf, withoutLastLineFeed } from './password-file';
import type { SecretText } from './watched-secrets';

/** Shorter ones are guessed, whatever the limits. */
const SHORTEST_TOKEN = 16;

/** Tokens of one version of a Secret, each key a user's name. */
export class TokenFile {
  /** What is wrong with keys that aren't used, without their values. */
  readonly problems: readonly string[];
  readonly #users: ReadonlyMap<string, string>;

  constructor(data: SecretText) {
    const problems: string[] = [];
    const users = new Map<string, string>();
    const twice = new Set<string>();
    for (const [user, value] of Object.entries(data)) {
      const token = withoutLastLineFeed(value);
      const key = keyOf(token);
      if (token.length < SHORTEST_TOKEN || /\s/.test(token)) {
        problems.push(`key "${user}": a token has ${SHORTEST_TOKEN} characters or more, and no spaces`);
      } else if (users.has(key)) {
        problems.push(`key "${user}": another user has the same token`);
        twice.add(key);
      } else users.set(key, user);
    }
    // Of who uses it nobody knows who it is.
    for (const key of twice) users.delete(key);
    if (problems.length === 0 && users.size === 0) problems.push('there is no key');
    this.#users = users;
    this.problems = problems;
  }

  /** True where nobody can get in by it. */
  get isEmpty(): boolean {
    return this.#users.size === 0;
  }

  /** Whose token it is; found by a keyed digest, so that the time it takes tells nothing of the tokens. */
  findUser(token: string): string | undefined {
    return this.#users.get(keyOf(token));
  }
}

function keyOf(token: string): string {
  return digestOf(token).toString('base64');
}
