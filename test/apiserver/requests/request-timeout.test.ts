import { requestInfoOf } from '../../../src/apiserver/requests/request-info';
import { checkTimeout } from '../../../src/apiserver/requests/request-timeout';
import { StatusError } from '../../../src/apiserver/status-error';

function problemOf(path: string, query: string): string | undefined {
  const parameters = new URLSearchParams(query);
  try {
    checkTimeout(requestInfoOf('GET', path, parameters), parameters);
    return undefined;
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 400) return error.status.message;
    throw error;
  }
}

const PREFIX = 'invalid timeout specified in the request URL - time: ';

describe('the timeout that a request names', () => {
  // What a v1.34 server answers.
  it.each([
    { timeout: 'invalid', because: 'invalid duration "invalid"' },
    { timeout: '5', because: 'missing unit in duration "5"' },
    { timeout: '5x', because: 'unknown unit "x" in duration "5x"' },
    { timeout: '.s', because: 'invalid duration ".s"' },
    { timeout: '-', because: 'invalid duration "-"' },
  ])('is refused where it is no duration: $timeout', ({ timeout, because }) => {
    expect(problemOf('/version', `timeout=${timeout}`)).toBe(`${PREFIX}${because}`);
  });

  it.each(['', '0', '0s', '3m', '1h3m.5s', '1.5h', '-1s'])('may be any duration: "%s"', (timeout) => {
    expect(problemOf('/version', `timeout=${timeout}`)).toBeUndefined();
  });

  it('is not looked at where a request goes on', () => {
    expect(problemOf('/api/v1/namespaces', 'watch=1&timeout=invalid')).toBeUndefined();
    expect(problemOf('/api/v1/namespaces/default/pods/web/log', 'timeout=invalid')).toBeUndefined();
    expect(problemOf('/api/v1/namespaces/default/pods/web', 'timeout=invalid')).toBeDefined();
  });
});
