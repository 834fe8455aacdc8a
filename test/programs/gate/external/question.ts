/** A question to an external authoriser. */
import type { ExternalQuestion } from '../../../../src/programs/gate/external/external-authorizer';
import { ADA } from '../authorization/authorizer-harness';
import { requestWith } from '../authorization/sample-access';

export function questionWith(overrides: Partial<ExternalQuestion> = {}): ExternalQuestion {
  return {
    environment: 'team/thesis',
    address: { scheme: 'https', host: 'thesis.example.org', path: '/' },
    request: requestWith({
      method: 'POST',
      path: '/api/kernels?x=1',
      headers: {
        authorization: 'Bearer of-the-app',
        cookie: 'all=1; adrasteia-session=2',
        'x-secret-of-the-app': '1',
        upgrade: 'websocket',
      },
    }),
    cookies: 'all=1',
    identity: ADA,
    level: 'Use',
    seesAuthorization: true,
    ...overrides,
  };
}
