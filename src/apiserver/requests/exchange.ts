/**
 * One request under way: what was asked, by whom, and the answer that is being made.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import type { UserInfo } from '../authentication/authenticator';
import type { RequestFacts, StaleRead } from '../faults/request-faults';
import { requestEntityTooLarge } from '../status-error';
import type { RequestInfo } from './request-info';

/** The largest body that is read. */
const LARGEST_BODY_BYTES = 3 * 1024 * 1024;
/** Answers above this are compressed for clients that take it. */
const COMPRESSED_FROM_CHARACTERS = 128 * 1024;
/** A `Warning` header longer than this is cut, and so are all together. */
const LONGEST_WARNING = 256;
const LONGEST_WARNINGS = 4096;

const JSON_TYPE = 'application/json';

export interface ExchangeParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly user: UserInfo;
}

export class Exchange {
  readonly #warnings = new Set<string>();
  /** Called before the head of an answer is written; may throw instead. */
  beforeAnswer: (() => Promise<void>) | undefined;
  /** Reads see the storage as it was at this revision, because a test has it so. */
  stale: StaleRead | undefined;

  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly user: UserInfo;

  constructor({ request, response, info, query, user }: ExchangeParts) {
    this.request = request;
    this.response = response;
    this.info = info;
    this.query = query;
    this.user = user;
  }

  header(name: string): string {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(',') : (value ?? '');
  }

  /** Adds a text to the answer's `Warning` headers; the same text once. */
  readonly warn = (text: string): void => {
    this.#warnings.add(text);
  };

  /** The whole body. Throws `StatusError` 413 where it is larger than Kubernetes reads. */
  async readBody(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    // The rest of a body that is too large is read and forgotten, so that its connection serves the next request.
    for await (const chunk of this.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_BODY_BYTES)
        throw requestEntityTooLarge(`Request entity too large: limit is ${String(LARGEST_BODY_BYTES)}`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** Answers with a text or bytes, compressed where it is long and the client takes that. */
  async send(code: number, text: string | Buffer, contentType = JSON_TYPE): Promise<void> {
    const { response } = this;
    // Only what succeeded was committed.
    if (code < 300) await this.beforeAnswer?.();
    if (response.destroyed) return;
    this.#writeHead(code, contentType);
    if (this.request.method === 'HEAD') {
      response.end();
      return;
    }
    if (text.length > COMPRESSED_FROM_CHARACTERS && this.header('accept-encoding').includes('gzip')) {
      response.setHeader('content-encoding', 'gzip');
      response.setHeader('vary', 'Accept-Encoding');
      response.end(await compressed(text));
      return;
    }
    response.end(text);
  }

  /** Begins an answer that goes on until `end`. */
  beginStream(contentType = JSON_TYPE): void {
    this.#writeHead(200, contentType);
    this.response.setHeader('transfer-encoding', 'chunked');
    this.response.flushHeaders();
  }

  #writeHead(code: number, contentType: string): void {
    this.response.statusCode = code;
    this.response.setHeader('cache-control', 'no-cache, private');
    this.response.setHeader('content-type', contentType);
    if (this.#warnings.size > 0) this.response.setHeader('warning', warningHeaders([...this.#warnings]));
  }
}

/** `299 - "text"`, as RFC 7234 has it; long ones are cut, and what is beyond the limit of all is left out. */
function warningHeaders(texts: readonly string[]): string[] {
  let length = 0;
  const headers: string[] = [];
  for (const text of texts) {
    const isLong = texts.length > 1 && text.length > LONGEST_WARNING && length + text.length > LONGEST_WARNINGS;
    const told = isLong ? text.slice(0, LONGEST_WARNING) : text;
    length += told.length;
    if (length > LONGEST_WARNINGS) break;
    // A header carries no control characters, and nothing beyond Latin 1 without quoting.
    headers.push(`299 - "${told.replace(/[\u0000-\u001f\u007f]+/g, ' ').replace(/[\\"]/g, '\\$&')}"`);
  }
  return headers.map((header) => Buffer.from(header, 'utf8').toString('latin1'));
}

function compressed(text: string | Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(text, { level: 1 }, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}

/** What a request asks for, as faults look at it. */
export function factsOf({ info, request }: Pick<Exchange, 'info' | 'request'>): RequestFacts {
  const { verb, group, version, resource, subresource, namespace, name } = info;
  return {
    verb,
    group,
    version,
    resource,
    subresource,
    namespace,
    name,
    userAgent: request.headers['user-agent'] ?? '',
  };
}
