/** The page of error codes, written from the catalogue. */
import type { Retry } from '../src/errors';

/** What the page says of a code. */
export interface DocumentedError {
  readonly meaning: string;
  readonly remedy: string;
  readonly retry: Retry;
}

const RETRIES: Readonly<Record<Retry, string>> = {
  Never: 'not by itself',
  Now: 'at once',
  Backoff: 'after a growing pause',
};

/** `docs/errors.md`: codes in alphabetical order, each with an anchor of its own. */
export function errorsPage(catalogue: Readonly<Record<string, DocumentedError>>): string {
  const codes = Object.entries(catalogue).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    '# Errors',
    '',
    '<!-- Written from src/errors.ts by `npm run docs`, not by hand. -->',
    '',
    'Every error that Adrasteia throws is an `AdrasteiaError` with one of these codes. Match on `code`, never on the text.',
    'A code is never given a second meaning.',
    '',
    ...codes.flatMap(([code, { meaning, remedy, retry }]) => [
      `## ${code}`,
      '',
      meaning,
      '',
      `- What to do: ${remedy}`,
      `- Tried again: ${RETRIES[retry]}`,
      '',
    ]),
  ].join('\n');
}
