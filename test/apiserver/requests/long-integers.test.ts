/**
 * Requests with integers that a double doesn't hold, and the answers that kube-apiserver v1.34.4 gave to them, one after the other:
 * custom and built-in objects, all bodies and patches, tables, rules, selectors. What differs from run to run stands there as `*`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../../../src/api/json';
import { type Asked, RunningServer } from '../running-server';
import { maskedAnswer } from './masked-answer';

interface Recorded extends Asked {
  readonly code: number;
  readonly warning?: string;
  readonly answer: JsonValue;
}

interface Awaited {
  /** A path that is asked for until it is there. */
  readonly until: string;
}

const REQUESTS = JSON.parse(readFileSync(join(__dirname, 'cases/long-integers.json'), 'utf8')) as readonly (
  | Recorded
  | Awaited
)[];

let server: RunningServer;
beforeAll(async () => {
  server = await RunningServer.start();
});
afterAll(() => server.stop());

/** Of a YAML document only the spec is compared: the rest holds times. */
function answerOf(text: string): JsonValue {
  return maskedAnswer(text.startsWith('apiVersion:') ? text.slice(text.indexOf('\nspec:\n')) : text);
}

describe('an integer of 64 bits keeps its digits, as with kube-apiserver', () => {
  test.each(REQUESTS.map((request) => [wordsOf(request), request] as const))('%s', async (_, request) => {
    if ('until' in request) {
      while ((await server.ask({ path: request.until })).code !== 200);
      return;
    }
    const { code, headers, text } = await server.ask(request);
    expect({ code, warning: headers.warning, answer: answerOf(text) }).toEqual({
      code: request.code,
      warning: request.warning,
      answer: request.answer,
    });
  });

  test('a watch brings them too', async () => {
    const path = '/apis/numbers.example.org/v1/namespaces/default/numbers';
    const { text } = await server.ask({ path: `${path}?watch=true&resourceVersion=0&timeoutSeconds=1` });
    expect(text).toContain('"whole":9223372036854775805');
  });
});

function wordsOf(request: Recorded | Awaited): string {
  if ('until' in request) return `GET ${request.until} until it is there`;
  const { method = 'GET', path, headers, body } = request;
  const words = [method, path, headers, body].filter((word) => word !== undefined);
  return words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ');
}
