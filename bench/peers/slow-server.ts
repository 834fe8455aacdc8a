/** A server that is further away: what is sent to it, and what it answers, arrives later. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SlowServer {
  /** Its address, as a kubeconfig has it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Stands before a server, on loopback; each way takes half of the delay. Bytes are passed on as they are, TLS included. */
export async function slowServer(target: string, delayMs: number): Promise<SlowServer> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
    client.setNoDelay(true);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => {
        setTimeout(() => to.write(chunk), delayMs / 2);
      });
      from.on('close', () => {
        sockets.delete(from);
        setTimeout(() => to.destroy(), delayMs / 2);
      });
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
