/** A mail server on loopback that takes every mail and keeps it. @see RFC 5321 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A mail as it came. */
export interface ReceivedMail {
  readonly to: readonly string[];
  /** Headers and body. */
  readonly text: string;
}

export class Mailbox {
  /** In the order of arrival. */
  readonly mails: ReceivedMail[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // Who goes away without a word has said what they had to.
      socket.on('error', () => undefined);
      this.#receive(socket).catch(() => undefined);
    });
  }

  static async open(): Promise<Mailbox> {
    const server = createServer();
    const mailbox = new Mailbox(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return mailbox;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  async #receive(socket: Socket): Promise<void> {
    const answer = (line: string): void => void socket.write(`${line}\r\n`);
    let to: string[] = [];
    let text: string[] | undefined;
    answer('220 mailbox');
    for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (text !== undefined) {
        if (line !== '.') {
          text.push(line.startsWith('.') ? line.slice(1) : line);
          continue;
        }
        this.mails.push({ to, text: text.join('\n') });
        [to, text] = [[], undefined];
        answer('250 taken');
        continue;
      }
      switch (line.slice(0, 4).toUpperCase()) {
        case 'DATA':
          text = [];
          answer('354 go on');
          break;
        case 'QUIT':
          answer('221 bye');
          socket.end();
          break;
        case 'RCPT':
          to.push(/<(.*)>/.exec(line)?.[1] ?? '');
          answer('250 ok');
          break;
        default:
          answer('250 ok');
      }
    }
  }
}
