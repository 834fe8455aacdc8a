import { PROBLEM_CODES, problemOf, refused, statusOf } from '../../../src/adapters/keycloak/problem';
import { AdrasteiaError } from '../../../src/errors';

const ATTEMPT = {
  doing: 'create user "ada"',
  realm: 'company',
  url: 'https://sso.example.org',
  clientId: 'adrasteia',
};

/** What the library throws of an answer. */
function answered(status: number, responseData: unknown = ''): Error {
  return Object.assign(new Error('request failed'), { response: { status }, responseData });
}

describe('a problem with Keycloak', () => {
  it.each([
    [answered(500), 'status 500'],
    [answered(503, '<html>'), 'status 503'],
    [answered(429, { error: 'slow down' }), 'status 429: slow down'],
    [answered(408), 'status 408'],
    [
      new TypeError('fetch failed', { cause: Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' }) }),
      'connect refused',
    ],
    [
      new TypeError('fetch failed', { cause: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }) }),
      'ECONNREFUSED',
    ],
    [new DOMException('late', 'TimeoutError'), 'no answer in the time allowed'],
    [new SyntaxError('Unexpected\n token'), 'Unexpected token'],
    ['thrown text', 'no answer'],
  ])('is that it doesn’t answer where the library throws %s', (thrown, why) => {
    const error = problemOf(ATTEMPT, thrown);
    expect(error).toMatchObject({
      code: PROBLEM_CODES.unavailable,
      message: `cannot create user "ada" in Keycloak realm "company" at https://sso.example.org: ${why}`,
    });
    expect(error.cause).toBe(thrown);
  });

  it.each([
    [answered(400, { errorMessage: 'User email missing' }), /: status 400: User email missing$/],
    [answered(404, { error: 'Realm not found.' }), /: status 404: Realm not found\.$/],
    [answered(409, { errorMessage: 'User exists with same\nemail' }), /: status 409: User exists with same email$/],
    [
      answered(401, { error: 'unauthorized_client', error_description: 'Invalid client secret' }),
      /: status 401: unauthorized_client: Invalid client secret; check id and secret of client "adrasteia"/,
    ],
    [
      answered(403, { error: 'unknown_error' }),
      /; give the service account of client "adrasteia" the roles manage-users/,
    ],
    [answered(302), /: status 302; requests are sent elsewhere: give the address/],
  ])('is a refusal that says what to do, where the answer is %o', (thrown, message) => {
    const error = problemOf(ATTEMPT, thrown);
    expect(error.code).toBe(PROBLEM_CODES.refused);
    expect(error.message).toMatch(message);
  });

  it('stays what it is', () => {
    const error = refused(ATTEMPT, 'no');
    expect(problemOf({ ...ATTEMPT, doing: 'something else' }, error)).toBe(error);
  });

  it('holds the status that was answered', () => {
    expect(statusOf(problemOf(ATTEMPT, answered(409)))).toBe(409);
    expect(statusOf(answered(404))).toBe(404);
    expect(statusOf(refused(ATTEMPT, 'no'))).toBeUndefined();
    expect(statusOf(new AdrasteiaError('UsageInvalid', 'no'))).toBeUndefined();
    expect(statusOf(undefined)).toBeUndefined();
  });
});
