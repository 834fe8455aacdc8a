/**
 * A storage whose process or machine dies: by its own hand at every point of the program, in the middle of every system
 * call, and with its power at every moment between what it writes.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskStorage } from '../../../src/apiserver/storage/disk-storage';
import { checkStorage, type Told, toldBy } from './crash-check';
import { cutDisks } from './cut-disks';
import { canTrace, traceWriter, WRITER } from './traced-writer';

describe('a storage whose process or machine dies', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'crash-'));
  });
  afterEach(() => {
    rmSync(base, { recursive: true });
  });

  function run(command: readonly string[], directory: string, point = 0): Told & { readonly signal: string | null } {
    const [program, ...before] = command;
    const writer = [WRITER, directory, String(point)];
    const rest = program === undefined ? writer : [...before, process.execPath, ...writer];
    const { stdout, signal, status } = spawnSync(program ?? process.execPath, rest, {
      encoding: 'utf8',
      // One thread writes, so that its calls can be counted.
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    });
    // A tracer dies as what it traces did, or tells by its status.
    return { ...toldBy(stdout), signal: signal ?? (status === 137 ? 'SIGKILL' : null) };
  }

  it('keeps what it acknowledged, wherever in the program that happens', async () => {
    const revisions = new Set<number>();
    let point = 0;
    for (let isOver = false; !isOver; ) {
      point += 1;
      const directory = join(base, String(point));
      const told = run([], directory, point);
      isOver = told.isDone;
      expect(told.signal).toBe(isOver ? null : 'SIGKILL');
      revisions.add(await checkStorage(directory, told));
    }
    // Enough points, and at different states.
    expect(point).toBeGreaterThan(60);
    expect(revisions.size).toBeGreaterThan(5);
  }, 300_000);

  it('is refused to another process while it lives', async () => {
    const directory = join(base, 'held');
    const storage = DiskStorage.open({ directory });
    const { stderr, status } = spawnSync(process.execPath, [WRITER, directory], { encoding: 'utf8' });
    expect(stderr).toContain(`process ${String(process.pid)} has it open`);
    expect(status).toBe(1);
    await storage.close();
    expect(run([], directory).isDone).toBe(true);
  }, 30_000);

  it('refuses what does not fit into the space it has, shows nothing of it, and goes on when there is more', async () => {
    const directory = join(base, 'full');
    // Files end at 1 MiB, which is less than a storage keeps in reserve; what is beyond fails as on a full disk.
    const full = run(['sh', '-c', 'trap "" XFSZ; ulimit -f 2048; exec "$@"', 'sh'], directory);
    expect(full).toMatchObject({ isDone: true, acknowledged: [], shown: [], signal: null });
    expect(new Set(full.failed)).toEqual(new Set(['StorageFull']));
    const told = run([], directory);
    expect(told).toMatchObject({ isDone: true, failed: [] });
    await checkStorage(directory, told);
  }, 30_000);

  if (!canTrace()) process.stderr.write('Without strace nothing is said about power cuts and single system calls.\n');
  else {
    it.each(['writev', 'pwrite64', 'fdatasync'])(
      'keeps what it acknowledged, whichever %s it is in',
      async (call) => {
        let count = 0;
        for (let isOver = false; !isOver; ) {
          count += 1;
          const directory = join(base, String(count));
          const told = run(tracer(`${call}:signal=SIGKILL:when=${String(count)}`), directory);
          isOver = told.isDone;
          expect(told.signal).toBe(isOver ? null : 'SIGKILL');
          if (told.acknowledged.length > 0) await checkStorage(directory, told);
        }
        expect(count).toBeGreaterThan(8);
      },
      120_000,
    );

    it('keeps what it acknowledged, at whatever moment the power fails', async () => {
      const directory = join(base, 'whole');
      const cut = join(base, 'cut');
      mkdirSync(cut);
      await DiskStorage.open({ directory }).close();
      const before = readFileSync(join(directory, 'data.mdb'));
      const calls = traceWriter(directory, join(base, 'trace'));
      let disks = 0;
      let last = '';
      for (const { file, told } of cutDisks(before, calls)) {
        writeFileSync(join(cut, 'data.mdb'), file);
        await checkStorage(cut, toldBy(told));
        disks += 1;
        last = told;
      }
      expect(disks).toBeGreaterThan(100);
      expect(toldBy(last).isDone).toBe(true);
    }, 120_000);

    it('tells a writer whose flush fails, shows nothing of what was lost, and goes on', async () => {
      let failures = 0;
      for (let count = 1; count < 9; count += 1) {
        const directory = join(base, String(count));
        await DiskStorage.open({ directory }).close();
        const told = run(tracer(`fdatasync:error=EIO:when=${String(count)}`), directory);
        expect(told.isDone).toBe(true);
        for (const code of told.failed) expect(code).toBe('StorageWriteFailed');
        failures += told.failed.length;
        expect(told.shown).toEqual([...told.acknowledged].sort((a, b) => a - b));
        const newest = await checkStorage(directory, told);
        expect(newest).toBe(Math.max(...told.shown));
      }
      expect(failures).toBeGreaterThan(5);
    }, 60_000);
  }
});

function tracer(injection: string): string[] {
  return [
    'strace',
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    'trace=writev,pwrite64,fdatasync',
    '-e',
    `inject=${injection}`,
  ];
}
