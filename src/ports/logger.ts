/** Structured logs: a constant message, and keys that vary (`kind`, `namespace`, `name`, `uid`, `code`). */
export type LogKeys = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, keys?: LogKeys): void;
  info(message: string, keys?: LogKeys): void;
  warn(message: string, keys?: LogKeys): void;
  error(message: string, keys?: LogKeys): void;
}
