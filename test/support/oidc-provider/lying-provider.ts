/** A provider that says what a test wants it to say, true or not. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, type KeyLike, SignJWT } from 'jose';

/** An answer to one path. */
export interface Said {
  readonly status: number;
  readonly body: unknown;
  /** Besides its type. */
  readonly headers?: Readonly<Record<string, string>>;
}

export class LyingProvider {
  /** What it says at a path, instead of what a provider would. */
  readonly said = new Map<string, Said | ((url: URL) => Said)>();
  /** The ID token that it gives for any code. */
  idToken = '';
  /** Paths that were asked, in order. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #key: KeyLike;
  readonly #jwks: unknown;

  private constructor(server: Server, key: KeyLike, jwks: unknown) {
    this.#server = server;
    this.#key = key;
    this.#jwks = jwks;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
  }

  static async start(): Promise<LyingProvider> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new LyingProvider(server, privateKey, { keys: [jwk] });
  }

  get issuerUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** An ID token signed by its key, unless by another. */
  sign(
    claims: JWTPayload,
    header: Partial<JWTHeaderParameters> = {},
    key: KeyLike | Uint8Array = this.#key,
  ): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header }).sign(key);
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.issuerUrl);
    this.asked.push(url.pathname);
    const said = this.said.get(url.pathname) ?? this.#truth(url.pathname);
    const { status, body, headers } = typeof said === 'function' ? said(url) : said;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  }

  #truth(path: string): Said {
    const { issuerUrl } = this;
    switch (path) {
      case '/.well-known/openid-configuration':
        return { status: 200, body: this.metadata() };
      case '/jwks':
        return { status: 200, body: this.#jwks };
      case '/token':
        return { status: 200, body: { access_token: 'access', token_type: 'bearer', id_token: this.idToken } };
      default:
        return { status: 404, body: { issuerUrl } };
    }
  }

  /** What discovery says. */
  metadata(): Readonly<Record<string, unknown>> {
    const { issuerUrl } = this;
    return {
      issuer: issuerUrl,
      authorization_endpoint: `${issuerUrl}/auth`,
      token_endpoint: `${issuerUrl}/token`,
      jwks_uri: `${issuerUrl}/jwks`,
      id_token_signing_alg_values_supported: ['ES256', 'none', 'HS256'],
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
    };
  }
}
