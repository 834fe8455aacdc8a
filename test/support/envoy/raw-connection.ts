/** A connection that sends exactly the bytes that a test writes, which no HTTP client would. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '../eventually';

export class RawConnection {
  #received = '';
  #isClosed = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.#received += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
    });
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** All that came. */
  get received(): string {
    return this.#received;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  write(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Waits for a text to come. */
  async receives(text: string | RegExp): Promise<string> {
    await eventually(`${String(text)} comes`, () => {
      const has = typeof text === 'string' ? this.#received.includes(text) : text.test(this.#received);
      if (!has && this.#isClosed) throw new Error(`the connection was closed after: ${this.#received.slice(-2000)}`);
      return has;
    });
    return this.#received;
  }

  /** Waits for the other side to close. */
  async closes(): Promise<string> {
    await eventually('the connection is closed', () => this.#isClosed);
    return this.#received;
  }

  end(): void {
    this.socket.destroy();
  }
}

/** Sends one request and gives all that comes until the other side closes; ask for `Connection: close`. */
export async function exchange(port: number, text: string): Promise<string> {
  const connection = await RawConnection.open(port);
  connection.write(text);
  return connection.closes();
}
