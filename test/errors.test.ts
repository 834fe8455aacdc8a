import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type * as Errors from '../src/errors';
import { AdrasteiaError, ERROR_CATALOGUE, type ErrorCode, hasCode } from '../src/errors';
import { thrownCodes } from './support/thrown-codes';

const ROOT = resolve(__dirname, '..');
const CODES = Object.keys(ERROR_CATALOGUE) as readonly ErrorCode[];
const KNOWN: ReadonlySet<string> = new Set(CODES);

/** Every source file that is shipped, the catalogue itself apart. */
function shippedSources(): readonly string[] {
  return ['src', 'constructs', 'stacks']
    .flatMap((room) => readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== join(ROOT, 'src', 'errors.ts'))
    .sort()
    .map((path) => readFileSync(path, 'utf8'));
}

describe('the catalogue of errors', () => {
  it('holds only codes that shipped code throws', () => {
    const thrown = new Set(shippedSources().flatMap((source) => thrownCodes(source, KNOWN)));
    expect(CODES.filter((code) => !thrown.has(code))).toEqual([]);
  });

  it.each(CODES)('says of %s what it means and what to do, in one line each', (code) => {
    const { meaning, remedy } = ERROR_CATALOGUE[code];
    expect(code).toMatch(/^([A-Z][a-z]+)+$/);
    expect(meaning).toMatch(/^\S.*\.$/);
    expect(remedy).toMatch(/^\S.*\.$/);
  });
});

describe('an error', () => {
  it('says whether the same call may be tried again', () => {
    expect(new AdrasteiaError('ApiConflict', 'conflict').retry).toBe('Now');
    expect(new AdrasteiaError('ApiUnreachable', 'unreachable').retry).toBe('Backoff');
    expect(new AdrasteiaError('UsageInvalid', 'usage').retry).toBe('Never');
  });

  it('keeps what caused it', () => {
    const cause = new Error('socket hang up');
    expect(new AdrasteiaError('ApiUnreachable', 'unreachable', { cause }).cause).toBe(cause);
    expect('cause' in new AdrasteiaError('ApiUnreachable', 'unreachable')).toBe(false);
  });

  it('is an instance of the class of another copy of the package', () => {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second copy of the module can only be required
      const copy = require('../src/errors') as typeof Errors;
      expect(copy.AdrasteiaError).not.toBe(AdrasteiaError);
      expect(new copy.AdrasteiaError('UsageInvalid', 'usage')).toBeInstanceOf(AdrasteiaError);
    });
  });

  it('is recognised by its code, and nothing else is', () => {
    const error = new AdrasteiaError('ApiNotFound', 'absent');
    expect(hasCode(error, 'ApiConflict', 'ApiNotFound')).toBe(true);
    expect(hasCode(error, 'ApiConflict')).toBe(false);
    expect(hasCode({ code: 'ApiNotFound' }, 'ApiNotFound')).toBe(false);
    expect(hasCode(undefined, 'ApiNotFound')).toBe(false);
  });
});

describe('a code counts as thrown', () => {
  const known = new Set(['UsageInvalid', 'TimedOut']);

  it.each([
    { source: "throw new AdrasteiaError('TimedOut', 'x');", because: 'it is given to the error' },
    { source: "new AdrasteiaError(late ? 'TimedOut' : other, 'x');", because: 'it is one of the codes given' },
    {
      source: "function codeOf(n: number): ErrorCode { return n === 1 ? 'TimedOut' : x; }",
      because: 'a function chooses it',
    },
    { source: "const CODES: Record<string, ErrorCode> = { a: 'TimedOut' };", because: 'a table holds it' },
    {
      source: "function fail(code: ErrorCode) { throw 1; } fail('TimedOut');",
      because: 'a function throws what it is given',
    },
  ])('when $because', ({ source }) => {
    expect(thrownCodes(source, known)).toEqual(['TimedOut']);
  });

  it.each([
    { source: "if (hasCode(error, 'TimedOut')) stop();", because: 'it is only asked for' },
    { source: "const late: ErrorCode | boolean = error.code === 'TimedOut';", because: 'it is only compared with' },
    { source: "const reason = 'TimedOut';", because: 'it is another word spelt the same' },
    { source: "throw new AdrasteiaError(code, describe('TimedOut'));", because: 'it is text of the message' },
  ])('but not when $because', ({ source }) => {
    expect(thrownCodes(source, known)).toEqual([]);
  });
});
