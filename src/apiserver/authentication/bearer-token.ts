/** The bearer token of a request, in its `Authorization` header or, for browsers' web sockets, among its protocols. */
import type { IncomingMessage } from 'node:http';
import { unauthorized } from '../status-error';
import type { Authenticator } from './authenticator';
import { type TokenAuthenticator, TokenRefused } from './token-authenticator';
import { withAuthenticatedGroup } from './union-authenticator';

const SOCKET_PROTOCOL_PREFIX = 'base64url.bearer.authorization.k8s.io.';

/** Tells users by their bearer token. */
export function bearerTokens(tokens: TokenAuthenticator, apiAudiences: readonly string[]): Authenticator {
  return {
    async authenticate(request) {
      const token = findBearerToken(request);
      if (token === undefined) return undefined;
      try {
        const bearer = await tokens.authenticateToken(token, apiAudiences);
        if (bearer === undefined) throw unauthorized();
        return withAuthenticatedGroup(bearer.user);
      } catch (error) {
        throw error instanceof TokenRefused ? unauthorized() : error;
      }
    },
  };
}

/** The token, or undefined where the request bears none. As on the real server, a second space before it hides it. */
export function findBearerToken(request: Pick<IncomingMessage, 'headers'>): string | undefined {
  const [scheme, token] = (request.headers.authorization ?? '').trim().split(' ', 3);
  if (scheme?.toLowerCase() === 'bearer' && token !== undefined && token !== '') return token;
  return findSocketToken(request);
}

function findSocketToken({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const protocols = headers['sec-websocket-protocol'];
  if (protocols === undefined || headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
  const offered = protocols
    .split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(SOCKET_PROTOCOL_PREFIX));
  const token = Buffer.from(offered?.slice(SOCKET_PROTOCOL_PREFIX.length) ?? '', 'base64url').toString('utf8');
  return token === '' ? undefined : token;
}
