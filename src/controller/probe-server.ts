/**
 * What the kubelet and Prometheus ask of the controller: `/healthz`, `/readyz` and `/metrics`.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProbeAnswers {
  /** Whether the process should live on. */
  isHealthy(): boolean;
  /** Whether every cache is there; a standby is ready too. */
  isReady(): boolean;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export class ProbeServer {
  private readonly servers: Server[] = [];

  constructor(private readonly answers: ProbeAnswers) {}

  /** Listens on a port, 0 for any that is free; gives the port. `paths` are those answered there. */
  async listen(port: number, host: string, paths: readonly ('/healthz' | '/readyz' | '/metrics')[]): Promise<number> {
    const server = createServer((request, response) => {
      const path = paths.find((candidate) => candidate === request.url?.split('?')[0]);
      void this.answer(path, response);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.servers.splice(0).map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => {
              resolve();
            });
            server.closeAllConnections();
          }),
      ),
    );
  }

  private async answer(path: string | undefined, response: ServerResponse): Promise<void> {
    if (path === '/metrics') {
      const { contentType, body } = await this.answers.metrics();
      response.writeHead(200, { 'content-type': contentType }).end(body);
      return;
    }
    if (path === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    const isGood = path === '/healthz' ? this.answers.isHealthy() : this.answers.isReady();
    response.writeHead(isGood ? 200 : 503, { 'content-type': 'text/plain' }).end(isGood ? 'ok\n' : 'not yet\n');
  }
}
