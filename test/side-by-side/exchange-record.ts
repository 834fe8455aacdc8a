/** A request that a client sent to a real API server, and what it was answered. */
export interface ExchangeRecord {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Those that change an answer: `accept`, `content-type`, `user-agent`, `impersonate-…`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Base64, for bodies may be protobuf; empty where there was none. */
  readonly body: string;
  readonly status: number;
  /** The answer's text; of a watch what had come when it ended. Empty where it wasn't text. */
  readonly answer: string;
}

/** True for a request whose answer goes on. */
export function isWatch({ path }: Pick<ExchangeRecord, 'path'>): boolean {
  return /[?&]watch=(?:true|1)/.test(path) || path.includes('/watch/');
}
