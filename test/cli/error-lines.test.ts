import { errorLines } from '../../src/cli/error-lines';
import { AdrasteiaError } from '../../src/errors';

describe('errors', () => {
  const error = new AdrasteiaError('ApiInvalid', 'cannot apply it:\n  no', {
    cause: new Error('first', { cause: { message: 'second' } }),
  });

  it('are one line with the message and one with the code', () => {
    expect(errorLines(error, { verbose: false })).toEqual(['error: cannot apply it: no', 'code: ApiInvalid']);
  });

  it('show the chain of causes when asked', () => {
    expect(errorLines(error, { verbose: true }).slice(2)).toEqual(['caused by: first', 'caused by: second']);
  });

  it('that are none of ours are called a fault, with their place when asked', () => {
    expect(errorLines(new TypeError('x is not a function'), { verbose: false })).toEqual([
      'error: x is not a function',
      'this is a fault of adra; --verbose shows where',
    ]);
    expect(errorLines(new TypeError('x'), { verbose: true }).slice(1, 3)).toEqual([
      'TypeError: x',
      expect.stringMatching(/^ +at /),
    ]);
  });

  it('end where a cause is its own cause', () => {
    const circle = new Error('round');
    circle.cause = circle;
    expect(errorLines(circle, { verbose: true }).length).toBeLessThan(60);
  });
});
