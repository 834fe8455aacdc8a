import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordRunning } from '../../../src/cli/embedded/running-record';
import { findStandIn } from '../../../src/cli/embedded/stand-in';
import { runAdra } from '../recording-surroundings';

describe('the embedded API of a running adra up', () => {
  let folder: string;
  let environment: Record<string, string>;
  const api = (name: string): { server: string; kubeconfig: string } => ({
    server: 'https://127.0.0.1:9',
    kubeconfig: join(folder, name),
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'adra-stand-in-'));
    environment = { ADRA_HOME: join(folder, 'state'), HOME: join(folder, 'home') };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is none while none runs', () => {
    expect(findStandIn({}, environment)).toBeUndefined();
  });

  it('is used silently where nothing else could have been meant', () => {
    recordRunning(environment['ADRA_HOME'] ?? '', api('kubeconfig'));
    expect(findStandIn({}, environment)).toEqual({ kubeconfig: join(folder, 'kubeconfig') });
  });

  it.each([
    { options: { kubeconfig: '/other' }, variables: {}, because: '--kubeconfig names a cluster' },
    { options: { context: 'other' }, variables: {}, because: '--context names a cluster' },
    { options: {}, variables: { KUBECONFIG: '/other' }, because: 'KUBECONFIG names a cluster' },
  ])('is not used where $because', ({ options, variables }) => {
    recordRunning(environment['ADRA_HOME'] ?? '', api('kubeconfig'));
    expect(findStandIn(options, { ...environment, ...variables })).toBeUndefined();
  });

  it('goes before ~/.kube/config, and that is said', async () => {
    const kube = join(folder, 'home', '.kube');
    mkdirSync(kube, { recursive: true });
    writeFileSync(join(kube, 'config'), '{}');
    recordRunning(environment['ADRA_HOME'] ?? '', api('absent'));
    const { code, stderr } = await runAdra(['get'], { environment });
    expect({ code, lines: stderr.split('\n') }).toEqual({
      code: 1,
      lines: [
        `cluster https://127.0.0.1:9 of adra up (process ${String(process.pid)}); for one of ~/.kube/config: --context NAME`,
        expect.stringContaining(`cannot read the kubeconfig ${join(folder, 'absent')}`) as string,
        'code: KubeconfigInvalid',
        '',
      ],
    });
  });

  it('is nobody’s where the command needs no cluster', async () => {
    recordRunning(environment['ADRA_HOME'] ?? '', api('absent'));
    expect(await runAdra(['crds', '-o', 'name'], { environment })).toMatchObject({ code: 0, stderr: '' });
  });
});
