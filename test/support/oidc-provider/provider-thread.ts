/**
 * The thread in which the test provider runs: `oidc-provider` on loopback, with a page of our own to sign in. It asks for no
 * consent: its clients are the team's own.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { type ClientMetadata, Provider } from 'oidc-provider';
import { PEOPLE } from './people';

/** A client that the provider knows. */
export interface TestClient {
  readonly clientId: string;
  /** Absent: a public client. */
  readonly clientSecret?: string;
  readonly redirectUris: readonly string[];
}

/** What the thread is told. */
export interface ProviderThreadData {
  readonly clients: readonly TestClient[];
  /** Whether the claims are in the ID token; else they are asked of the user info endpoint. */
  readonly areClaimsInIdToken: boolean;
  /** Where it listens. */
  readonly address: string;
}

/** What the thread says, once: where the provider is. */
export interface ProviderThreadMessage {
  readonly issuerUrl: string;
}

/** Subjects aren't names. */
const ACCOUNT_PREFIX = 'id-of-';

const SIGN_IN_PATH = /^\/interaction\/([\w-]+)$/;

function providerAt(issuerUrl: string, { clients, areClaimsInIdToken }: ProviderThreadData): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' };
  return new Provider(issuerUrl, {
    clients: clients.map(metadataOf),
    jwks: { keys: [key] },
    cookies: { keys: ['a secret of the test provider'] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      groups: ['groups'],
    },
    scopes: ['openid', 'profile', 'email', 'groups'],
    conformIdTokenClaims: !areClaimsInIdToken,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, accountId) => {
      const name = accountId.slice(ACCOUNT_PREFIX.length);
      const person = PEOPLE[name];
      if (person === undefined) return undefined;
      const { email, isEmailVerified, groups } = person;
      const claims = { sub: accountId, name, preferred_username: name, email, email_verified: isEmailVerified, groups };
      return { accountId, claims: () => ({ ...claims, groups: [...groups] }) };
    },
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
  });
}

function metadataOf({ clientId, clientSecret, redirectUris }: TestClient): ClientMetadata {
  return {
    client_id: clientId,
    redirect_uris: [...redirectUris],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    ...(clientSecret === undefined
      ? { token_endpoint_auth_method: 'none' as const }
      : { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_basic' as const }),
  };
}

/** The page on which people sign in, and what becomes of their answer. */
async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await textOf(request));
    const [name, password] = [form.get('login') ?? '', form.get('password')];
    if (PEOPLE[name] !== undefined && name === password) {
      await provider.interactionFinished(request, response, { login: { accountId: `${ACCOUNT_PREFIX}${name}` } });
      return;
    }
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html>
<title>Test provider</title>
<h1>Sign in</h1>
<form method="post">
<label>Name <input name="login" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button>
</form>
`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function start(data: ProviderThreadData): void {
  const server = createServer();
  server.listen(0, data.address, () => {
    const issuerUrl = `http://${data.address}:${(server.address() as AddressInfo).port}`;
    const provider = providerAt(issuerUrl, data);
    const answer = provider.callback();
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (SIGN_IN_PATH.test(request.url ?? '')) void signIn(provider, request, response);
      else void answer(request, response);
    });
    parentPort?.postMessage({ issuerUrl } satisfies ProviderThreadMessage);
  });
}

start(workerData as ProviderThreadData);
