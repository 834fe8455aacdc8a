/**
 * The main job, as the README has it: `npm start -- --once -o json`, in a process of its own, on a Kubernetes API of its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, ROOT, recordsIn, START, startUntil } from './adra-up';

jest.setTimeout(600_000);

const OTHERS = join(ROOT, '../shared/seeds/samples/kode');

interface Row {
  readonly kind: string;
  readonly name: string;
  readonly ready: boolean;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

const home = mkdtempSync(join(tmpdir(), 'adra-main-job-'));
const started = spawnSync(process.execPath, [START, '--once', '-o', 'json'], {
  cwd: ROOT,
  env: environmentOf(home),
  encoding: 'utf8',
  timeout: 590_000,
});
const rows = started.status === 0 ? (JSON.parse(started.stdout) as { items: Row[] }).items : [];
afterAll(() => {
  rmSync(home, { recursive: true });
});

const ready = (kind: string): string[] => rows.filter((row) => row.kind === kind && row.ready).map(({ name }) => name);

describe('npm start -- --once -o json', () => {
  test('ends by itself, with data on standard output alone', () => {
    expect({ status: started.status, stderr: started.status === 0 ? '' : started.stderr }).toEqual({
      status: 0,
      stderr: '',
    });
    expect(rows.length).toBeGreaterThan(0);
  });

  test('makes every example ready, and says that it is simulated', () => {
    expect(ready('Environment')).toEqual(['my-editor', 'my-site', 'thesis']);
    for (const row of rows.filter((item) => item.ready)) expect(row.status).toBe('Ready (simulated)');
  });

  test('leaves nothing running', () => {
    expect(recordsIn(home)).toEqual([]);
  });
});

// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it
const withOthers = existsSync(OTHERS) ? describe : describe.skip;

withOthers('the nine published objects of kode-operator (where a copy lies beside the checkout)', () => {
  test('are applied in one go, with every correction announced', () => {
    const corrections = started.stderr.split('\n').filter((line) => line.startsWith('corrected'));
    expect(corrections.filter((line) => line.includes('lacks the group'))).toHaveLength(5);
    expect(corrections.filter((line) => line.includes('spec.envoyProxyRef.kind: missing'))).toHaveLength(1);
    expect(corrections).toHaveLength(6);
  });

  test('exactly the one without a proxy becomes ready, and a Kode of ours on their cluster template', () => {
    expect(ready('Kode')).toEqual(['my-code-server', 'my-desktop']);
  });

  test.each([
    ['my-kode-instance', 'EnvoyProxyConfig default/my-envoy-proxy-template'],
    ['secure-code-server', 'EnvoyProxyClusterConfig basic-auth-proxy'],
  ])('%s is Unreachable, and says what asks for a sign-in', (name, askedBy) => {
    const row = rows.find((item) => item.name === name);
    expect(row).toMatchObject({ ready: false, status: 'Unreachable', reason: 'AccessLayerMissing' });
    expect(row?.message).toContain(askedBy);
  });
});

describe('npm start without --once', () => {
  test('serves until Ctrl-C, then ends in order; what it made is there again', async () => {
    const { child, ended, text } = await startUntil('thesis Ready (simulated)', [START], home);
    expect(text()).toContain('environment.adrasteia.dev/thesis unchanged');
    expect(recordsIn(home)).toHaveLength(1);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(recordsIn(home)).toEqual([]);
  });
});
