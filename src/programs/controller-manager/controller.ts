/** What the manager asks of each controller. */
export interface Controller {
  /** Begins to work; every store that it asked for is filled by then. */
  start(): void | Promise<void>;
  /** Begins nothing more, and resolves when what is under way is done. */
  stop(): Promise<void>;
  /** True where nothing waits or is under way. */
  readonly isIdle: boolean;
}
