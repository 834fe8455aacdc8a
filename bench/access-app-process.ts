/** The app behind the sidecar while access is measured: answers a kilobyte and who it is told sends it. Says its port, and ends with its parent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PADDING = 'x'.repeat(960);

const server = createServer((request, response) => {
  const user = request.headers['x-auth-request-user'] ?? null;
  const body = Buffer.from(JSON.stringify({ user, padding: PADDING }));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
// No connection is opened anew while it is measured.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once('disconnect', () => process.exit(0));
