/** An app behind a sidecar that notes what reaches it, and echoes what comes over an upgraded connection. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as they came, in order. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** The app; it answers everything with 200, `hello` and a cookie. */
export class RecordingApp {
  readonly arrivals: Arrival[] = [];
  readonly #upgraded = new Set<Duplex>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** Starts it on loopback. */
  static async start(): Promise<RecordingApp> {
    const server = createServer({ insecureHTTPParser: true, maxHeaderSize: 1_048_576 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const app = new RecordingApp(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers, rawHeaders } = request;
        app.arrivals.push({ method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') });
        response.setHeader('set-cookie', ['app=1; Path=/', 'other=2; Path=/']);
        response.setHeader('server', 'the-app');
        response.end('hello');
      });
    });
    server.on('upgrade', (request, socket: Duplex) => {
      const { method = '', url = '', headers, rawHeaders } = request;
      app.arrivals.push({ method, url, headers, rawHeaders, body: '' });
      app.#upgraded.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => app.#upgraded.delete(socket));
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      socket.pipe(socket);
    });
    return app;
  }

  /** Upgraded connections that are open. */
  get openConnections(): number {
    return this.#upgraded.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#upgraded) socket.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
