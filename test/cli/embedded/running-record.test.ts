import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passingKubeconfig, recordRunning, runningApis, sweepRecords } from '../../../src/cli/embedded/running-record';

const API = { server: 'https://127.0.0.1:26443', kubeconfig: '/data/kubeconfig' };

describe('the records of running APIs', () => {
  let home: string;
  const recordPath = (): string => join(home, 'running', `${String(process.pid)}.json`);
  const rewrite = (change: Record<string, unknown>): void => {
    const record = JSON.parse(readFileSync(recordPath(), 'utf8')) as Record<string, unknown>;
    writeFileSync(recordPath(), JSON.stringify({ ...record, ...change }));
  };

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'adra-records-'));
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  it('are none before anything has run', () => {
    expect(runningApis(home)).toEqual([]);
    expect(runningApis(join(home, 'absent'))).toEqual([]);
  });

  it('tell of an API as long as it runs', () => {
    const forget = recordRunning(home, API);
    expect(runningApis(home)).toEqual([{ ...API, pid: process.pid }]);
    forget();
    expect(runningApis(home)).toEqual([]);
  });

  it('are for their user alone', () => {
    recordRunning(home, API);
    expect(statSync(recordPath()).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'running')).mode & 0o777).toBe(0o700);
  });

  it.each([
    // The largest number that Linux gives out is 2^22.
    { change: { pid: 2 ** 22 + 1 }, because: 'its process is gone' },
    { change: { started: '1' }, because: 'its number belongs to another process by now' },
  ])('are stale and swept with the kubeconfig, when $because', ({ change }) => {
    recordRunning(home, API);
    rewrite(change);
    writeFileSync(passingKubeconfig(home, process.pid), '{}');
    expect(runningApis(home)).toEqual([]);
    sweepRecords(home);
    expect(readdirSync(join(home, 'running'))).toEqual([]);
  });

  it('of another host mean nothing here, and are left alone', () => {
    recordRunning(home, API);
    rewrite({ host: 'another.example' });
    sweepRecords(home);
    expect(runningApis(home)).toEqual([]);
    expect(existsSync(recordPath())).toBe(true);
  });

  it.each(['', '{', '[]', '{"pid":"1"}', '{"__proto__":{"pid":1}}'])('that read %j are passed over', (text) => {
    mkdirSync(join(home, 'running'));
    writeFileSync(recordPath(), text);
    sweepRecords(home);
    expect(runningApis(home)).toEqual([]);
  });
});
