/** `adra` as a process: what only shows where there is one. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');
const MAIN = join(ROOT, 'lib/src/cli/main.js');
/** Nobody listens there. */
const KUBECONFIG = `
apiVersion: v1
kind: Config
current-context: nobody
clusters: [{name: nobody, cluster: {server: 'http://127.0.0.1:9'}}]
contexts: [{name: nobody, context: {cluster: nobody}}]
`;

describe('the process adra', () => {
  let folder: string;
  let kubeconfig: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'adra-process-'));
    kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, KUBECONFIG);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is a plugin of kubectl under its other name', () => {
    const plugin = join(folder, 'kubectl-adra');
    symlinkSync(MAIN, plugin);
    const { status, stdout } = spawnSync(process.execPath, [plugin, '--version'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  });

  it('loads for its version neither client, nor constructs, nor a controller', () => {
    const script = `
      process.argv.splice(1, process.argv.length, 'adra', '--version');
      process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')));
      require(${JSON.stringify(MAIN)});`;
    const { stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(stderr).toContain('/cli/program.js');
    expect(stderr).not.toMatch(/node_modules\/(?:undici|yaml|cdk8s|constructs|ajv|pino|prom-client|@pulumi)\//);
  });

  it('is quiet when who reads has seen enough', () => {
    const command = `set -o pipefail; ${process.execPath} ${MAIN} crds | head -1`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'apiVersion: apiextensions.k8s.io/v1\n',
      stderr: '',
    });
  });

  it('says that nobody answers, and ends', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'get', '--kubeconfig', kubeconfig], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: cannot .*http:\/\/127\.0\.0\.1:9.*\ncode: ApiUnreachable\n$/);
  });

  it('ends well as a controller that is told to end, also while its cluster is away', async () => {
    const args = [MAIN, 'controller', '--kubeconfig', kubeconfig, '--health-port', '0', '--metrics-port', '0'];
    const controller = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    const code = await new Promise<number | null>((done) => {
      controller.stderr.on('data', (chunk: Buffer) => {
        const isNew = !log.includes('controller started');
        log += chunk.toString();
        if (isNew && log.includes('controller started')) controller.kill('SIGTERM');
      });
      controller.on('exit', done);
    });
    expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining('controller is told to end') as string });
    for (const line of log.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('message');
  }, 60_000);
});
