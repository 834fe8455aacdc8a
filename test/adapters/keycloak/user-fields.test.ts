import { changesOf, newUserOf, userOf } from '../../../src/adapters/keycloak/user-fields';

const WANTED = { name: 'ada', email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace', isEnabled: true };
const FOUND = { ...WANTED, id: 'u1', isEmailVerified: true };

describe('an account in Keycloak’s words', () => {
  it('is told of without what Keycloak leaves out', () => {
    expect(userOf({ id: 'u1', username: 'ada' })).toEqual({
      id: 'u1',
      name: 'ada',
      email: '',
      firstName: '',
      lastName: '',
      isEnabled: false,
      isEmailVerified: false,
    });
  });

  it('is new with an address that nobody has verified', () => {
    expect(newUserOf(WANTED)).toEqual({
      username: 'ada',
      email: 'ada@example.org',
      emailVerified: false,
      firstName: 'Ada',
      lastName: 'Lovelace',
      enabled: true,
    });
  });

  it.each([[{}], [{ email: 'Ada@Example.org' }]])('needs no change for %j', (wanted) => {
    expect(changesOf(FOUND, { ...WANTED, ...wanted })).toBeUndefined();
  });

  it.each([[{ firstName: 'A.' }], [{ lastName: 'King' }], [{ isEnabled: false }]])(
    'keeps its verified address through %j',
    (wanted) => {
      expect(changesOf(FOUND, { ...WANTED, ...wanted })).not.toHaveProperty('emailVerified');
    },
  );

  it('has to verify another address', () => {
    expect(changesOf(FOUND, { ...WANTED, email: 'ada@example.com' })).toMatchObject({
      email: 'ada@example.com',
      emailVerified: false,
    });
  });
});
