/** `adra up` with a Kubernetes API of its own, as a process: what is kept, what ends with what. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { ADRA, adra, isAlive, recordsIn, type Spoken, startUntil } from './adra-up';

jest.setTimeout(120_000);

const TEMPLATE = `
apiVersion: adrasteia.dev/v1alpha1
kind: EnvironmentTemplate
metadata: {name: site}
spec:
  workloads:
    - name: main
      container:
        image: docker.io/nginxinc/nginx-unprivileged:1.27-alpine
        ports: [{name: http, port: 8080}]
`;

describe('adra up', () => {
  let home: string;
  let file: string;
  const all: Spoken[] = [];

  /** Runs until everything is applied. */
  const up = async (...flags: string[]): Promise<Spoken> => {
    const one = await startUntil('/site ', [ADRA, 'up', file, ...flags], home);
    all.push(one);
    return one;
  };
  const end = async ({ child, ended }: Spoken): Promise<number | null> => {
    child.kill('SIGINT');
    return ended;
  };
  const partsOf = ({ text }: Spoken): readonly number[] =>
    [...text().matchAll(/^process (\d+): /gm)].map(([, pid]) => Number(pid));
  const serverOf = ({ text }: Spoken): string => /https:\/\/127\.0\.0\.1:\d+/.exec(text())?.[0] ?? '';
  const templates = (): string => adra(['get', 'environmenttemplates', '-o', 'name'], home).stdout;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'adra-up-'));
    file = join(home, 'template.yaml');
    writeFileSync(file, TEMPLATE);
  });
  afterEach(async () => {
    for (const { child, ended } of all.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(home, { recursive: true });
  });

  test('says first what it is, that nodes are simulated, and how kubectl reaches it', async () => {
    const one = await up();
    expect(one.text().split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(
        /^an embedded Kubernetes API v1\.34\.\d+ at https:\/\/127\.0\.0\.1:\d+, data in .*\/embedded, kept between runs$/,
      ),
      expect.stringContaining('no container runs'),
      `for kubectl: export KUBECONFIG=${join(home, 'embedded', 'kubeconfig')}`,
    ]);
    expect(await end(one)).toBe(0);
  });

  test('is found by other commands while it runs, and forgotten when it ends', async () => {
    const one = await up('--memory');
    expect(templates()).toBe('environmenttemplate.adrasteia.dev/site\n');
    expect(await end(one)).toBe(0);
    expect(recordsIn(home)).toEqual([]);
    expect(adra(['get'], home)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no cluster is named') as string,
    });
  });

  test('keeps objects, keys and port, also when it is killed', async () => {
    const first = await up();
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await up();
    expect(second.text()).toContain('environmenttemplate.adrasteia.dev/site unchanged');
    expect(serverOf(second)).toBe(serverOf(first));
    expect(await end(second)).toBe(0);
    const third = await up('--reset');
    expect(third.text()).toContain('environmenttemplate.adrasteia.dev/site applied');
    expect(await end(third)).toBe(0);
  });

  test('does not share its data with another one', async () => {
    const one = await up();
    expect(adra(['up', '--once', file], home)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /is in use: process \d+ has it open.*--data, or --memory\ncode: StorageLocked\n$/,
      ) as string,
    });
    expect(templates()).toBe('environmenttemplate.adrasteia.dev/site\n');
    expect(await end(one)).toBe(0);
  });

  describe('--separate', () => {
    test('runs three processes, each by its number, which end with it in order', async () => {
      const one = await up('--separate');
      const parts = partsOf(one);
      expect(new Set([...parts, one.child.pid]).size).toBe(4);
      expect(parts.filter(isAlive)).toEqual(parts);
      expect(templates()).toBe('environmenttemplate.adrasteia.dev/site\n');
      expect(await end(one)).toBe(0);
      expect(parts.filter(isAlive)).toEqual([]);
    });

    test('leaves none behind when it is killed', async () => {
      const one = await up('--separate', '--memory');
      one.child.kill('SIGKILL');
      expect(await eventually('the parts end', () => !partsOf(one).some(isAlive))).toBe(true);
    });

    test.each([0, 1, 2])('ends as a whole when part %i is killed, and says which', async (index) => {
      const one = await up('--separate', '--memory');
      const parts = partsOf(one);
      process.kill(parts[index] ?? 0, 'SIGKILL');
      expect(await one.ended).toBe(1);
      expect(one.text()).toMatch(/error: .* ended by itself: it ended with SIGKILL.*\ncode: PartEnded\n$/);
      expect(parts.filter(isAlive)).toEqual([]);
    });
  });
});
