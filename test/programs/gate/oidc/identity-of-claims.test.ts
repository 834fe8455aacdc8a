import { identityOfClaims } from '../../../../src/programs/gate/oidc/identity-of-claims';

const NAMES = { userClaim: 'preferred_username', groupsClaim: 'groups', keepClaims: [] };
const CLAIMS = { sub: 's1', preferred_username: 'alice' };

function identityOf(
  claims: Parameters<typeof identityOfClaims>[1],
  names: Partial<Parameters<typeof identityOfClaims>[2]> = {},
) {
  const found = identityOfClaims('sso', { ...CLAIMS, ...claims }, { ...NAMES, ...names });
  return found.isFound ? found.identity : found.problem;
}

describe('an identity', () => {
  it('has provider, subject and user, and no more than the claims say', () => {
    expect(identityOf({})).toEqual({ provider: 'sso', subject: 's1', user: 'alice', groups: [], claims: {} });
  });

  it('is called by the configured claim and no other', () => {
    expect(identityOf({ upn: 'alice@uni' }, { userClaim: 'upn' })).toMatchObject({ user: 'alice@uni' });
    expect(identityOf({ email: 'a@example.org' }, { userClaim: 'upn' })).toMatch('claim upn');
    expect(identityOf({}, { userClaim: '__proto__' })).toMatch('claim __proto__');
  });

  it('has its provider’s prefix before the names of user and groups', () => {
    expect(identityOf({ groups: ['staff'] }, { prefix: 'partner:' })).toMatchObject({
      user: 'partner:alice',
      groups: ['partner:staff'],
    });
  });

  it('has no name that would be taken for another provider’s', () => {
    const names = { foreignPrefixes: ['partner:'] };
    expect(identityOf({ preferred_username: 'partner:ada' }, names)).toMatch('another provider’s people');
    expect(identityOf({ groups: ['partner:staff', 'staff'] }, names)).toMatchObject({ groups: ['staff'] });
    const own = identityOf({ preferred_username: 'partner:ada' }, { ...names, prefix: 'company:' });
    expect(own).toMatchObject({ user: 'company:partner:ada' });
  });

  it.each([undefined, '', 7, null, ['alice'], 'x'.repeat(254), 'alice\r\nx-admin: yes', 'a\u0000b'])(
    'isn’t made of the name or subject %j',
    (value) => {
      expect(typeof identityOf({ preferred_username: value })).toBe('string');
      expect(typeof identityOf({ sub: value })).toBe('string');
    },
  );

  it.each([
    [true, 'alice@example.org'],
    ['true', 'alice@example.org'],
    [false, undefined],
    ['false', undefined],
    [undefined, undefined],
    [1, undefined],
  ])('has an address where email_verified is %j: %j', (isVerified, expected) => {
    const identity = identityOf({ email: 'alice@example.org', email_verified: isVerified });
    expect(identity).toHaveProperty('groups');
    expect((identity as { readonly email?: string }).email).toBe(expected);
  });

  it.each([
    [
      ['a', 'b', 'a'],
      ['a', 'b'],
    ],
    ['a', ['a']],
    [['a', 7, null, ['b'], '', 'x\ny'], ['a']],
    [{ a: true }, []],
    [undefined, []],
  ])('has of the groups %j those that are names: %j', (groups, expected) => {
    expect(identityOf({ groups })).toMatchObject({ groups: expected });
  });

  it('keeps the claims that are asked for, as they are', () => {
    expect(identityOf({ roles: ['x', { y: 1 }], other: 1 }, { keepClaims: ['roles', 'missing'] })).toMatchObject({
      claims: { roles: ['x', { y: 1 }] },
    });
  });
});
