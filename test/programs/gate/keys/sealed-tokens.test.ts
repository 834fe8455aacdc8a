import { hkdfSync } from 'node:crypto';
import { assert, asyncProperty, integer, nat } from 'fast-check';
import { base64url, CompactEncrypt, EncryptJWT, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import type { GateKey } from '../../../../src/programs/gate/keys/gate-key';
import { LONGEST_IN_COOKIE, SealedTokens } from '../../../../src/programs/gate/keys/sealed-tokens';
import type { TokenKind, TokenScope } from '../../../../src/programs/gate/keys/token-scope';
import { FakeClock } from '../../../support/fake-clock';

const KEY: GateKey = { id: 'k1', madeAtMs: 0, secret: new Uint8Array(32).fill(1) };
const OLD_KEY: GateKey = { id: 'k0', madeAtMs: 0, secret: new Uint8Array(32).fill(2) };
const SCOPE: TokenScope = { kind: 'EnvironmentSession', issuer: 'https://gate.example.org', audience: 'uid-1' };
const OTHER_KINDS: readonly TokenKind[] = ['GateSession', 'HandOver', 'EnvironmentRequest', 'ProviderFlow', 'SignOut'];

const clock = new FakeClock();
const NOW = Math.floor(clock.now() / 1000);

function tokensWith(...keys: readonly GateKey[]): SealedTokens {
  return new SealedTokens({ sealing: () => keys[0], find: async (id) => keys.find((key) => key.id === id) }, clock);
}

const tokens = tokensWith(KEY, OLD_KEY);

/** A token that whoever has the gate's keys could make; what it lacks or has wrong is the test's. */
function forged(
  claims: JWTPayload,
  header: { readonly typ?: string; readonly kid?: string; readonly enc?: string } = {},
  kind: TokenKind = SCOPE.kind,
): Promise<string> {
  const key = new Uint8Array(hkdfSync('sha256', KEY.secret, '', `adrasteia gate ${kind}`, 32));
  const whole = { iss: SCOPE.issuer, aud: SCOPE.audience, iat: NOW, nbf: NOW, exp: NOW + 60, ...claims };
  return new EncryptJWT(whole)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: SCOPE.kind, kid: KEY.id, ...header })
    .encrypt(key);
}

const INVALID = { isValid: false, why: 'Invalid' };

describe('a sealed token', () => {
  it('gives back what was sealed', async () => {
    const token = await tokens.seal(SCOPE, { sid: 's1', groups: ['a'] }, clock.now() + 60_000);
    expect(await tokens.open(SCOPE, token)).toMatchObject({ isValid: true, claims: { sid: 's1', groups: ['a'] } });
  });

  it('shows nothing of it', async () => {
    const token = await tokens.seal(SCOPE, { user: 'alice-in-the-clear' }, clock.now() + 60_000);
    const shown = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(shown.join(' ')).not.toContain('alice');
  });

  it('is read with an older key while the ring has it, and not with one that the ring hasn’t', async () => {
    const token = await tokensWith(OLD_KEY).seal(SCOPE, {}, clock.now() + 60_000);
    expect(await tokens.open(SCOPE, token)).toMatchObject({ isValid: true });
    expect(await tokensWith(KEY).open(SCOPE, token)).toEqual(INVALID);
  });

  it('that was opened before is judged anew by its time, its key and its place', async () => {
    const [own, ring] = [new FakeClock(), [KEY]];
    const opening = new SealedTokens(
      { sealing: () => KEY, find: async (id) => ring.find((key) => key.id === id) },
      own,
    );
    const token = await opening.seal(SCOPE, { sid: 's1' }, own.now() + 60_000);
    const opened = { isValid: true, claims: { sid: 's1' } };
    expect(await opening.open(SCOPE, token)).toMatchObject(opened);
    expect(await opening.open(SCOPE, token)).toMatchObject(opened);
    expect(await opening.open({ ...SCOPE, audience: 'uid-2' }, token)).toEqual({
      isValid: false,
      why: 'OtherAudience',
    });
    expect(await opening.open({ ...SCOPE, kind: 'GateSession' }, token)).toEqual(INVALID);
    ring.pop();
    expect(await opening.open(SCOPE, token)).toEqual(INVALID);
    ring.push(KEY);
    expect(await opening.open(SCOPE, token)).toMatchObject(opened);
    own.advance(120_000);
    expect(await opening.open(SCOPE, token)).toEqual({ isValid: false, why: 'Expired' });
  });

  it.each(OTHER_KINDS)('isn’t one of kind %s', async (kind) => {
    const token = await tokens.seal({ ...SCOPE, kind }, {}, clock.now() + 60_000);
    expect(await tokens.open(SCOPE, token)).toEqual(INVALID);
    expect(await tokens.open(SCOPE, await forged({}, { typ: kind }))).toEqual(INVALID);
  });

  it('is for one audience', async () => {
    const token = await tokens.seal({ ...SCOPE, audience: 'uid-2' }, {}, clock.now() + 60_000);
    expect(await tokens.open(SCOPE, token)).toEqual({ isValid: false, why: 'OtherAudience' });
    expect(await tokens.open(SCOPE, await forged({ aud: undefined }))).toMatchObject({ isValid: false });
  });

  it('is by one issuer', async () => {
    const token = await tokens.seal({ ...SCOPE, issuer: 'https://other.example.org' }, {}, clock.now() + 60_000);
    expect(await tokens.open(SCOPE, token)).toEqual(INVALID);
    expect(await tokens.open(SCOPE, await forged({ iss: undefined }))).toEqual(INVALID);
  });

  it('has a time, which clocks may miss by a little', async () => {
    const cases: readonly [string, JWTPayload, boolean][] = [
      ['as it should be', {}, true],
      ['expired within the tolerance', { exp: NOW - 14 }, true],
      ['expired', { exp: NOW - 16 }, false],
      ['not yet valid, within the tolerance', { nbf: NOW + 14 }, true],
      ['not yet valid', { nbf: NOW + 16 }, false],
      ['without an end', { exp: undefined }, false],
      ['without a beginning', { nbf: undefined }, false],
      ['without a birth', { iat: undefined }, false],
    ];
    for (const [what, claims, isValid] of cases) {
      expect({ what, isValid: (await tokens.open(SCOPE, await forged(claims))).isValid }).toEqual({ what, isValid });
    }
    expect(await tokens.open(SCOPE, await forged({ exp: NOW - 16 }))).toEqual({ isValid: false, why: 'Expired' });
  });

  it('is encrypted directly by a key of the ring, and in no other way', async () => {
    const claims = { iss: SCOPE.issuer, aud: SCOPE.audience, iat: NOW, nbf: NOW, exp: NOW + 60 };
    const derived = new Uint8Array(hkdfSync('sha256', KEY.secret, '', `adrasteia gate ${SCOPE.kind}`, 32));
    const payload = new TextEncoder().encode(JSON.stringify(claims));
    const header = { typ: SCOPE.kind, kid: KEY.id };
    const candidates = [
      new UnsecuredJWT(claims).encode(),
      `${base64url.encode(JSON.stringify({ ...header, alg: 'none' }))}.${base64url.encode(payload)}.`,
      await new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(derived),
      await new CompactEncrypt(payload)
        .setProtectedHeader({ ...header, alg: 'A256KW', enc: 'A256GCM' })
        .encrypt(derived),
      await new CompactEncrypt(payload)
        .setProtectedHeader({ ...header, alg: 'A256GCMKW', enc: 'A256GCM' })
        .encrypt(derived),
      await new CompactEncrypt(payload)
        .setProtectedHeader({ ...header, alg: 'dir', enc: 'A128CBC-HS256' })
        .encrypt(derived),
    ];
    for (const token of candidates) expect(await tokens.open(SCOPE, token)).toEqual(INVALID);
  });

  it.each(['', '.', 'a.b.c', '....', 'e30.e30.e30.e30.e30', '\u0000', '💥', '%', 'null', '{}.{}'])(
    'isn’t %j',
    async (text) => {
      expect(await tokens.open(SCOPE, text)).toEqual(INVALID);
    },
  );

  it('names a key by a short text', async () => {
    for (const kid of ['k'.repeat(65), '__proto__', 'constructor']) {
      expect(await tokens.open(SCOPE, await forged({}, { kid }))).toEqual(INVALID);
    }
  });

  it('longer than a browser keeps is neither made nor looked at', async () => {
    await expect(tokens.seal(SCOPE, { x: 'x'.repeat(LONGEST_IN_COOKIE) }, clock.now() + 60_000)).rejects.toThrow(
      'longer',
    );
    let looks = 0;
    const counting = new SealedTokens({ sealing: () => KEY, find: async () => (looks++, KEY) }, clock);
    expect(await counting.open(SCOPE, 'e'.repeat(LONGEST_IN_COOKIE + 1))).toEqual(INVALID);
    expect(looks).toBe(0);
  });

  it('isn’t made without a key', async () => {
    await expect(tokensWith().seal(SCOPE, {}, clock.now())).rejects.toThrow('no key');
  });

  it('with any one character changed is none', async () => {
    const token = await tokens.seal(SCOPE, { sid: 's1' }, clock.now() + 60_000);
    await assert(
      asyncProperty(nat(token.length - 1), integer({ min: 0, max: 63 }), async (at, index) => {
        const letter = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.charAt(index);
        const changed = `${token.slice(0, at)}${letter}${token.slice(at + 1)}`;
        // The last letter of a part may carry bits that mean nothing.
        const isSame = changed.split('.').every((part, place) => {
          const whole = token.split('.')[place] ?? '';
          return Buffer.from(part, 'base64url').equals(Buffer.from(whole, 'base64url'));
        });
        const { isValid } = await tokens.open(SCOPE, changed);
        if (!isSame) expect(isValid).toBe(false);
      }),
    );
  });
});
