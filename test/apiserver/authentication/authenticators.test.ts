import type { IncomingMessage } from 'node:http';
import type { Authenticator, UserInfo } from '../../../src/apiserver/authentication/authenticator';
import { bearerTokens, findBearerToken } from '../../../src/apiserver/authentication/bearer-token';
import { staticTokens } from '../../../src/apiserver/authentication/static-tokens';
import { tokenAuthenticatorOf } from '../../../src/apiserver/authentication/token-authenticator';
import { answerSelfSubjectReview } from '../../../src/apiserver/authentication/token-review';
import { authenticatorOf } from '../../../src/apiserver/authentication/union-authenticator';
import { unauthorized } from '../../../src/apiserver/status-error';

const JANE: UserInfo = { username: 'jane', groups: ['devs'] };

function requestWith(headers: IncomingMessage['headers']): IncomingMessage {
  return { headers } as unknown as IncomingMessage;
}

describe('the bearer token of a request', () => {
  it.each([
    { header: 'Bearer abc', token: 'abc', because: 'that is its form' },
    { header: 'bearer abc', token: 'abc', because: 'the scheme has no case' },
    { header: ' Bearer abc ', token: 'abc', because: 'space around it is nothing' },
    { header: 'Bearer  abc', token: undefined, because: 'a second space hides it' },
    { header: 'Bearer', token: undefined, because: 'there is none' },
    { header: 'Basic abc', token: undefined, because: 'the scheme is another one' },
    { header: undefined, token: undefined, because: 'there is no header' },
  ])('is $token in "$header" because $because', ({ header, token }) => {
    expect(findBearerToken(requestWith(header === undefined ? {} : { authorization: header }))).toBe(token);
  });

  it('may stand among the protocols of a web socket', () => {
    const encoded = Buffer.from('abc').toString('base64url');
    const headers = {
      upgrade: 'websocket',
      'sec-websocket-protocol': `v4.channel.k8s.io, base64url.bearer.authorization.k8s.io.${encoded}`,
    };
    expect(findBearerToken(requestWith(headers))).toBe('abc');
  });
});

describe('authentication', () => {
  const tokens = tokenAuthenticatorOf([staticTokens(new Map([['secret', JANE]]), ['api'])]);
  const bearer = bearerTokens(tokens, ['api']);
  const nobody: Authenticator = { authenticate: async () => undefined };
  const refuses: Authenticator = {
    authenticate: async () => {
      throw unauthorized();
    },
  };
  const withToken = requestWith({ authorization: 'Bearer secret' });

  it('adds the group of all who are known', async () => {
    expect(await authenticatorOf([bearer]).authenticate(withToken)).toEqual({
      username: 'jane',
      groups: ['devs', 'system:authenticated'],
    });
  });

  it('takes a good credential beside one that does not hold', async () => {
    expect(await authenticatorOf([refuses, bearer]).authenticate(withToken)).toMatchObject({ username: 'jane' });
  });

  it('lets who shows nothing be anonymous', async () => {
    expect(await authenticatorOf([nobody, bearer]).authenticate(requestWith({}))).toEqual({
      username: 'system:anonymous',
      groups: ['system:unauthenticated'],
    });
  });

  it.each([
    { because: 'a token is wrong', authenticator: authenticatorOf([nobody, bearer]), token: 'Bearer wrong' },
    { because: 'anonymity is off', authenticator: authenticatorOf([bearer], { anonymous: false }), token: undefined },
  ])('refuses where $because', async ({ authenticator, token }) => {
    const request = requestWith(token === undefined ? {} : { authorization: token });
    await expect(authenticator.authenticate(request)).rejects.toMatchObject({
      status: { code: 401, reason: 'Unauthorized', message: 'Unauthorized' },
    });
  });

  it('does not take the failure of its machinery for a wrong credential', async () => {
    const broken: Authenticator = { authenticate: () => Promise.reject(new Error('disk')) };
    await expect(authenticatorOf([broken, bearer]).authenticate(withToken)).rejects.toThrow('disk');
  });
});

describe('a self subject review', () => {
  it('tells who asks, and keeps nothing of what was sent', () => {
    const sent = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: { name: 'x' } };
    const user = { username: 'jane', uid: '7', groups: ['a'], extra: { 'foo/bar': ['x', 'y'] } };
    expect(answerSelfSubjectReview(sent, { user, now: new Date('2026-11-21T12:26:37.123Z') })).toEqual({
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: '2026-11-21T12:26:37Z' },
      status: { userInfo: { username: 'jane', uid: '7', groups: ['a'], extra: { 'foo/bar': ['x', 'y'] } } },
    });
  });
});
