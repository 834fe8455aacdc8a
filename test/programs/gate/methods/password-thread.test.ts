import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PasswordThread } from '../../../../src/programs/gate/methods/password-thread';

const SHA = `{SHA}${createHash('sha1').update('lovelace').digest('base64')}`;

let thread: PasswordThread;
beforeEach(() => {
  thread = new PasswordThread(join(__dirname, 'password-thread-entry.js'));
});
afterEach(async () => {
  await thread.close();
});

describe('a thread that compares passwords', () => {
  test('answers each question with its own answer', async () => {
    const passwords = ['lovelace', 'byron', '', 'lovelace'];
    const answers = await Promise.all(passwords.map((password) => thread.matches(SHA, password)));
    expect(answers).toEqual([true, false, false, true]);
  });

  test('says no to a hash that is none', async () => {
    expect(await thread.matches('$2y$04$short', 'lovelace')).toBe(false);
  });

  test('has no more than a hundred questions waiting', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 150 }, () => thread.matches(SHA, 'byron')));
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(50);
  });

  test('fails those who wait when it ends, and is started anew by the next', async () => {
    const waiting = thread.matches(SHA, 'lovelace');
    const outcome = waiting.catch((error: unknown) => error);
    await thread.close();
    expect(await outcome).toMatchObject({ code: 'PartEnded' });
    expect(await thread.matches(SHA, 'lovelace')).toBe(true);
  });
});
