/**
 * Requests and the answers that kube-apiserver v1.34.4 gave to them, one after the other: routes, selectors, options, media types,
 * bodies, refusals. What differs from run to run stands there as `*`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../../../src/api/json';
import { type Asked, RunningServer } from '../running-server';
import { maskedAnswer } from './masked-answer';

interface Recorded extends Asked {
  /** Absent where the answer doesn't matter. */
  readonly code?: number;
  /** Default `application/json`. */
  readonly type?: string;
  readonly warning?: string;
  readonly answer?: JsonValue;
  /** A path that is asked for until it is there. */
  readonly until?: string;
}

const REQUESTS = JSON.parse(
  readFileSync(join(__dirname, 'cases/recorded-answers.json'), 'utf8'),
) as readonly Recorded[];
let server: RunningServer;
beforeAll(async () => {
  server = await RunningServer.start();
});
afterAll(() => server.stop());

async function untilThere(path: string): Promise<void> {
  while ((await server.ask({ path })).code !== 200);
}

describe('the API answers as kube-apiserver does', () => {
  test.each(REQUESTS.map((request) => [wordsOf(request), request] as const))('%s', async (_, request) => {
    if (request.until !== undefined) {
      await untilThere(request.until);
      return;
    }
    const { code, headers, text } = await server.ask(request);
    if (request.code === undefined) {
      expect(code).toBeLessThan(300);
      return;
    }
    const { type = 'application/json', warning, answer } = request;
    expect({ code, type: headers['content-type'], warning: headers.warning, answer: maskedAnswer(text) }).toEqual({
      code: request.code,
      type,
      warning,
      answer,
    });
  });
});

function wordsOf({ until, method = 'GET', path, headers, body }: Recorded): string {
  if (until !== undefined) return `GET ${until} until it is there`;
  const words = [method, path, headers, body].filter((word) => word !== undefined);
  return words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ');
}
