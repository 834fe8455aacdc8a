/**
 * One answer, read to its end. The parts are collected as they come from the connection: a stream for each of many small answers
 * would cost more than the answers.
 */
import type { Dispatcher } from 'undici';

/** An answer of whatever status. */
export interface Answer {
  readonly status: number;
  /** The `Retry-After` header. */
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** Sends a request and gives its answer. Rejects with what undici says where there is none, or only a part. */
export function answerOf(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(options, new AnswerCollector(resolve, reject));
  });
}

/** The one value of a header, or the first of several. */
export function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'object' ? header[0] : header;
}

class AnswerCollector implements Dispatcher.DispatchHandler {
  private status = 0;
  private retryAfter: string | undefined;
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  /** Its presence tells undici which of its two interfaces this is. */
  onRequestStart(): void {
    // Nothing is known yet.
  }

  /** Comes again where informational answers go before the real one. */
  onResponseStart(
    _controller: unknown,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.status = status;
    this.retryAfter = single(headers['retry-after']);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.chunks;
    const bytes = this.chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.chunks);
    this.resolve({ status: this.status, retryAfter: this.retryAfter, text: bytes.toString('utf8') });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.reject(error);
  }
}
