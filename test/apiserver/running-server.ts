/** An API server in this process, and a plain HTTPS client that shows its answers as they are. */
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { systemClock } from '../../src/adapters/system-clock';
import type { JsonObject } from '../../src/api/json';
import { ApiServer, type ApiServerOptions } from '../../src/apiserver/api-server';
import { MemoryStorage } from '../../src/apiserver/storage/memory-storage';
import { silentLogger } from '../support/silent-logger';

const TOKEN = 'administrator';

/** A request; a body that is no text is sent as JSON, and taken for JSON unless the headers say otherwise. */
export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answered {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A watch under way. */
export interface Watching {
  /** The next event, as it stands in its line; waits for it. Rejects where the watch ends before. */
  next(): Promise<WatchLine>;
  close(): void;
}

export interface WatchLine {
  readonly type: string;
  readonly object: JsonObject & { readonly metadata: JsonObject };
}

export class RunningServer {
  readonly #server: ApiServer;
  readonly #agent: Agent;
  readonly storage: MemoryStorage;

  private constructor(server: ApiServer, storage: MemoryStorage) {
    this.#server = server;
    this.#agent = new Agent({ keepAlive: true, ca: server.authority });
    this.storage = storage;
  }

  static async start(options: Partial<ApiServerOptions> = {}): Promise<RunningServer> {
    const storage = new MemoryStorage();
    const tokens = new Map([[TOKEN, { username: 'admin', groups: ['system:masters'] }]]);
    const server = await ApiServer.start({ storage, clock: systemClock, log: silentLogger(), tokens, ...options });
    return new RunningServer(server, storage);
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#server.stop();
  }

  /** Sends a request and reads its whole answer. Rejects where the connection breaks. */
  async ask(asked: Asked): Promise<Answered> {
    const response = await this.open(asked);
    let text = '';
    for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) text += part;
    return { code: response.statusCode ?? 0, headers: response.headers, text };
  }

  /** As `ask`, for an answer that is an object. */
  async json(
    asked: Asked,
  ): Promise<{ readonly code: number; readonly object: JsonObject & { readonly metadata: JsonObject } }> {
    const { code, text } = await this.ask(asked);
    return { code, object: JSON.parse(text) as JsonObject & { readonly metadata: JsonObject } };
  }

  /** Begins a watch; resolves when its answer begins. */
  async watch(path: string): Promise<Watching> {
    const response = await this.open({ path });
    const lines = linesOf(response);
    return {
      next: async () => {
        const { done, value } = await lines.next();
        if (done === true) throw new Error('the watch has ended');
        return JSON.parse(value) as WatchLine;
      },
      close: () => {
        response.destroy();
      },
    };
  }

  /** Sends a request; its answer is read by the caller. */
  async open({ method = 'GET', path, headers = {}, body }: Asked): Promise<IncomingMessage> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const sent = request(`${this.#server.url}${path}`, {
      method,
      agent: this.#agent,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'user-agent': 'recorder',
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
        ...headers,
      },
    });
    sent.end(text);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return undefined;
}
