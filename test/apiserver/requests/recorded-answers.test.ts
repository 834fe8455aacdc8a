/**
 * Requests and the answers that kube-apiserver v1.34.4 gave to them, one after the other: routes, selectors, options, media types,
 * bodies, refusals. What differs from run to run stands there as `*`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../../../src/api/json';
import { type Asked, RunningServer } from '../running-server';

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
const CHANGING: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'time',
  'continue',
]);
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

let server: RunningServer;
beforeAll(async () => {
  server = await RunningServer.start();
});
afterAll(() => server.stop());

/** The value with `*` for what changes from run to run. */
function masked(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value === 'string') {
    return value
      .replace(UID, '*')
      .replace(/current: \d+/, 'current: *')
      .replace(/record \(\d+\)/, 'record (*)');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      CHANGING.has(name) && typeof member === 'string' && member !== '' ? '*' : masked(member ?? null),
    ]),
  );
}

function answerOf(text: string): JsonValue {
  try {
    return masked(JSON.parse(text) as JsonValue);
  } catch {
    return text.trim();
  }
}

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
    expect({ code, type: headers['content-type'], warning: headers.warning, answer: answerOf(text) }).toEqual({
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
