import type { Logger, LogKeys } from '../../src/ports/logger';

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly keys: LogKeys;
}

/** Keeps lines for tests to look at, and prints none. */
export function silentLogger(): Logger & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Logger) =>
    (message: string, keys: LogKeys = {}) => {
      lines.push({ level, message, keys });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
