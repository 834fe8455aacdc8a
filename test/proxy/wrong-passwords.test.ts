/**
 * Ten thousand wrong passwords: few are compared, and all are refused. The gate runs on an embedded API, behind a real Envoy;
 * where clients have addresses of their own it is asked as a sidecar asks, since here all of them are loopback's.
 */
import { hashSync } from 'bcryptjs';
import { Pool } from 'undici';
import type { EnvironmentAccess } from '../../src/access/environment-access';
import { requestWith } from '../programs/gate/authorization/sample-access';
import { RunningGate } from '../programs/gate/running-gate';
import { environmentAccess } from '../support/envoy/access';
import { RecordingApp } from '../support/envoy/recording-app';
import { freePort, RunningSidecar } from '../support/envoy/running-sidecar';
import { eventually } from '../support/eventually';

jest.setTimeout(180_000);

const ATTEMPTS = 10_000;
const AT_ONCE = 20;

interface Attempt {
  readonly user: string;
  readonly password: string;
  /** Of the client. */
  readonly address: string;
}

const passwordOf = (user: string): string => `the password of ${user}`;

const right = (user: string, address = '192.0.2.1'): Attempt => ({ user, password: passwordOf(user), address });

let gate: RunningGate;
let app: RecordingApp;
let access: EnvironmentAccess;

beforeEach(async () => {
  gate = await RunningGate.start();
  app = await RecordingApp.start();
  // Cheap hashes: comparing all would be noticed by their number and not by the clock.
  await gate.putSecret('users', {
    auth: ['ada', 'grace'].map((user) => `${user}:${hashSync(passwordOf(user), 4)}`).join('\n'),
  });
  const wanted = environmentAccess({
    spec: {
      listenPort: await freePort(),
      app: { port: app.port, basePath: 'Keep', view: 'None' },
      authenticate: { method: 'Basic', basic: { secret: { name: 'users' } } },
      authorize: [{ grants: ['ada', 'grace'].map((user) => ({ user, level: 'Use' as const })) }],
    },
  });
  access = await gate.addAccess({ ...wanted, metadata: { name: 'thesis', namespace: 'team' } });
  await eventually('ada gets in', async () => (await ask(right('ada'))) === 200);
}, 60_000);

afterEach(async () => {
  await app.stop();
  await gate.stop();
}, 60_000);

const authorizationOf = ({ user, password }: Attempt) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** Asks the gate about an attempt, as a sidecar does; gives the status. */
async function ask(attempt: Attempt): Promise<number> {
  const request = requestWith({ headers: authorizationOf(attempt), sourceAddress: attempt.address });
  const { kind, status } = await gate.check(access, request);
  return kind === 'Ok' ? 200 : status;
}

/** Makes all attempts, some at a time; gives how many were answered by each status. */
async function attemptAll(
  attemptAt: (index: number) => Attempt,
  make: (attempt: Attempt) => Promise<number>,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < ATTEMPTS; index = next++) {
      const status = await make(attemptAt(index));
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return counts;
}

/** Checks that all were refused, and that as many were compared as were told so, which are few. */
async function expectRefused({ 401: wrong = 0, 429: unheard = 0, ...others }: Readonly<Record<string, number>>) {
  expect(others).toEqual({});
  expect(wrong + unheard).toBe(ATTEMPTS);
  const { body } = await gate.get('metrics', '/metrics');
  const compared = /^adrasteia_gate_credentials_total\{method="Basic",result="WrongCredentials"\} (\d+)$/m.exec(body);
  expect(Number(compared?.[1])).toBe(wrong);
  // The burst of an environment, and what a slow machine's minutes add to it.
  expect(wrong).toBeLessThan(ATTEMPTS / 10);
}

const byOne = (index: number): Attempt => ({ user: 'ada', password: `${index}`, address: '203.0.113.7' });
const addressAt = (index: number): string => `10.1.${index >> 8}.${index & 255}`;

test.each<readonly [string, (index: number) => Attempt]>([
  ['for one user from as many addresses', (index) => ({ ...byOne(index), address: addressAt(index) })],
  [
    'for as many users from as many addresses',
    (index) => ({ user: `user-${index}`, password: 'guess', address: addressAt(index) }),
  ],
])(
  '10,000 wrong passwords %s are refused, and few compared; who was right before gets in',
  async (_title, attemptAt) => {
    await expectRefused(await attemptAll(attemptAt, ask));
    expect(await ask(right('ada'))).toBe(200);
  },
);

test('10,000 from one address keep out nobody at another one, and not who was right before', async () => {
  await expectRefused(await attemptAll(byOne, ask));
  expect(await ask(right('ada'))).toBe(200);
  expect(await ask(right('grace', '203.0.113.7'))).toBe(429);
  expect(await ask(right('grace', '198.51.100.3'))).toBe(200);
});

test('10,000 wrong passwords through the sidecar are refused, and the app hears of none', async () => {
  const sidecar = await RunningSidecar.start(access, gate.ports);
  const pool = new Pool(`http://127.0.0.1:${access.spec.listenPort}`, { connections: AT_ONCE });
  try {
    await sidecar.becomesReady();
    const counts = await attemptAll(byOne, async (attempt) => {
      const headers = { host: 'thesis.example.org', ...authorizationOf(attempt) };
      const { statusCode, body } = await pool.request({ method: 'GET', path: '/', headers });
      await body.dump();
      return statusCode;
    });
    await expectRefused(counts);
    expect(app.arrivals).toEqual([]);
  } finally {
    await pool.close();
    await sidecar.stop();
  }
});
