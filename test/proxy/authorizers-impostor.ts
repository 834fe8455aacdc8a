/** Whoever takes the place of an authoriser or a gate on its port, and answers what neither says. */
import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';

/** Answers a connection on which something came. */
export type RawAnswer = (socket: Socket) => void;

/** Bytes, and the end. */
export function saying(text: string): RawAnswer {
  return (socket) => socket.end(text);
}

/** A whole answer of HTTP/1.1. */
export function answeringHttp(status: number, body: string, type = 'application/json'): RawAnswer {
  return saying(
    `HTTP/1.1 ${status} Said\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** An answer that begins so, and goes on in spaces for as long as anybody listens. */
export function answeringWithoutEnd(begin: string): RawAnswer {
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  return (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`);
    socket.write(chunk(begin));
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk(' '.repeat(16_384))));
    };
    socket.on('drain', more);
    more();
  };
}

/** Takes the request, and says nothing. */
export const SILENCE: RawAnswer = () => undefined;

export class Impostor {
  #asked = 0;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Answers every connection so. */
  static async raw(port: number, answer: RawAnswer): Promise<Impostor> {
    const server = createServer();
    const impostor = new Impostor(server);
    server.on('connection', (socket) => {
      socket.once('data', () => {
        impostor.#asked += 1;
        answer(socket);
      });
    });
    return impostor.#listen(port);
  }

  /** Answers every request with a page by HTTP/2, and is no gRPC service. */
  static async http2(port: number, page: string): Promise<Impostor> {
    const server = createHttp2Server();
    const impostor = new Impostor(server);
    server.on('request', (_request, response) => {
      impostor.#asked += 1;
      response.setHeader('content-type', 'text/html');
      response.end(page);
    });
    return impostor.#listen(port);
  }

  /** How often it was asked something. */
  get asked(): number {
    return this.#asked;
  }

  async #listen(port: number): Promise<this> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  /** Leaves the port. */
  async leave(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
