/** The users of an environment and their passwords, from a Secret. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import type { NameAndPassword } from './credentials';
import { type PasswordHashes, problemOfHash } from './password-hashes';
import type { SecretText } from './watched-secrets';

/** Verified passwords that are remembered. */
const MOST_VERIFIED = 1000;

type Entry = { readonly hash: string } | { readonly digest: Buffer };

/**
 * Users and passwords of one version of a Secret. A browser sends its password with each request; one that was right is
 * remembered as a keyed digest, so that the next request costs no hash.
 */
export class PasswordFile {
  /** What is wrong with lines that aren't used, without their contents. */
  readonly problems: readonly string[];
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #hashes: PasswordHashes;
  readonly #verified = new Set<string>();

  /** Reads `auth`, lines of `name:hash`; without it `username` and `password`. */
  constructor(data: SecretText, hashes: PasswordHashes) {
    this.#hashes = hashes;
    const problems: string[] = [];
    const entries = new Map<string, Entry>();
    const { auth, username, password } = data;
    if (auth !== undefined) readLines(auth, entries, problems);
    else if (username !== undefined && password !== undefined) {
      const name = withoutLastLineFeed(username);
      const text = withoutLastLineFeed(password);
      if (name === '' || name.includes(':')) problems.push('key "username" is empty or holds a colon');
      else if (text === '') problems.push('key "password" is empty');
      else entries.set(name, { digest: digestOf(text) });
    } else problems.push('there is neither key "auth" nor keys "username" and "password"');
    this.#entries = entries;
    this.problems = problems;
  }

  /** True where nobody can get in by it. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Whether this very password was right before; costs nothing to speak of. */
  isVerified(credentials: NameAndPassword): boolean {
    return this.#verified.has(keyOf(credentials));
  }

  /** Whether the password is right. Takes as long for a user whom nobody knows. */
  async isRight(credentials: NameAndPassword): Promise<boolean> {
    const { name, password } = credentials;
    const known = this.#entries.get(name);
    const [anyEntry] = this.#entries.values();
    const entry = known ?? anyEntry;
    if (entry === undefined) return false;
    const isMatch =
      'digest' in entry
        ? timingSafeEqual(digestOf(password), entry.digest)
        : await this.#hashes.matches(entry.hash, password);
    if (known === undefined || !isMatch) return false;
    if (this.#verified.size >= MOST_VERIFIED) this.#verified.clear();
    this.#verified.add(keyOf(credentials));
    return true;
  }
}

function readLines(text: string, entries: Map<string, Entry>, problems: string[]): void {
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    // What follows another colon is not for us, as in other such files.
    const hash =
      line
        .slice(colon + 1)
        .split(':')[0]
        ?.trim() ?? '';
    const problem = name === '' ? 'isn’t name:hash' : entries.has(name) ? 'names a user again' : problemOfHash(hash);
    if (problem === undefined) entries.set(name, { hash });
    else problems.push(`line ${index + 1} of key "auth": ${problem}`);
  });
}

/** Of this process alone: digests made with it say nothing elsewhere, and comparing them tells nothing of what they are of. */
const KEY = randomBytes(32);

/** A digest by which secrets can be compared and looked up in any way. */
export function digestOf(text: string): Buffer {
  return createHmac('sha256', KEY).update(text, 'utf8').digest();
}

function keyOf({ name, password }: NameAndPassword): string {
  return digestOf(`${name}:${password}`).toString('base64');
}

/** Files that become Secrets often end so; nobody types it. */
export function withoutLastLineFeed(text: string): string {
  return text.replace(/\r?\n$/, '');
}
