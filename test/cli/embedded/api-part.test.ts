import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG_MAP } from '../../../constructs/parts/resource-types';
import { connectCluster } from '../../../src/adapters/kubernetes/client';
import { systemClock } from '../../../src/adapters/system-clock';
import { type ApiSettings, start } from '../../../src/cli/embedded/api-part';
import { placesIn } from '../../../src/cli/embedded/data-directory';
import type { StartedPart } from '../../../src/cli/embedded/part';
import { silentLogger } from '../../support/silent-logger';

const NAME = { namespace: 'default', name: 'kept' };

describe('the API as a part of adra up', () => {
  let folder: string;
  let directory: string;
  let kubeconfig: string;
  const running: StartedPart<unknown>[] = [];

  const run = async (settings: Partial<ApiSettings> = {}): ReturnType<typeof start> => {
    const part = await start(
      { directory, kubeconfig, port: 0, isReset: false, ...settings },
      { clock: systemClock, log: silentLogger(), onFatal: () => undefined },
    );
    running.push(part);
    return part;
  };
  const write = async (): Promise<void> => {
    const cluster = connectCluster({ kubeconfig });
    await cluster.create(CONFIG_MAP, { apiVersion: 'v1', kind: 'ConfigMap', metadata: NAME }, { fieldManager: 'test' });
    await cluster.close();
  };
  const isThere = async (): Promise<boolean> => {
    const cluster = connectCluster({ kubeconfig });
    const object = await cluster.get(CONFIG_MAP, NAME);
    await cluster.close();
    return object !== undefined;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'adra-api-'));
    directory = join(folder, 'data');
    kubeconfig = join(directory, 'kubeconfig');
  });
  afterEach(async () => {
    for (const part of running.splice(0)) await part.stop();
    rmSync(folder, { recursive: true });
  });

  it('answers to its kubeconfig, which is for its user alone', async () => {
    const { facts } = await run();
    expect(facts).toMatchObject({
      server: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as string,
      version: expect.stringMatching(/^v1\.34\./) as string,
    });
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(await isThere()).toBe(false);
  });

  it('keeps objects, keys and its port from run to run', async () => {
    const first = await run();
    await write();
    const before = readFileSync(kubeconfig, 'utf8');
    await first.stop();
    const second = await run({ port: undefined });
    expect(await isThere()).toBe(true);
    expect(second.facts).toEqual(first.facts);
    expect(readFileSync(kubeconfig, 'utf8')).toBe(before);
  });

  it('keeps nothing in memory', async () => {
    const settings = { directory: undefined };
    const first = await run(settings);
    await write();
    await first.stop();
    await run(settings);
    expect(await isThere()).toBe(false);
  });

  it('removes, when reset, the objects and nothing else', async () => {
    const first = await run();
    await write();
    await first.stop();
    const foreign = join(placesIn(directory).storage, 'notes.txt');
    writeFileSync(foreign, 'mine');
    const second = await run({ isReset: true });
    expect(await isThere()).toBe(false);
    expect(second.facts.authority).toBe(first.facts.authority);
    expect(readFileSync(foreign, 'utf8')).toBe('mine');
  });

  it.each([false, true])(
    'refuses a directory that is in use, also to reset it (%p), and harms nothing',
    async (isReset) => {
      await run();
      await write();
      await expect(run({ isReset })).rejects.toMatchObject({
        code: 'StorageLocked',
        message: expect.stringContaining('choose another directory by --data') as string,
      });
      expect(await isThere()).toBe(true);
    },
  );

  it('says of a damaged storage how to go on, and is reset out of it', async () => {
    const { storage } = placesIn(directory);
    mkdirSync(storage, { recursive: true });
    writeFileSync(join(storage, 'data.mdb'), 'no storage at all');
    await expect(run()).rejects.toMatchObject({
      code: 'StorageDamaged',
      message: expect.stringContaining('--reset') as string,
    });
    await run({ isReset: true });
    expect(await isThere()).toBe(false);
  });

  it('refuses a port that is taken, and gives its directory back', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    await expect(run({ port })).rejects.toMatchObject({ code: 'PortTaken' });
    await new Promise((resolve) => other.close(resolve));
    await run({ port });
  });
});
