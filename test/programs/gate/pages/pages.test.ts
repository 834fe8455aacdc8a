import { assert, property, string } from 'fast-check';
import { closedPage } from '../../../../src/programs/gate/pages/closed-page';
import { html, linkTarget } from '../../../../src/programs/gate/pages/html';
import {
  documentOf,
  type Page,
  pageAnswer,
  redirectAnswer,
  textAnswer,
} from '../../../../src/programs/gate/pages/page';
import { chooseProviderPage, providerDownPage } from '../../../../src/programs/gate/pages/provider-pages';
import { refusedPage } from '../../../../src/programs/gate/pages/refused-page';
import {
  accountTooLargePage,
  notSignedInPage,
  signedInPage,
  signedOutPage,
  signInFailedPage,
  signOutFailedPage,
  signOutPage,
  unavailablePage,
} from '../../../../src/programs/gate/pages/sign-in-pages';

/** Every page, with one text wherever a page takes one. */
function pagesWith(text: string): Readonly<Record<string, Page>> {
  return {
    refused: refusedPage({ environment: text, reason: text, message: text, user: text, signOutUrl: text }),
    closed: closedPage({ environment: text, reason: text, message: text }),
    choice: chooseProviderPage([
      { name: text, url: text },
      { name: text, url: text },
    ]),
    down: providerDownPage({ provider: text, retryUrl: text }),
    signedIn: signedInPage({ user: text, signOutUrl: text }),
    signOut: signOutPage({ user: text, signOutUrl: text }),
    notSignedIn: notSignedInPage(text),
    signedOut: signedOutPage({ signInUrl: text, providerSignOutUrl: text }),
    failed: signInFailedPage({ message: text, retryUrl: text }),
    stillSignedIn: signOutFailedPage(text),
    tooLarge: accountTooLargePage(),
    unavailable: unavailablePage(),
  };
}

/** Tags and attribute names of a document: what a text must not add to. */
function shapeOf(document: string): string {
  return document
    .replace(/"[^"<>]*"/g, '""')
    .replace(/>[^<]*</g, '><')
    .replace(/\s+/g, ' ');
}

const INJECTIONS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '" onmouseover="alert(1)',
  '` onmouseover=`alert(1)',
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '--><script>alert(1)</script><!--',
  '&lt;script&gt;',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '//evil.example.org',
  '/\\evil.example.org',
  '\u0000<b>',
];

describe('a page', () => {
  it.each(INJECTIONS)('takes %j for a text and nothing else', (text) => {
    for (const [name, page] of Object.entries(pagesWith(text))) {
      const plain = pagesWith('plain')[name];
      if (plain === undefined) throw new Error(`there is no page ${name}`);
      const document = documentOf(page);
      expect({ name, shape: shapeOf(document) }).toEqual({ name, shape: shapeOf(documentOf(plain)) });
      for (const [, target = ''] of document.matchAll(/(?:href|action)="([^"]*)"/g)) expect(target).toBe('/');
    }
  });

  it('takes any text for a text', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        for (const [name, page] of Object.entries(pagesWith(text))) {
          const plain = pagesWith('plain')[name];
          expect(shapeOf(documentOf(page))).toBe(plain === undefined ? '' : shapeOf(documentOf(plain)));
        }
      }),
    );
  });

  it('says who is refused, why, what to do, and where to sign out', () => {
    const page = refusedPage({
      environment: 'thesis',
      reason: 'NotGranted',
      message: 'Only alice gets in. Ask her to share it.',
      user: 'grace',
      signOutUrl: 'https://thesis.example.org/.adrasteia/sign-out',
    });
    const document = documentOf(page);
    for (const text of ['You can’t open thesis', 'NotGranted', 'Ask her to share it.', '<strong>grace</strong>'])
      expect(document).toContain(text);
    expect(document).toContain('href="https://thesis.example.org/.adrasteia/sign-out"');
  });

  it('leaves out whom and where it doesn’t know', () => {
    const page = refusedPage({ environment: 'thesis', reason: 'NotGranted', message: 'No.' });
    expect(documentOf(page)).not.toMatch(/signed in as|Sign out/);
  });

  it('has a language, one heading that is its title, and works without scripts and pictures', () => {
    for (const page of Object.values(pagesWith('text'))) {
      const document = documentOf(page);
      expect(document).toContain('<html lang="en">');
      expect(document.match(/<h1>/g)).toHaveLength(1);
      expect(/<title>(.*)<\/title>/.exec(document)?.[1]).toBe(/<h1>(.*)<\/h1>/.exec(document)?.[1]);
      expect(document).not.toMatch(/<(?:script|img|link|iframe|object)|\son\w+=|\sstyle=/);
    }
  });
});

describe('an answer', () => {
  it('is kept, framed and referred to by nobody, and names its style sheet by its digest', async () => {
    const answers = [
      pageAnswer(403, unavailablePage()),
      textAnswer(401, 'no'),
      redirectAnswer('https://x.example.org/'),
    ];
    for (const { headers } of answers) {
      const byName = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
      expect(byName).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      expect(byName['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; /);
    }
    const style = /<style>([^]*)<\/style>/.exec(answers[0]?.body ?? '')?.[1] ?? '';
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64');
    expect(answers[0]?.headers.find(({ name }) => name === 'content-security-policy')?.value).toContain(digest);
  });
});

describe('HTML', () => {
  it('escapes what isn’t HTML, once', () => {
    expect(html`<p>${'a & <b>'}</p>${[html`<i>${'"'}</i>`, html`<u></u>`]}${undefined}`.text).toBe(
      '<p>a &amp; &lt;b&gt;</p><i>&quot;</i><u></u>',
    );
  });

  it.each(['https://x.example.org/a?b=c', 'http://x.example.org', '/a?b=c&d', '/'])('links to %s', (address) => {
    expect(linkTarget(address)).toBe(address);
  });
});
