import { AdrasteiaError } from '../errors';
import type { LogKeys } from '../ports/logger';

/** What a log says of an error. */
export function errorKeys(error: unknown): LogKeys {
  return {
    ...(error instanceof AdrasteiaError ? { code: error.code } : {}),
    reason: error instanceof Error ? error.message : String(error),
  };
}
