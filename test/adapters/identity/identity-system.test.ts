/** The external system `identity` over a fake of the identity port; a real provider is asked in `test/keycloak`. */
import { IdentitySystem } from '../../../src/adapters/identity/identity-system';
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { AdrasteiaError } from '../../../src/errors';
import type { ProviderAddress } from '../../../src/plan/identity-request';
import type { IdentityProvider, IdentityUser } from '../../../src/ports/identity-provider';

const PROVIDER: ProviderAddress = {
  url: 'https://sso.example.org',
  realm: 'company',
  client: 'k8s',
  credentials: 'keycloak',
};
const ADA = { name: 'ada', email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace', isEnabled: true };
const MAIL = {
  provider: PROVIDER,
  user: 'ada',
  email: 'ada@example.org',
  actions: ['VerifyEmail'],
  lifespanSeconds: 60,
} as unknown as JsonObject;

/** Remembers what it was asked. */
class FakeProvider implements IdentityProvider {
  readonly calls: string[] = [];
  user: IdentityUser | undefined;
  findTrouble: Error | undefined;
  mailTrouble: Error | undefined;

  findUser(): Promise<IdentityUser | undefined> {
    return this.findTrouble === undefined ? Promise.resolve(this.user) : Promise.reject(this.findTrouble);
  }
  ensureUser(wanted: typeof ADA): Promise<IdentityUser> {
    this.user = { ...wanted, id: 'id-1', isEmailVerified: false };
    return Promise.resolve(this.user);
  }
  disableUser(name: string): Promise<void> {
    return this.called(`disable ${name}`);
  }
  mailActions({ email }: IdentityUser): Promise<void> {
    void this.called(`mail ${email}`);
    return this.mailTrouble === undefined ? Promise.resolve() : Promise.reject(this.mailTrouble);
  }
  ensureRoles(): Promise<void> {
    return this.called('ensure roles');
  }
  removeRoles(names: readonly string[]): Promise<void> {
    return this.called(`remove ${names.join(' ')}`);
  }
  setUserRoles({ name }: IdentityUser, wanted: object): Promise<void> {
    return this.called(`roles of ${name}: ${JSON.stringify(wanted)}`);
  }
  private called(call: string): Promise<void> {
    this.calls.push(call);
    return Promise.resolve();
  }
}

let provider: FakeProvider;
let secret: KubeObject | undefined;
let connected: string[];
let system: IdentitySystem;
const secretOf = (data: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'keycloak' },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});
beforeEach(() => {
  provider = new FakeProvider();
  secret = secretOf({ clientId: 'controller', clientSecret: 'one\n' });
  connected = [];
  system = new IdentitySystem({
    cluster: {
      get: (_type, { namespace, name }) =>
        Promise.resolve(namespace === 'adrasteia-system' && name === 'keycloak' ? secret : undefined),
    },
    namespace: 'adrasteia-system',
    connect: (_provider, { clientId, clientSecret }) => {
      connected.push(`${clientId}:${clientSecret}`);
      return provider;
    },
  });
});
const ensureAccount = (user: object = ADA) =>
  system.ensure('account/ada', { what: 'Account', provider: PROVIDER, user } as unknown as JsonObject);

describe('the identity system (over a fake provider)', () => {
  it('keeps one connection while the credentials are the same, and takes new ones at once', async () => {
    await ensureAccount();
    await ensureAccount();
    expect(connected).toEqual(['controller:one']);
    secret = secretOf({ clientId: 'controller', clientSecret: 'two' });
    await ensureAccount();
    expect(connected).toEqual(['controller:one', 'controller:two']);
  });

  it('says which Secret and which key is missing', async () => {
    secret = secretOf({ clientId: 'controller' });
    await expect(ensureAccount()).rejects.toMatchObject({
      code: 'IdentityCredentialsMissing',
      message: expect.stringContaining('adrasteia-system/keycloak has no key clientSecret') as unknown,
    });
    secret = undefined;
    await expect(ensureAccount()).rejects.toMatchObject({
      message: expect.stringContaining('adrasteia-system/keycloak is not there') as unknown,
    });
  });

  it('gives the account’s id, and whether its address is verified; it looks sooner while it isn’t', async () => {
    const state = await ensureAccount();
    expect(state).toEqual({ id: 'id-1', isEmailVerified: false });
    expect(system.refreshMs(state)).toBeLessThan(system.refreshMs({ id: 'id-1', isEmailVerified: true }));
  });

  it('ends the sessions of who is suspended', async () => {
    await ensureAccount({ ...ADA, isEnabled: false });
    expect(provider.calls).toEqual(['disable ada']);
  });

  it('disables an account before it takes its roles, and leaves one alone that isn’t there', async () => {
    const release = { what: 'Account', provider: PROVIDER, user: 'ada', prefix: 'workspace-' } as unknown as JsonObject;
    await system.release('account/ada', release);
    await ensureAccount();
    await system.release('account/ada', release);
    expect(provider.calls).toEqual(['disable ada', 'disable ada', 'roles of ada: {"prefix":"workspace-","roles":[]}']);
  });

  it('makes an account anew that has gone before its roles were set', async () => {
    const roles = { what: 'AccountRoles', provider: PROVIDER, user: ADA, prefix: 'workspace-', roles: ['a'] };
    await system.ensure('account-roles/ada', roles as unknown as JsonObject);
    expect(provider.user).toMatchObject({ name: 'ada' });
    expect(provider.calls).toEqual(['roles of ada: {"prefix":"workspace-","roles":["a"]}']);
  });

  it('deletes the roles of a workspace', async () => {
    await system.release('roles', { what: 'Roles', provider: PROVIDER, roles: ['a', 'b'] } as unknown as JsonObject);
    expect(provider.calls).toEqual(['remove a b']);
  });
});

describe('the mail (over a fake provider)', () => {
  it('goes to who hasn’t verified the address, and to nobody else', async () => {
    await ensureAccount();
    expect(await system.perform('mail', MAIL)).toBeUndefined();
    expect(provider.calls).toEqual(['mail ada@example.org']);
    provider.user = { ...ADA, id: 'id-1', isEmailVerified: true };
    expect(await system.perform('mail', MAIL)).toBeUndefined();
    expect(provider.calls).toHaveLength(1);
  });

  it.each([
    ['the account isn’t there', 'no such account', () => (provider.user = undefined)],
    [
      'it has another address',
      'another address',
      () => (provider.user = { ...ADA, id: '', isEmailVerified: false, email: 'x@y.org' }),
    ],
    ['the provider doesn’t answer before', 'no answer', () => (provider.findTrouble = new Error('no answer'))],
    [
      'the provider refuses it',
      'refused',
      () => (provider.mailTrouble = new AdrasteiaError('IdentityProviderRefused', 'refused')),
    ],
  ])('surely wasn’t sent where %s', async (_because, reason, given) => {
    await ensureAccount();
    given();
    expect(await system.perform('mail', MAIL)).toEqual({ notDone: expect.stringContaining(reason) as unknown });
  });

  it('may be under way where the provider doesn’t answer', async () => {
    await ensureAccount();
    provider.mailTrouble = new AdrasteiaError('IdentityProviderUnavailable', 'no answer');
    await expect(system.perform('mail', MAIL)).rejects.toThrow('no answer');
  });
});
