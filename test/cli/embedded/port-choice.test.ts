import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { choosePort, USUAL_PORT } from '../../../src/cli/embedded/port-choice';

const host = '127.0.0.1';

describe('the port of an embedded API', () => {
  let taken: Server;
  let port: number;

  beforeEach(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, host, resolve));
    ({ port } = taken.address() as AddressInfo);
  });
  afterEach(async () => {
    await new Promise((resolve) => taken.close(resolve));
  });

  it('is the one asked for, or none', async () => {
    await expect(choosePort({ host, asked: port })).rejects.toMatchObject({
      code: 'PortTaken',
      message: `cannot listen on ${host}:${String(port)}: something else does: choose another port by --port, or leave it out`,
    });
    await new Promise((resolve) => taken.close(resolve));
    expect(await choosePort({ host, asked: port, kept: 1 })).toBe(port);
  });

  it('is any, where that is asked for', async () => {
    expect(await choosePort({ host, asked: 0, kept: port })).toBe(0);
  });

  it('is that of the run before while it is free, so that kubeconfigs stay true', async () => {
    expect(await choosePort({ host, kept: port })).not.toBe(port);
    await new Promise((resolve) => taken.close(resolve));
    expect(await choosePort({ host, kept: port })).toBe(port);
  });

  it('is near the usual one otherwise', async () => {
    const chosen = await choosePort({ host });
    expect(chosen).toBeGreaterThanOrEqual(USUAL_PORT);
    expect(chosen).toBeLessThan(USUAL_PORT + 20);
  });
});
