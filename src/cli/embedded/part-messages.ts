/** What `adra up` and the process of a part say to each other. */
import { AdrasteiaError, ERROR_CATALOGUE, type ErrorCode } from '../../errors';
import type { PartName, SettingsOf } from './parts';

/** To the process of a part. */
export type Order =
  | {
      readonly order: 'start';
      readonly part: PartName;
      readonly settings: SettingsOf<PartName>;
      readonly isVerbose: boolean;
    }
  | { readonly order: 'stop' };

/** From the process of a part. */
export type Report =
  | { readonly report: 'started'; readonly facts: unknown }
  | { readonly report: 'failed'; readonly failure: Failure }
  /** Everything has to end. */
  | { readonly report: 'fatal'; readonly failure: Failure }
  | { readonly report: 'drained'; readonly isDrained: boolean }
  /** A line for people. */
  | { readonly report: 'note'; readonly line: string };

/** An error on its way to another process. */
export interface Failure {
  /** Absent for errors that aren't of the catalogue. */
  readonly code?: string;
  /** For an error that isn't of the catalogue: its stack. */
  readonly message: string;
}

/** The error as it is sent. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AdrasteiaError) return { code: error.code, message: error.message };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error that was sent. */
export function errorOf({ code, message }: Failure): Error {
  return code !== undefined && isCode(code) ? new AdrasteiaError(code, message) : new Error(message);
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, code);
}
