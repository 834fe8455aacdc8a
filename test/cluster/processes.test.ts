import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, isRunning, launch, type ProcessRecord } from './processes';

const SLEEP = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'] as const;

describe('processes', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'adrasteia-processes-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('run until they are ended, and log into the directory', async () => {
    const { record } = launch(directory, 'sleeper', SLEEP);
    await untilTrue(() => isRunning(record));
    expect(readdirSync(directory)).toEqual(['sleeper.log']);
    endProcesses([record]);
    expect(isRunning(record)).toBe(false);
  });

  it('tell how they ended', async () => {
    const { ended } = launch(directory, 'failing', [process.execPath, '-e', 'process.exit(3)']);
    await untilTrue(() => ended() !== undefined);
    expect(ended()).toBe('ended with 3');
  });

  it('whose program is not there are a problem that names it', () => {
    expect(() => launch(directory, 'absent', [join(directory, 'absent')])).toThrow(
      /^absent: ".*absent" cannot be started/,
    );
  });

  it('of somebody else who got the recorded pid are left alone', async () => {
    const stranger = spawn(SLEEP[0], SLEEP.slice(1), { stdio: 'ignore' });
    const gone = new Promise<unknown>((resolve) =>
      stranger.once('exit', (_code, signal) => {
        resolve(signal);
      }),
    );
    const record: ProcessRecord = { name: 'etcd', pid: stranger.pid ?? 0, argv: ['etcd', '--data-dir=/somewhere'] };
    expect(isRunning(record)).toBe(false);
    endProcesses([record]);
    stranger.kill('SIGTERM');
    // It ended by what this test sent, not by what endProcesses sends.
    await expect(gone).resolves.toBe('SIGTERM');
  });
});

async function untilTrue(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setImmediate(resolve));
}
