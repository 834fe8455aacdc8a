import { createHash } from 'node:crypto';
import { PasswordFile } from '../../../../src/programs/gate/methods/password-file';
import { type PasswordHashes, passwordHashes } from '../../../../src/programs/gate/methods/password-hashes';
import { TokenFile } from '../../../../src/programs/gate/methods/token-file';
import { credentialsShrank } from '../../../../src/programs/gate/methods/watched-secrets';

/** `htpasswd -nbB -C 4 ada lovelace`, `-nbs bob builder`, `-nbm eve apple` */
const BCRYPT = 'ada:$2y$04$OTXWuv9tIuuWilD1OtJBCu2qzKqVPx9irA8tkDHfOBBQNMt0DfsNW';
const SHA = `bob:{SHA}${createHash('sha1').update('builder').digest('base64')}`;
const APR1 = 'eve:$apr1$pSrcQ4mr$IRvJ1UkYTFJc1ZIuHQ5QO.';

const isRight = (file: PasswordFile, name: string, password: string) => file.isRight({ name, password });

describe('users of an environment, in lines of name:hash', () => {
  const file = new PasswordFile({ auth: `# people\n${BCRYPT}\n\n${SHA}\r\n` }, passwordHashes);

  test.each([
    ['ada', 'lovelace', true],
    ['ada', 'Lovelace', false],
    ['ada', '', false],
    ['bob', 'builder', true],
    ['bob', 'lovelace', false],
    ['eve', 'lovelace', false],
    ['', 'lovelace', false],
    ['__proto__', 'lovelace', false],
  ])('"%s" with "%s" is right: %s', async (name, password, expected) => {
    expect(await isRight(file, name, password)).toBe(expected);
  });

  test('a hash that can’t be used is named by its line, without the hash', () => {
    const costly = `zoe:$2y$15$${'a'.repeat(53)}`;
    const { problems, isEmpty } = new PasswordFile(
      { auth: `${APR1}\nplain:text\n:x\n${costly}\n${BCRYPT}\n${BCRYPT}` },
      passwordHashes,
    );
    expect(isEmpty).toBe(false);
    expect(problems).toEqual([
      'line 1 of key "auth": only bcrypt (htpasswd -B) and {SHA} (htpasswd -s) can be used',
      'line 2 of key "auth": only bcrypt (htpasswd -B) and {SHA} (htpasswd -s) can be used',
      'line 3 of key "auth": isn’t name:hash',
      'line 4 of key "auth": bcrypt with cost 15 takes too long, at most 12',
      'line 6 of key "auth": names a user again',
    ]);
  });

  test('a password that was right isn’t hashed again, and no other is taken for it', async () => {
    let hashed = 0;
    const counting: PasswordHashes = {
      matches: async (hash, password) => {
        hashed++;
        return passwordHashes.matches(hash, password);
      },
    };
    const counted = new PasswordFile({ auth: `${BCRYPT}\n${SHA}` }, counting);
    expect(counted.isVerified({ name: 'ada', password: 'lovelace' })).toBe(false);
    await isRight(counted, 'ada', 'lovelace');
    expect(counted.isVerified({ name: 'ada', password: 'lovelace' })).toBe(true);
    for (const [name, password] of [
      ['bob', 'lovelace'],
      ['ada', 'lovelac'],
      ['ad', 'a:lovelace'],
      ['ada:lovelace', ''],
    ] as const) {
      expect(counted.isVerified({ name, password })).toBe(false);
    }
    expect(hashed).toBe(1);
  });

  test('a user whom nobody knows costs a hash too', async () => {
    const hashed: string[] = [];
    const hashes: PasswordHashes = {
      matches: async (hash) => {
        hashed.push(hash);
        return true;
      },
    };
    expect(await isRight(new PasswordFile({ auth: BCRYPT }, hashes), 'nobody', 'lovelace')).toBe(false);
    expect(hashed).toHaveLength(1);
  });
});

describe('a user of an environment, by name and password', () => {
  test('is let in by both, whatever the last line feed', async () => {
    const file = new PasswordFile({ username: 'ada\n', password: 'lovelace\n' }, passwordHashes);
    expect(await isRight(file, 'ada', 'lovelace')).toBe(true);
    expect(await isRight(file, 'ada', 'lovelace\n')).toBe(false);
    expect(await isRight(file, 'bob', 'lovelace')).toBe(false);
  });

  test.each([
    [{}, 'there is neither key "auth" nor keys "username" and "password"'],
    [{ username: 'ada' }, 'there is neither key "auth" nor keys "username" and "password"'],
    [{ username: 'ada', password: '' }, 'key "password" is empty'],
    [{ username: '', password: 'x' }, 'key "username" is empty or holds a colon'],
    [{ username: 'a:b', password: 'x' }, 'key "username" is empty or holds a colon'],
  ])('nobody is let in by %j', async (data, problem) => {
    const file = new PasswordFile(data, passwordHashes);
    expect([file.isEmpty, file.problems]).toEqual([true, [problem]]);
    expect(await isRight(file, 'ada', '')).toBe(false);
  });

  test('lines count where there are both', async () => {
    const file = new PasswordFile({ auth: SHA, username: 'ada', password: 'lovelace' }, passwordHashes);
    expect(await isRight(file, 'ada', 'lovelace')).toBe(false);
  });
});

describe('users of an environment, by tokens', () => {
  const LONG = 'a'.repeat(32);

  test('each has one', () => {
    const file = new TokenFile({ ada: LONG, bob: `${'b'.repeat(32)}\n` });
    expect([file.findUser(LONG), file.findUser('b'.repeat(32)), file.findUser('c'.repeat(32))]).toEqual([
      'ada',
      'bob',
      undefined,
    ]);
  });

  test('a short or empty one lets nobody in, nor one that two have', () => {
    const file = new TokenFile({ ada: '', bob: 'short', eve: LONG, zoe: LONG });
    expect(file.isEmpty).toBe(true);
    expect(['', 'short', LONG].map((token) => file.findUser(token))).toEqual([undefined, undefined, undefined]);
    expect(file.problems.join()).not.toContain(LONG);
  });
});

describe('a change of a Secret', () => {
  test.each([
    [{ a: '1' }, { a: '1', b: '2' }, false],
    [{ auth: 'ada:1' }, { auth: 'ada:1\nbob:2' }, false],
    [{ auth: 'ada:1\nbob:2' }, { auth: 'ada:1' }, true],
    [{ auth: 'ada:1' }, { auth: 'ada:2' }, true],
    [{ a: '1' }, {}, true],
    [{ a: '1' }, undefined, true],
    [{ toString: '1' }, {}, true],
  ])('from %j to %j takes something away: %s', (before, after, expected) => {
    expect(credentialsShrank(before, after)).toBe(expected);
  });
});
