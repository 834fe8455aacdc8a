/** A key of the gate, and how its Secret holds it. */
import { isJsonObject, type JsonValue } from '../../../api/json';
import type { SecretText } from './shared-secret';

/** Bytes of a key: what A256GCM takes. */
export const KEY_BYTES = 32;

/** One key, under which tokens are sealed and opened. */
export interface GateKey {
  /** Names the key in the tokens that it seals; says nothing of the key. */
  readonly id: string;
  /** Milliseconds since the epoch, by the clock of the replica that made it. */
  readonly madeAtMs: number;
  readonly secret: Uint8Array;
}

/** The Secret's data for these keys: for each an entry `key-ID` with `madeAt` and `secret`. */
export function secretOfKeys(keys: readonly GateKey[]): SecretText {
  return Object.fromEntries(
    keys.map(({ id, madeAtMs, secret }) => [
      `key-${id}`,
      JSON.stringify({
        madeAt: new Date(madeAtMs).toISOString(),
        secret: Buffer.from(secret).toString('base64url'),
      }),
    ]),
  );
}

/** The keys in a Secret's data, oldest first. What isn't a whole key is no key: nobody is to be believed by half of one. */
export function keysOfSecret(data: SecretText): readonly GateKey[] {
  return Object.entries(data)
    .flatMap(([entry, text]) => keyOf(entry, text) ?? [])
    .sort((a, b) => a.madeAtMs - b.madeAtMs || (a.id < b.id ? -1 : 1));
}

function keyOf(entry: string, text: string): GateKey | undefined {
  const id = /^key-([A-Za-z0-9_-]{1,64})$/.exec(entry)?.[1];
  const { madeAt, secret } = fieldsOf(text);
  if (id === undefined || typeof madeAt !== 'string' || typeof secret !== 'string') return undefined;
  const madeAtMs = Date.parse(madeAt);
  const bytes = new Uint8Array(Buffer.from(secret, 'base64url'));
  return Number.isNaN(madeAtMs) || bytes.length !== KEY_BYTES ? undefined : { id, madeAtMs, secret: bytes };
}

function fieldsOf(text: string): Readonly<Record<string, JsonValue | undefined>> {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
