import { ProbeServer } from '../../src/controller/probe-server';

const state = { isHealthy: true, isReady: false };
const server = new ProbeServer({
  isHealthy: () => state.isHealthy,
  isReady: () => state.isReady,
  metrics: () => Promise.resolve({ contentType: 'text/plain', body: 'a_metric 1\n' }),
});
let address = '';

beforeAll(async () => {
  address = `http://127.0.0.1:${await server.listen(0, '127.0.0.1', ['/healthz', '/readyz', '/metrics'])}`;
});
afterAll(() => server.close());

const status = async (path: string): Promise<number> => (await fetch(`${address}${path}`)).status;

describe('the probes', () => {
  test('say not yet until the caches are there, and ok then', async () => {
    expect(await status('/readyz')).toBe(503);
    state.isReady = true;
    expect(await status('/readyz')).toBe(200);
  });

  test('say that the process is to end when it can’t go on', async () => {
    expect(await status('/healthz')).toBe(200);
    state.isHealthy = false;
    expect(await status('/healthz')).toBe(503);
  });

  test('give the metrics page, and nothing else', async () => {
    expect(await (await fetch(`${address}/metrics`)).text()).toBe('a_metric 1\n');
    expect(await status('/')).toBe(404);
  });
});
