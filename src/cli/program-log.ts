/**
 * What runs inside a command (caches, the controller of `adra up`) says on stderr: warnings and errors as one line, everything
 * where the user asks for it by --verbose.
 */
import type { Logger, LogKeys } from '../ports/logger';
import type { Output } from './output';

/** A logger for people. Programs that run for long have `createLogger`. */
export function programLog(output: Pick<Output, 'note' | 'isVerbose'>): Logger {
  const line = (level: string, message: string, keys: LogKeys = {}): void => {
    const words = Object.entries(keys)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}=${textOf(value)}`);
    output.note([`${level}: ${message}`, ...words].join(' '));
  };
  const quiet = (): void => undefined;
  return {
    debug: output.isVerbose ? (message, keys) => line('debug', message, keys) : quiet,
    info: output.isVerbose ? (message, keys) => line('info', message, keys) : quiet,
    warn: output.isVerbose ? (message, keys) => line('warn', message, keys) : quiet,
    error: (message, keys) => line('error', message, keys),
  };
}

function textOf(value: unknown): string {
  if (value instanceof Error) return value.message;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
