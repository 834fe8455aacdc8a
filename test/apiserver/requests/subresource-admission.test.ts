/**
 * What is posted to a part of an object passes admission too: requests, and the answers that kube-apiserver v1.34.4 gave to them where
 * a policy refuses bindings, evictions and tokens of what is called `held`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../../../src/api/json';
import { type Asked, RunningServer } from '../running-server';
import { maskedAnswer } from './masked-answer';

interface Recorded extends Asked {
  readonly code: number;
  /** Absent where it is of no interest. */
  readonly answer?: JsonValue;
}

const REQUESTS = JSON.parse(
  readFileSync(join(__dirname, 'cases/subresource-admission.json'), 'utf8'),
) as readonly Recorded[];

let server: RunningServer;
beforeAll(async () => {
  server = await RunningServer.start();
  const path = '/api/v1/namespaces/default/serviceaccounts';
  await server.ask({ method: 'POST', path, body: { metadata: { name: 'default' } } });
});
afterAll(() => server.stop());

describe('what is posted to a part of an object passes admission, as with kube-apiserver', () => {
  test.each(REQUESTS.map((request) => [`${request.method ?? 'GET'} ${request.path}`, request] as const))(
    '%s',
    async (_, request) => {
      const { code, text } = await server.ask(request);
      const answer = request.answer === undefined ? undefined : maskedAnswer(text);
      expect({ code, answer }).toEqual({ code: request.code, answer: request.answer });
    },
  );

  test('what was refused is not done', async () => {
    const { object } = await server.json({ path: '/api/v1/namespaces/default/pods/held' });
    expect(object['spec']).not.toHaveProperty('nodeName');
    expect(object.metadata).not.toHaveProperty('deletionTimestamp');
  });
});
