/** Tokens that were opened lately: the same one comes with each request, and opening it costs a fifth of an answer. */
import { hash } from 'node:crypto';
import type { JsonObject } from '../../../api/json';
import type { TokenScope } from './token-scope';

/** A token as it was opened. */
export interface RememberedToken {
  readonly claims: JsonObject;
  /** The key that opened it. */
  readonly keyId: string;
  readonly secret: Uint8Array;
}

/** So many are remembered; of more, those that came longest ago are forgotten. */
const MOST = 4096;

/**
 * What was opened, by scope and token. It says that a token was sealed for its place, and nothing of its time or of its key's: who
 * asks looks at both each time.
 */
export class OpenedTokens {
  readonly #tokens = new Map<string, RememberedToken>();

  find(scope: TokenScope, token: string): RememberedToken | undefined {
    const name = nameOf(scope, token);
    const found = this.#tokens.get(name);
    if (found === undefined) return undefined;
    this.#tokens.delete(name);
    this.#tokens.set(name, found);
    return found;
  }

  remember(scope: TokenScope, token: string, opened: RememberedToken): void {
    const name = nameOf(scope, token);
    this.#tokens.delete(name);
    this.#tokens.set(name, opened);
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > MOST && oldest !== undefined) this.#tokens.delete(oldest);
  }

  forget(scope: TokenScope, token: string): void {
    this.#tokens.delete(nameOf(scope, token));
  }
}

/** Parts are told apart by what none of them can hold. */
function nameOf({ kind, issuer, audience }: TokenScope, token: string): string {
  return hash('sha256', [kind, issuer, audience, token].join('\n'), 'base64url');
}
