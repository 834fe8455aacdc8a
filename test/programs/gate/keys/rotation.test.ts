import { array, assert, nat, property } from 'fast-check';
import { type GateKey, keysOfSecret, secretOfKeys } from '../../../../src/programs/gate/keys/gate-key';
import { KEY_AGE_MS, rotatedKeys, SETTLING_MS, sealingKey } from '../../../../src/programs/gate/keys/rotation';

const HOUR = 3_600_000;

function keyAt(madeAtMs: number): GateKey {
  return { id: `k${madeAtMs}`, madeAtMs, secret: new Uint8Array(32) };
}

describe('the key that seals', () => {
  it('is the newest that every replica has had time to read', () => {
    const keys = [keyAt(0), keyAt(10 * HOUR)];
    expect(sealingKey(keys, 10 * HOUR)?.id).toBe('k0');
    expect(sealingKey(keys, 10 * HOUR + SETTLING_MS - 1)?.id).toBe('k0');
    expect(sealingKey(keys, 10 * HOUR + SETTLING_MS)?.id).toBe(`k${10 * HOUR}`);
  });

  it('is the first one while there is no older', () => {
    expect(sealingKey([keyAt(5)], 5)?.id).toBe('k5');
    expect(sealingKey([], 5)).toBeUndefined();
  });
});

describe('rotation', () => {
  it('makes the first key, and then one for each age', () => {
    let keys: readonly GateKey[] = [];
    const longestTokenMs = 2 * KEY_AGE_MS;
    const counts: number[] = [];
    for (let nowMs = 0; nowMs <= 10 * KEY_AGE_MS; nowMs += HOUR) {
      keys = rotatedKeys(keys, { nowMs, longestTokenMs, makeKey: () => keyAt(nowMs) }) ?? keys;
      counts.push(keys.length);
    }
    expect(counts[0]).toBe(1);
    expect(Math.max(...counts)).toBe(4);
  });

  it('leaves keys alone that are neither of age nor over', () => {
    const rotation = { nowMs: HOUR, longestTokenMs: HOUR, makeKey: () => keyAt(HOUR) };
    expect(rotatedKeys([keyAt(0)], rotation)).toBeUndefined();
  });

  it('never forgets a key under which a token may still be used, whenever and by whomever it is done', () => {
    assert(
      property(array(nat({ max: 30 * HOUR }), { maxLength: 60 }), nat({ max: 72 * HOUR }), (pauses, longestTokenMs) => {
        let nowMs = 0;
        let keys: readonly GateKey[] = [];
        const sealed = new Map<string, number>();
        for (const pause of pauses) {
          const sealing = sealingKey(keys, nowMs);
          if (sealing !== undefined) sealed.set(sealing.id, nowMs);
          nowMs += pause;
          // Up to the moment before, the key that sealed may have sealed.
          const last = sealingKey(keys, nowMs);
          if (last !== undefined) sealed.set(last.id, nowMs);
          keys = rotatedKeys(keys, { nowMs, longestTokenMs, makeKey: () => keyAt(nowMs) }) ?? keys;
          const known = new Set(keys.map(({ id }) => id));
          for (const [id, atMs] of sealed) if (atMs + longestTokenMs >= nowMs) expect(known).toContain(id);
        }
      }),
    );
  });
});

describe('keys in a Secret', () => {
  it('are read as they were written, oldest first', () => {
    const keys = [keyAt(5), keyAt(7)];
    expect(keysOfSecret(secretOfKeys([...keys].reverse()))).toEqual(keys);
  });

  it('that aren’t whole are none', () => {
    const good = secretOfKeys([keyAt(5)]);
    const halves = {
      'key-short': JSON.stringify({ madeAt: '2026-01-01T00:00:00Z', secret: 'AAAA' }),
      'key-undated': JSON.stringify({ secret: Buffer.alloc(32).toString('base64url') }),
      'key-text': 'x',
      'key-null': 'null',
      other: JSON.stringify({ madeAt: '2026-01-01T00:00:00Z', secret: Buffer.alloc(32).toString('base64url') }),
    };
    expect(keysOfSecret({ ...good, ...halves })).toEqual([keyAt(5)]);
  });
});
