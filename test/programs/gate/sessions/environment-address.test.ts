import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import {
  ownPageOf,
  ownPathAt,
  returnPathAt,
  rootPathOf,
  urlAt,
} from '../../../../src/programs/gate/sessions/environment-address';

const ROOT = { scheme: 'https', host: 'thesis.example.org', path: '/' } as const;
const BELOW = { scheme: 'https', host: 'shared.example.org', path: '/team/thesis' } as const;

describe('the path to come back to', () => {
  it.each(['/', '/lab/tree?reset=1', '/a/b.c/d~e', '/?next=https://evil.example.org', '/a%2Fb', '/...'])(
    'is what was asked for: %s',
    (path) => {
      expect(returnPathAt(ROOT, path)).toBe(path);
    },
  );

  it.each([
    '',
    'lab',
    'https://evil.example.org',
    '//evil.example.org',
    '/\\evil.example.org',
    '/a\\b',
    '/a\r\nset-cookie: x',
    '/a b',
    '/ä',
    '/..',
    '/a/../b',
    '/a/%2e%2E/b',
    '/./a',
    '/.adrasteia',
    '/.adrasteia/sign-out?x',
    `/${'x'.repeat(1500)}`,
  ])('isn’t %j', (path) => {
    expect(returnPathAt(ROOT, path)).toBe('/');
  });

  it.each(['/', '/team', '/team/thesisx', '/team/other', '/team/thesis/../other', '/team/thesis/.adrasteia/callback'])(
    'isn’t %s, which is another environment’s or the gate’s',
    (path) => {
      expect(returnPathAt(BELOW, path)).toBe('/team/thesis');
    },
  );

  it('is of the environment’s origin and below its path, whatever is asked for', () => {
    const piece = oneof(
      constantFrom(
        '/',
        '//',
        '\\',
        '..',
        '%2e',
        '%2f',
        '@',
        ':',
        '?',
        '#',
        'evil.example.org',
        'https:',
        '.adrasteia',
        '\t',
        '\n',
        'team',
        'thesis',
      ),
      string({ unit: 'binary', maxLength: 3 }),
    );
    assert(
      property(array(piece, { maxLength: 8 }), constantFrom(ROOT, BELOW), (pieces, address) => {
        for (const asked of [pieces.join(''), `/${pieces.join('')}`, `/team/thesis/${pieces.join('')}`]) {
          const url = new URL(urlAt(address, returnPathAt(address, asked)));
          expect(url.origin).toBe(`https://${address.host}`);
          expect(`${url.pathname}/`.startsWith(address.path)).toBe(true);
          expect(ownPageOf(address, url.pathname)).toBeUndefined();
        }
      }),
    );
  });
});

describe('the gate’s pages at an environment', () => {
  it('are below its path', () => {
    expect(ownPathAt(ROOT, '/callback')).toBe('/.adrasteia/callback');
    expect(ownPathAt(BELOW, '/callback')).toBe('/team/thesis/.adrasteia/callback');
    expect(ownPageOf(BELOW, '/team/thesis/.adrasteia/callback?token=x')).toBe('/callback');
    expect(ownPageOf(BELOW, '/.adrasteia/callback')).toBeUndefined();
    expect(rootPathOf({ ...BELOW, path: '/team/thesis/' })).toBe('/team/thesis');
  });
});
