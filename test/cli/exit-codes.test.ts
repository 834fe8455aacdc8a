import { EXIT_CODES, exitOf, exitOfAll } from '../../src/cli/exit-codes';
import { AdrasteiaError, type ErrorCode } from '../../src/errors';

const error = (code: ErrorCode): AdrasteiaError => new AdrasteiaError(code, code);

describe('exit codes', () => {
  it.each([
    { code: 'UsageInvalid', exit: 2 },
    { code: 'ApiUnauthorized', exit: 4 },
    { code: 'CredentialPluginFailed', exit: 4 },
    { code: 'ApiForbidden', exit: 5 },
    { code: 'TimedOut', exit: 6 },
    { code: 'ApiTimeout', exit: 6 },
    { code: 'ApiNotFound', exit: 7 },
    { code: 'KindUnknown', exit: 7 },
    { code: 'ObjectInvalid', exit: 1 },
    { code: 'LeaseLost', exit: 1 },
  ] as const)('$code ends with $exit', ({ code, exit }) => {
    expect(EXIT_CODES[exitOf(error(code))].code).toBe(exit);
  });

  it('is a failure where an error is none of ours', () => {
    expect(exitOf(new TypeError('x'))).toBe('failure');
  });

  it('is that of all errors where they agree, and a failure where they differ', () => {
    expect(exitOfAll([])).toBe('ok');
    expect(exitOfAll([error('ApiNotFound'), error('KindUnknown')])).toBe('notFound');
    expect(exitOfAll([error('ApiNotFound'), error('ApiForbidden')])).toBe('failure');
  });

  it('are different numbers', () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
