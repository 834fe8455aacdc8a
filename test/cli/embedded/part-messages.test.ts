import { errorOf, type Failure, failureOf } from '../../../src/cli/embedded/part-messages';
import { AdrasteiaError } from '../../../src/errors';

const sent = (failure: Failure): Failure => JSON.parse(JSON.stringify(failure)) as Failure;

describe('an error on its way from process to process', () => {
  it('keeps its code and its message', () => {
    const error = errorOf(sent(failureOf(new AdrasteiaError('LeaseLost', 'another replica works'))));
    expect(error).toBeInstanceOf(AdrasteiaError);
    expect(error).toMatchObject({ code: 'LeaseLost', message: 'another replica works' });
  });

  it('keeps its place, where it is a fault of the program', () => {
    const error = errorOf(sent(failureOf(new TypeError('no such thing'))));
    expect(error).not.toBeInstanceOf(AdrasteiaError);
    expect(error.message).toMatch(/^TypeError: no such thing\n.* at /s);
  });

  it.each(['Unheard', '__proto__', 'constructor'])('is no error of the catalogue with the code %s', (code) => {
    expect(errorOf({ code, message: 'm' })).not.toBeInstanceOf(AdrasteiaError);
  });

  it('may be anything that can be thrown', () => {
    expect(errorOf(sent(failureOf('words'))).message).toBe('words');
  });
});
