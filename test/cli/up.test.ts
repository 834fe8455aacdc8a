import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAdra } from './recording-surroundings';

describe('adra up', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'adra-up-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    { flags: ['--data', '/none'], named: '--data' },
    { flags: ['--memory'], named: '--memory' },
    { flags: ['--reset'], named: '--reset' },
    { flags: ['--port', '6443'], named: '--port' },
  ])('refuses $flags where a cluster is named: that one has data and a port already', async ({ flags, named }) => {
    for (const cluster of [
      ['--context', 'other'],
      ['--kubeconfig', '/other'],
    ])
      expect(await runAdra(['up', ...cluster, ...flags])).toEqual({
        code: 2,
        stdout: '',
        stderr: `error: cannot take ${named} where a cluster is named: leave it out, or --kubeconfig and --context\ncode: UsageInvalid\n`,
      });
  });

  it('lets variables be that hold for other runs', async () => {
    const { code, stderr } = await runAdra(['up', '--kubeconfig', join(folder, 'absent')], {
      environment: { ADRA_DATA: folder, ADRA_HOME: folder },
    });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('cannot read the kubeconfig') as string,
    });
  });

  it.each([['--data', '/none'], ['--reset']])('can’t keep nothing and take %s', async (...flags) => {
    expect(await runAdra(['up', '--memory', ...flags])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("option '--memory' cannot be used with option") as string,
    });
  });

  it('starts nothing where its objects can’t be read', async () => {
    const { code } = await runAdra(['up', '/none/at/all.yaml'], { environment: { ADRA_HOME: folder } });
    expect({ code, left: readdirSync(folder) }).toEqual({ code: 1, left: [] });
  });

  it('refuses what is no port', async () => {
    expect(await runAdra(['up', '--port', '65536'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It is no port: write 0 to 65535') as string,
    });
  });
});
