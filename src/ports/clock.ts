/** Time as the runtime sees it; tests turn it by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after at least `delayMs`; the returned function cancels. */
  schedule(delayMs: number, callback: () => void): () => void;
}
