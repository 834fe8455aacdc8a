import { assert, property, string } from 'fast-check';
import {
  clearCookie,
  cookieName,
  cookiesOf,
  isGateCookie,
  setCookie,
  valuesOf,
} from '../../../../src/programs/gate/sessions/cookies';

const HTTPS = { isSecure: true, path: '/' };
const HTTP = { isSecure: false, path: '/' };

describe('a cookie of the gate', () => {
  it('is bound to its host under https, and to https where it has a path', () => {
    expect(cookieName('session', HTTPS)).toBe('__Host-adrasteia-session');
    expect(cookieName('session', { isSecure: true, path: '/team' })).toBe('__Secure-adrasteia-session');
    expect(cookieName('session', HTTP)).toBe('adrasteia-session');
  });

  it('is known by its name, whatever its prefix and case', () => {
    for (const name of ['__Host-adrasteia-x', '__Secure-adrasteia-x', 'adrasteia-x', '__host-Adrasteia-x'])
      expect(isGateCookie(name)).toBe(true);
    for (const name of ['adrasteiax', 'x-adrasteia-x', 'session', '']) expect(isGateCookie(name)).toBe(false);
  });

  it('is set with what keeps it from others, and taken back in the same place', () => {
    expect(setCookie('n', 'v', HTTPS).value).toBe('n=v; Path=/; HttpOnly; SameSite=Lax; Secure');
    expect(setCookie('n', 'v', { isSecure: false, path: '/a', maxAgeSeconds: 5 }).value).toBe(
      'n=v; Path=/a; Max-Age=5; HttpOnly; SameSite=Lax',
    );
    expect(clearCookie('n', HTTPS).value).toBe('n=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure');
  });
});

describe('the cookies of a request', () => {
  it('are read in their order, with those of one name beside each other', () => {
    const cookies = cookiesOf('a=1; b = 2 ;a=3;=4;c;d=e=f; ');
    expect(cookies).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
      { name: 'a', value: '3' },
      { name: 'd', value: 'e=f' },
    ]);
    expect(valuesOf(cookies, 'a')).toEqual(['1', '3']);
    expect(cookiesOf(undefined)).toEqual([]);
  });

  it('may be anything', () => {
    assert(property(string({ unit: 'binary' }), (header) => expect(Array.isArray(cookiesOf(header))).toBe(true)));
  });
});
