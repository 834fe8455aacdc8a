import { ServiceAccountToken } from '../../../src/adapters/keycloak/service-account-token';
import { FakeClock } from '../../support/fake-clock';

let clock: FakeClock;
let obtained: number;
beforeEach(() => {
  clock = new FakeClock();
  obtained = 0;
});

function tokens(lifeSeconds: number): ServiceAccountToken {
  return new ServiceAccountToken(clock, async () => {
    obtained++;
    return { token: `token ${obtained}`, lifeSeconds };
  });
}

describe('the token of a service account', () => {
  it.each([
    [60, 45],
    [300, 225],
  ])('that is good for %p seconds is used for %p', async (life, used) => {
    const account = tokens(life);
    const first = await account.get();
    clock.advance(used * 1000 - 1);
    expect(await account.get()).toBe(first);
    clock.advance(1);
    expect(await account.get()).not.toBe(first);
    expect(obtained).toBe(2);
  });

  it('is asked for once for all who wait for it', async () => {
    const account = tokens(60);
    const [one, other] = await Promise.all([account.get(), account.get()]);
    expect(one).toBe(other);
    expect(obtained).toBe(1);
  });

  it('isn’t given again once it was refused', async () => {
    const account = tokens(60);
    const first = await account.get();
    account.forget(first);
    const second = await account.get();
    expect(second).not.toBe(first);
    // Who comes late with the old one doesn't cost the new one.
    account.forget(first);
    expect(await account.get()).toBe(second);
  });

  it('is asked for again after that failed', async () => {
    let isDown = true;
    const account = new ServiceAccountToken(clock, async () => {
      if (isDown) throw new Error('down');
      return { token: 'up', lifeSeconds: 60 };
    });
    await expect(account.get()).rejects.toThrow('down');
    isDown = false;
    expect(await account.get()).toBe('up');
  });
});
