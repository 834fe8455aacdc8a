/** The keys behind service account tokens: one signs, all of them are believed. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { CompactSign, compactVerify } from 'jose';
import type { JsonObject } from '../../api/json';

/** A public key as tokens name it. */
interface VerificationKey {
  readonly id: string;
  readonly algorithm: string;
  readonly key: KeyObject;
}

const CURVE_ALGORITHMS: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/** Signs and checks service account tokens. */
export class ServiceAccountKeys {
  readonly #signingKey: KeyObject;
  readonly #keys: readonly VerificationKey[];

  /**
   * `signingKey`: a private key in PEM, RSA or on one of the curves P-256, P-384 and P-521. `olderKeys`: private or public
   * keys whose tokens are still believed.
   * @throws TypeError for another kind of key.
   */
  constructor(signingKey: string, olderKeys: readonly string[] = []) {
    this.#signingKey = createPrivateKey(signingKey);
    this.#keys = [signingKey, ...olderKeys].map(verificationKey);
  }

  /** The algorithms of the keys, each once, in the order of their names. */
  get algorithms(): readonly string[] {
    return [...new Set(this.#keys.map(({ algorithm }) => algorithm))].sort();
  }

  /** A signed token with these claims. */
  async sign(claims: JsonObject): Promise<string> {
    const [signer] = this.#keys;
    if (signer === undefined) throw new TypeError('no signing key');
    return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: signer.algorithm, kid: signer.id })
      .sign(this.#signingKey);
  }

  /** The keys that may have signed a token whose header names this key; all of them where it names none. */
  candidates(keyId: string): readonly VerificationKey[] {
    return keyId === '' ? this.#keys : this.#keys.filter(({ id }) => id === keyId);
  }

  /** True if one of the keys signed the token. The algorithm is the key's, whatever the token's header says. */
  async isSigned(token: string, keys: readonly VerificationKey[]): Promise<boolean> {
    for (const { key, algorithm } of keys) {
      const isGood = await compactVerify(token, key, { algorithms: [algorithm] }).then(
        () => true,
        () => false,
      );
      if (isGood) return true;
    }
    return false;
  }

  /** The JSON Web Key Set of the public keys. */
  keySet(): JsonObject {
    return {
      keys: this.#keys.map(({ id, algorithm, key }) => {
        const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' });
        const head = { use: 'sig', kty: kty ?? '', kid: id };
        return kty === 'RSA'
          ? { ...head, alg: algorithm, n: n ?? '', e: e ?? '' }
          : { ...head, crv: crv ?? '', alg: algorithm, x: x ?? '', y: y ?? '' };
      }),
    };
  }
}

function verificationKey(pem: string): VerificationKey {
  const key = createPublicKey(pem);
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const algorithm = key.asymmetricKeyType === 'rsa' ? 'RS256' : CURVE_ALGORITHMS[curve];
  if (algorithm === undefined) {
    throw new TypeError(`a key of type ${key.asymmetricKeyType ?? 'unknown'} cannot sign service account tokens`);
  }
  const id = createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('base64url');
  return { id, algorithm, key };
}
