import {
  apiStatusOf,
  connectionFailure,
  isDeadConnection,
  readStatus,
  refusal,
  saysObjectIsAbsent,
} from '../../../src/adapters/kubernetes/errors';

const TARGET = { verb: 'apply', kind: 'Kode', namespace: 'team-a', name: 'thesis' } as const;

function status(code: number, reason: string, message = 'words', details?: unknown): string {
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details });
}

describe('a refusal', () => {
  it.each([
    [401, status(401, 'Unauthorized'), 'ApiUnauthorized'],
    [403, status(403, 'Forbidden'), 'ApiForbidden'],
    [404, status(404, 'NotFound'), 'ApiNotFound'],
    [409, status(409, 'AlreadyExists'), 'ApiAlreadyExists'],
    [409, status(409, 'Conflict'), 'ApiConflict'],
    [410, status(410, 'Expired'), 'ApiExpired'],
    [413, status(413, 'RequestEntityTooLarge'), 'ApiTooLarge'],
    [400, status(400, 'BadRequest'), 'ApiInvalid'],
    [422, status(422, 'Invalid'), 'ApiInvalid'],
    [415, 'unsupported', 'ApiInvalid'],
    [429, status(429, 'TooManyRequests'), 'ApiTooManyRequests'],
    [504, status(504, 'Timeout'), 'ApiTimeout'],
    [500, status(500, 'ServerTimeout'), 'ApiTimeout'],
    [500, status(500, 'InternalError'), 'ApiInternal'],
    [503, 'apiserver is shutting down', 'ApiInternal'],
    [302, '<html>sign in</html>', 'ApiInternal'],
    [500, status(500, '', 'etcdserver: request is too large'), 'ApiTooLarge'],
    [
      500,
      status(
        500,
        '',
        'rpc error: code = ResourceExhausted desc = trying to send message larger than max (3000000 vs. 2097152)',
      ),
      'ApiTooLarge',
    ],
    [
      422,
      status(
        422,
        'Invalid',
        'ConfigMap "a" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
      ),
      'ApiTooLarge',
    ],
    [
      422,
      status(422, 'Invalid', 'ConfigMap "a" is invalid: []: Too long: must have at most 1048576 bytes'),
      'ApiTooLarge',
    ],
    [
      422,
      status(422, 'Invalid', 'Kode "a" is invalid: spec.title: Too long: may not be more than 20 bytes'),
      'ApiInvalid',
    ],
  ])('of status %i with %s is %s', (code, body, expected) => {
    expect(refusal(TARGET, readStatus(code, body)).code).toBe(expected);
  });

  it('names verb, kind and object and keeps the words of the server on one line', () => {
    const error = refusal(
      TARGET,
      readStatus(403, status(403, 'Forbidden', 'admission webhook "x" denied:\n  no entry')),
    );
    expect(error.message).toBe('cannot apply Kode team-a/thesis: admission webhook "x" denied: no entry');
  });

  it('keeps the server’s status and causes for programs', () => {
    const causes = [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.spec.replicas' }];
    const error = refusal(TARGET, readStatus(409, status(409, 'Conflict', 'words', { name: 'thesis', causes })));
    expect(apiStatusOf(error)).toMatchObject({ code: 409, reason: 'Conflict', objectName: 'thesis', causes });
    expect(apiStatusOf(new Error('other'))).toBeUndefined();
  });

  it('carries the pause that the server asks for, the header before the body', () => {
    const body = status(429, 'TooManyRequests', 'words', { retryAfterSeconds: 7 });
    expect(refusal(TARGET, readStatus(429, body), '3').retryAfterMs).toBe(3000);
    expect(refusal(TARGET, readStatus(429, body)).retryAfterMs).toBe(7000);
    expect(refusal(TARGET, readStatus(429, 'slow down')).retryAfterMs).toBeUndefined();
  });

  it('says so where it is the kind that is missing', () => {
    expect(refusal(TARGET, readStatus(404, '404 page not found\n')).message).toBe(
      'cannot apply Kode team-a/thesis: 404 page not found (the kind is not served here)',
    );
  });

  it('shows no markup of a proxy’s error page', () => {
    expect(refusal(TARGET, readStatus(502, '<html><body>secret page</body></html>')).message).toBe(
      'cannot apply Kode team-a/thesis: HTTP status 502',
    );
  });
});

describe('an absent object', () => {
  it.each([
    [status(404, 'NotFound', 'kodes "thesis" not found', { name: 'thesis', kind: 'kodes' }), true],
    [status(404, 'NotFound', 'the server could not find the requested resource', {}), false],
    ['404 page not found', false],
  ])('is told from a kind that is not served: %s', (body, absent) => {
    expect(saysObjectIsAbsent(readStatus(404, body))).toBe(absent);
  });
});

describe('a failed connection', () => {
  const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

  it('is unreachable, or timed out where the answer did not come', () => {
    expect(
      connectionFailure(TARGET, 'https://a:1', failure('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:1')),
    ).toMatchObject({
      code: 'ApiUnreachable',
      message: 'cannot apply Kode team-a/thesis: https://a:1: connect ECONNREFUSED 10.0.0.1:1',
    });
    expect(
      connectionFailure(TARGET, 'https://a:1', failure('UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error')),
    ).toMatchObject({
      code: 'ApiTimeout',
      message: 'cannot apply Kode team-a/thesis: https://a:1: no answer in the time allowed',
    });
  });

  it('names the reason where several addresses were tried', () => {
    const error = new AggregateError([failure('ECONNREFUSED', 'connect ECONNREFUSED ::1:1')], '');
    expect(connectionFailure(TARGET, 'https://a:1', error).message).toMatch(/: connect ECONNREFUSED ::1:1$/);
  });

  it('is told from one that died while kept', () => {
    expect(isDeadConnection(failure('UND_ERR_SOCKET', 'other side closed'))).toBe(true);
    expect(isDeadConnection(failure('ECONNREFUSED', 'refused'))).toBe(false);
  });
});
