/** Authorisers on loopback, and the gate's own way to ask them. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { NetworkAuthorizers } from '../../../../src/programs/gate/external/external-authorizers';
import { FakeClock } from '../../../support/fake-clock';
import { silentLogger } from '../../../support/silent-logger';

/** Whom policies name. */
export const SERVICE = { name: 'authorizer', namespace: 'auth', port: 80 };

/** Time enough, in milliseconds, where an answer is awaited. */
export const PATIENT_MS = 10_000;

const closing: (() => Promise<void> | void)[] = [];

/** Ends what a test began. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0)) await close();
}

/** Has something ended with the test. */
export function closeLater(close: () => Promise<void> | void): void {
  closing.push(close);
}

/** Asks whoever listens on a port of loopback, by whatever name. */
export function authorizers(port: number) {
  const clock = new FakeClock();
  const results: string[] = [];
  const asking = new NetworkAuthorizers({
    clock,
    log: silentLogger(),
    metrics: {
      checked: () => undefined,
      externalAsked: (_kind, result) => results.push(result),
      credentialsTried: () => undefined,
    },
    addressOf: () => ({ host: '127.0.0.1', port }),
  });
  closeLater(() => asking.close());
  return { asking, clock, results };
}

/** Listens on a port that is free, and gives it. */
export async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
