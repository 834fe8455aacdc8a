/** Environments below a path of a host that they share, on a real Envoy. */
import type { EnvironmentAccessSpec } from '../../src/access/environment-access';
import { ProxiedEnvironment } from '../support/envoy/proxied-environment';

const ADDRESS = { scheme: 'https', host: 'dev.example.org:8443', path: '/team-a/thesis' } as const;

const app = (basePath: 'Keep' | 'Strip'): Partial<EnvironmentAccessSpec> => ({
  address: ADDRESS,
  app: { port: 1, basePath, view: 'None' },
});

describe.each(['Keep', 'Strip'] as const)('with the path prefix: %s', (basePath) => {
  let environment: ProxiedEnvironment;

  beforeAll(async () => {
    environment = await ProxiedEnvironment.start(app(basePath));
  }, 120_000);

  afterAll(async () => {
    await environment.stop();
  });

  beforeEach(() => {
    environment.app.arrivals.length = 0;
    environment.gate.asked.length = 0;
  });

  test.each([
    '/',
    '/team-a',
    '/team-a/thesis-2/',
    '/team-a/thesis/../other/',
    '/team-a/thesis%2F..%2Fother/',
    '/team-a/thesis/%2e%2e/other/',
  ])('%s is another environment’s: neither gate nor app hear of it', async (path) => {
    expect((await environment.sidecar.ask(path)).status).toBe(404);
    expect([environment.app.arrivals, environment.gate.asked]).toEqual([[], []]);
  });

  test('the gate sees the path that browsers see', async () => {
    await environment.sidecar.ask('/team-a/thesis/lab?x=1');
    expect(environment.gate.asked.map(({ path }) => path)).toEqual(['/team-a/thesis/lab?x=1']);
  });

  test('the app is told the address that browsers see', async () => {
    await environment.sidecar.ask('/team-a/thesis/', { headers: { 'x-forwarded-prefix': '/evil' } });
    expect(environment.app.arrivals[0]?.headers).toMatchObject({
      host: 'dev.example.org:8443',
      'x-forwarded-host': 'dev.example.org:8443',
      'x-forwarded-proto': 'https',
    });
    const prefix = environment.app.arrivals[0]?.headers['x-forwarded-prefix'];
    expect(prefix).toBe(basePath === 'Strip' ? '/team-a/thesis' : undefined);
  });

  test(basePath === 'Strip' ? 'the app is asked without the prefix' : 'the app is asked with the prefix', async () => {
    const kept = basePath === 'Keep' ? '/team-a/thesis' : '';
    for (const path of ['/', '/lab?x=1', '//evil.example/', '/a%20b'])
      await environment.sidecar.ask(`/team-a/thesis${path}`);
    expect(environment.app.arrivals.map(({ url }) => url)).toEqual(
      ['/', '/lab?x=1', '/evil.example/', '/a%20b'].map((path) => `${kept}${path}`),
    );
  });

  test('the prefix without its slash', async () => {
    const reply = await environment.sidecar.ask('/team-a/thesis?x=1');
    if (basePath === 'Keep') {
      expect(environment.app.arrivals.map(({ url }) => url)).toEqual(['/team-a/thesis?x=1']);
    } else {
      expect([reply.status, reply.headers['location']]).toEqual([
        307,
        'https://dev.example.org:8443/team-a/thesis/?x=1',
      ]);
    }
  });

  test('the access log has the path that browsers see', async () => {
    await environment.sidecar.ask('/team-a/thesis/logged?x=1');
    expect((await environment.sidecar.nextLogged('/team-a/thesis/logged'))['status']).toBe(200);
  });
});
