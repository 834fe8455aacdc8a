import { findBearerToken, findNameAndPassword } from '../../../../src/programs/gate/methods/credentials';

const basic = (text: string) => ({ headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` } });
const header = (authorization: string) => ({ headers: { authorization } });

describe('the header authorization', () => {
  test('holds a name and a password, which may hold colons and any letters', () => {
    expect(findNameAndPassword(basic('ada:a:b:ü'))).toEqual({ name: 'ada', password: 'a:b:ü' });
    expect(findNameAndPassword(header('bAsIc YTpi'))).toEqual({ name: 'a', password: 'b' });
    expect(findNameAndPassword(basic('ada:'))).toEqual({ name: 'ada', password: '' });
  });

  test.each([
    ['nothing', {}],
    ['another scheme', { authorization: 'Bearer YTpi' }],
    ['no colon', { authorization: 'Basic YWRh' }],
    ['no name', { authorization: 'Basic OmI=' }],
    ['what is no base64', { authorization: 'Basic ***' }],
    ['two of them', { authorization: 'Basic YTpi, Basic YTpi' }],
    ['more than anybody types', { authorization: `Basic ${'YTpi'.repeat(1000)}` }],
  ])('holds no password where it holds %s', (_what, headers) => {
    expect(findNameAndPassword({ headers })).toBeUndefined();
  });

  test('holds a token', () => {
    expect(findBearerToken(header('Bearer abc.def-1'))).toBe('abc.def-1');
    expect(findBearerToken(header('bearer  abc '))).toBe('abc');
  });

  test.each([['Bearer'], ['Bearer '], ['Bearer a b'], ['Basic abc'], ['abc']])('holds no token in "%s"', (text) => {
    expect(findBearerToken(header(text))).toBeUndefined();
  });
});
