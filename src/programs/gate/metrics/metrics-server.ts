/** What the kubelet and Prometheus ask of the gate: `/healthz`, `/readyz` and `/metrics`. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { closeServer, listenOn } from '../listening';

export interface MetricsServerOptions {
  /** Whether everything is known that requests are answered by. */
  readonly isReady: () => boolean;
  readonly page: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

export class MetricsServer {
  readonly #options: MetricsServerOptions;
  readonly #server: Server;

  constructor(options: MetricsServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      request.resume();
      void this.#answer(request.url?.split('?', 1)[0], response);
    });
  }

  /** Listens, and gives the port: that asked for, or any that is free for 0. */
  async listen(port: number, host: string): Promise<number> {
    return listenOn(this.#server, port, host);
  }

  async close(): Promise<void> {
    await closeServer(this.#server);
  }

  async #answer(path: string | undefined, response: ServerResponse): Promise<void> {
    switch (path) {
      case '/healthz':
        response.writeHead(200, TEXT).end('ok\n');
        return;
      case '/readyz': {
        const isReady = this.#options.isReady();
        response.writeHead(isReady ? 200 : 503, TEXT).end(isReady ? 'ok\n' : 'not yet\n');
        return;
      }
      case '/metrics': {
        const { contentType, body } = await this.#options.page();
        response.writeHead(200, { 'content-type': contentType }).end(body);
        return;
      }
      default:
        response.writeHead(404, TEXT).end('not found\n');
    }
  }
}

const TEXT = { 'content-type': 'text/plain' };
