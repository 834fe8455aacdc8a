/** Salted hashes of passwords, as `htpasswd` writes them. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { compare } from 'bcryptjs';

/** Compares passwords with hashes. */
export interface PasswordHashes {
  matches(hash: string, password: string): Promise<boolean>;
}

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const SHA = /^\{SHA\}([A-Za-z0-9+/]{27}=)$/;
/** Each step doubles the time; with 12 one comparison takes a quarter of a second. */
const MOST_ROUNDS = 12;

/** Why a hash can't be used; undefined where it can. */
export function problemOfHash(hash: string): string | undefined {
  const rounds = BCRYPT.exec(hash)?.[1];
  if (rounds !== undefined) {
    return Number(rounds) <= MOST_ROUNDS
      ? undefined
      : `bcrypt with cost ${rounds} takes too long, at most ${MOST_ROUNDS}`;
  }
  if (SHA.test(hash)) return undefined;
  return 'only bcrypt (htpasswd -B) and {SHA} (htpasswd -s) can be used';
}

/** Compares in this thread, which bcrypt holds for a while. */
export const passwordHashes: PasswordHashes = {
  matches: async (hash, password) => {
    const sha = SHA.exec(hash)?.[1];
    if (sha === undefined) return BCRYPT.test(hash) && compare(password, hash);
    return timingSafeEqual(createHash('sha1').update(password, 'utf8').digest(), Buffer.from(sha, 'base64'));
  },
};
