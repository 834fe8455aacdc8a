/** HTTP to authorisers, over connections that are kept, and what may go wrong with it. */
import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { addAbortSignal } from 'node:stream';
import type { ExternalFailure } from './external-authorizer';

/** Headers of an answer that are taken; one with more is nonsense. */
const LARGEST_HEADERS_BYTES = 32 * 1024;
/** A body that is longer isn't read to its end, and its connection is given up. */
const LARGEST_BODY_BYTES = 64 * 1024;

/** A connection that was kept may be closed by the other side at the moment it is used. */
const DEAD_CONNECTION = new Set(['ECONNRESET', 'EPIPE', 'ERR_SOCKET_CLOSED']);

/** How a request is sent. */
export interface Sending {
  /** Ends it, wherever it is. */
  readonly signal: AbortSignal;
  /** Default: none. */
  readonly body?: Uint8Array;
  /** Told of the answer before `send` gives it: a body that nobody wants is over then, and the connection free for the next. */
  readonly onAnswer?: (answer: IncomingMessage) => void;
}

/** Connections to any number of addresses, for requests that may be sent twice. */
export class KeptConnections {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 16, maxSockets: 64 });

  /**
   * Sends a request, and once more where a kept connection turns out to be dead. Whoever gets the answer reads its body, by
   * `bodyOf` or `readAndForget`. Throws what ended the request.
   */
  async send(options: RequestOptions, sending: Sending): Promise<IncomingMessage | 'DeadConnection'> {
    const answer = await this.#sendOnce(options, sending);
    return answer === 'DeadConnection' ? this.#sendOnce(options, sending) : answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #sendOnce(options: RequestOptions, { signal, body, onAnswer }: Sending): Promise<IncomingMessage | 'DeadConnection'> {
    return new Promise((resolve, reject) => {
      const asking = httpRequest({ ...options, agent: this.#agent, maxHeaderSize: LARGEST_HEADERS_BYTES, signal });
      asking.on('error', (error: NodeJS.ErrnoException) => {
        if (asking.reusedSocket && DEAD_CONNECTION.has(error.code ?? '')) resolve('DeadConnection');
        else reject(error);
      });
      asking.once('response', (answer) => {
        // It may end before whoever waits for it is told of it.
        answer.on('error', () => undefined);
        onAnswer?.(answer);
        resolve(answer);
      });
      // What it answers to is the request itself, or nothing.
      asking.once('upgrade', (_answer, socket) => {
        socket.destroy();
        reject(new Error('the authoriser switched protocols'));
      });
      asking.end(body);
    });
  }
}

/** The body of an answer; undefined for one that is too long. Throws where it is cut off, or the signal ends it. */
export async function bodyOf(answer: IncomingMessage, signal: AbortSignal): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of addAbortSignal(signal, answer) as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop gives the connection up.
    if (length > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a body that is of no use, so that the connection can be used again. */
export function readAndForget(answer: IncomingMessage): void {
  let length = 0;
  answer.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LARGEST_BODY_BYTES) answer.destroy();
  });
}

/** How asking failed, by what it threw. */
export function failureOf(error: unknown, { aborted }: AbortSignal): ExternalFailure {
  if (aborted) return 'Timeout';
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'HPE_HEADER_OVERFLOW') return 'TooLarge';
  return code.startsWith('HPE_') || code === '' || code === 'ERR_INVALID_CHAR' ? 'Nonsense' : 'Unreachable';
}
