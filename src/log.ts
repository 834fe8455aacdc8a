/**
 * The logger that composition roots make and pass in: one JSON line for each entry, with a constant message and keys that vary
 * (`kind`, `namespace`, `name`, `uid`, `code`). Everything else knows only the port.
 */
import { pino } from 'pino';
import { AdrasteiaError } from './errors';
import type { Logger } from './ports/logger';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** The least urgent level that is written; `silent` writes nothing. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where lines go, each with its line feed. `process.stderr` is one. */
export interface LogSink {
  write(line: string): unknown;
}

/**
 * A logger that writes JSON lines: `level` by name, `time` in ISO 8601 (UTC), `message`, then the keys given. Keys whose value
 * is undefined are left out. The key `error` holds an error's code, message and stack, and the chain of its causes.
 */
export function createLogger(level: LogLevel, sink: LogSink): Logger {
  const lines = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: errorKeys },
    },
    sink,
  );
  return {
    debug: (message, keys = {}) => lines.debug(keys, message),
    info: (message, keys = {}) => lines.info(keys, message),
    warn: (message, keys = {}) => lines.warn(keys, message),
    error: (message, keys = {}) => lines.error(keys, message),
  };
}

function errorKeys(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    ...(error instanceof AdrasteiaError ? { code: error.code } : { name: error.name }),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: errorKeys(error.cause) }),
  };
}
