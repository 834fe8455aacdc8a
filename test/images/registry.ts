/** A registry in this process, as the distribution specification asks of one that is pushed to. What is wrong it refuses. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RegistrySettings {
  /** Asked for of every request. Default: nothing is. */
  readonly authorization?: { readonly challenge: string; readonly accepted: string };
}

/** One registry. */
export class Registry {
  /** Blobs by repository and digest, as `repository sha256:…`. */
  readonly blobs = new Map<string, Buffer>();
  /** Manifests by repository and tag, as `repository:tag`. */
  readonly manifests = new Map<string, string>();
  /** Methods and paths in their order. */
  readonly requests: string[] = [];
  private readonly server: Server;
  private uploads = 0;

  private constructor(private readonly settings: RegistrySettings) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  static async start(settings: RegistrySettings = {}): Promise<Registry> {
    const registry = new Registry(settings);
    await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '', `http://${this.host}`);
    const body = await buffer(request);
    this.requests.push(`${method} ${url.pathname}`);
    const { authorization } = this.settings;
    if (authorization !== undefined && headers.authorization !== authorization.accepted) {
      response.writeHead(401, { 'www-authenticate': authorization.challenge }).end();
      return;
    }
    const [, repository = '', kind = '', name = ''] = /^\/v2\/(.+)\/(blobs|manifests)\/(.*)$/.exec(url.pathname) ?? [];
    const digest = url.searchParams.get('digest') ?? '';
    if (kind === 'blobs' && method === 'HEAD') {
      response.writeHead(this.blobs.has(`${repository} ${name}`) ? 200 : 404).end();
    } else if (kind === 'blobs' && method === 'POST') {
      const mounted = this.blobs.get(`${url.searchParams.get('from') ?? ''} ${url.searchParams.get('mount') ?? ''}`);
      if (mounted !== undefined) this.blobs.set(`${repository} ${url.searchParams.get('mount') ?? ''}`, mounted);
      this.uploads += 1;
      const location = `/v2/${repository}/blobs/uploads/${this.uploads}?state=a%3Db`;
      response.writeHead(mounted === undefined ? 202 : 201, { location }).end();
    } else if (kind === 'blobs' && method === 'PUT' && url.searchParams.get('state') === 'a=b') {
      const isWhole = digest === `sha256:${createHash('sha256').update(body).digest('hex')}`;
      if (isWhole) this.blobs.set(`${repository} ${digest}`, body);
      response.writeHead(isWhole ? 201 : 400).end('{"errors":[{"code":"DIGEST_INVALID"}]}');
    } else if (kind === 'manifests' && method === 'PUT') {
      const { mediaType, config, layers } = JSON.parse(body.toString()) as Manifest;
      const isWhole = [config, ...layers].every((blob) => this.blobs.has(`${repository} ${blob.digest}`));
      const isRight = isWhole && headers['content-type'] === mediaType;
      if (isRight) this.manifests.set(`${repository}:${name}`, body.toString());
      response.writeHead(isRight ? 201 : 400).end('{"errors":[{"code":"MANIFEST_INVALID"}]}');
    } else {
      response.writeHead(405).end('{"errors":[{"code":"UNSUPPORTED"}]}');
    }
  }
}

interface Manifest {
  readonly mediaType: string;
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}
