/**
 * Exit codes of `adra`, in one catalogue with what they mean, and which error ends in which. `docs/cli.md` is checked against
 * it. A code never gets a second meaning.
 */
import { AdrasteiaError, type ErrorCode } from '../errors';

export const EXIT_CODES = {
  ok: { code: 0, meaning: 'done; of `plan`: nothing would change' },
  failure: { code: 1, meaning: 'something failed; of `plan`: something would change' },
  usage: { code: 2, meaning: 'the command line cannot be understood' },
  trouble: { code: 3, meaning: 'of `plan`: something failed' },
  auth: { code: 4, meaning: 'the cluster does not know who is asking' },
  denied: { code: 5, meaning: 'refused: rights, a quota or a policy' },
  timeout: { code: 6, meaning: 'what was waited for did not happen in the time given' },
  notFound: { code: 7, meaning: 'there is no such object or kind' },
  interrupted: { code: 130, meaning: 'interrupted by Ctrl-C or a signal' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitName = keyof typeof EXIT_CODES;

/** Errors that have an exit code of their own; all others are failures. */
const EXITS: Readonly<Partial<Record<ErrorCode, ExitName>>> = {
  UsageInvalid: 'usage',
  ApiUnauthorized: 'auth',
  CredentialPluginFailed: 'auth',
  ApiForbidden: 'denied',
  ApiTimeout: 'timeout',
  TimedOut: 'timeout',
  ApiNotFound: 'notFound',
  KindUnknown: 'notFound',
};

/** How a command ends that fails with this error. */
export function exitOf(error: unknown): ExitName {
  return error instanceof AdrasteiaError ? (EXITS[error.code] ?? 'failure') : 'failure';
}

/** How a command ends that went on after errors: as all of them would, or as a failure where they differ. */
export function exitOfAll(errors: readonly unknown[]): ExitName {
  const [first = 'ok', ...others] = new Set(errors.map(exitOf));
  return others.length === 0 ? first : 'failure';
}
