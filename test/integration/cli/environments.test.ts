/** A day with `adra` on a control plane that has no node: everything in this process. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster, type KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import { NAMESPACE as NAMESPACES } from '../../../src/programs/controller-manager/resource-types';
import { type Recorded, type RunSettings, runAdra } from '../../cli/recording-surroundings';
import { testKubeconfig } from '../../support/cluster';
import { typeOf } from '../../support/engine';

const NAMESPACE = `cli-${randomBytes(5).toString('hex')}`;
const SITE = { namespace: NAMESPACE, name: 'site' };
const TIMEOUT_MS = 60_000;

const adra = (args: readonly string[], settings?: RunSettings): Promise<Recorded> =>
  runAdra([...args, '--kubeconfig', testKubeconfig(), '-n', NAMESPACE], settings);

const template = (zone: string): string => `
apiVersion: v1alpha1
kind: KodeTemplate
metadata: {name: code}
spec:
  type: code-server
  image: lscr.io/linuxserver/code-server:4.100.3
  port: 8000
  tz: ${zone}
`;
const KODE = `
apiVersion: kode.jacero.io/v1alpha1
kind: Kode
metadata: {name: desk}
spec:
  templateRef: {kind: KodeTemplate, name: code}
  user: ada
  workspace: thesis
  storage: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;
const OWN = `
apiVersion: adrasteia.dev/v1alpha1
kind: EnvironmentTemplate
metadata: {name: site}
spec:
  workloads:
    - name: main
      container:
        image: docker.io/nginxinc/nginx-unprivileged:1.27-alpine
        ports: [{name: http, port: 8080}]
---
apiVersion: adrasteia.dev/v1alpha1
kind: Environment
metadata: {name: site}
spec: {templateRef: {kind: EnvironmentTemplate, name: site}, owner: {kind: User, name: ada}}
`;

interface Item {
  readonly kind: string;
  readonly name: string;
  readonly ready: boolean;
  readonly status: string;
}

const itemsOf = ({ stdout }: Recorded): readonly Item[] =>
  (JSON.parse(stdout) as { readonly items: readonly Item[] }).items;
const statusOf = (recorded: Recorded): Readonly<Record<string, string>> =>
  Object.fromEntries(itemsOf(recorded).map(({ kind, name, status }) => [`${kind}/${name}`, status]));

describe('adra on a cluster without nodes', () => {
  let folder: string;
  let cluster: KubernetesCluster;
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'adra-'));
    cluster = connectCluster({ kubeconfig: testKubeconfig() });
    await cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await cluster.delete(NAMESPACES, { name: NAMESPACE });
    await cluster.close();
  });

  it(
    'up --once makes a Kode and an Environment ready, and says that it is simulated',
    async () => {
      const files = [file('template.yaml', template('UTC')), file('kode.yaml', KODE), file('own.yaml', OWN)];
      const result = await adra(['up', '--once', '--timeout', '50s', '-o', 'json', ...files]);
      expect({ code: result.code, stderr: result.stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining('and nothing runs') as string,
      });
      expect(result.stderr).toContain('corrected KodeTemplate code: apiVersion');
      expect(statusOf(result)).toEqual({ 'Environment/site': 'Ready (simulated)', 'Kode/desk': 'Ready (simulated)' });
    },
    TIMEOUT_MS,
  );

  it(
    'get lists environments of every kind together, by kind, and by name',
    async () => {
      const names = async (args: readonly string[]): Promise<string> =>
        (await adra(['get', ...args, '-o', 'name'])).stdout;
      expect(await names([])).toBe('environment.adrasteia.dev/site\nkode.kode.jacero.io/desk\n');
      expect(await names(['kodes'])).toBe('kode.kode.jacero.io/desk\n');
      expect(await names(['environment/site'])).toBe('environment.adrasteia.dev/site\n');
      expect((await adra(['get', 'kodetemplates'])).stdout).toMatch(/^NAME .*\ncode /);
    },
    TIMEOUT_MS,
  );

  it(
    'get of what isn’t there ends with 7, of an unknown kind with a suggestion',
    async () => {
      expect(await adra(['get', 'kode', 'none'])).toMatchObject({
        code: 7,
        stderr: expect.stringContaining(`there is no Kode ${NAMESPACE}/none`) as string,
      });
      expect(await adra(['get', 'kodez'])).toMatchObject({
        code: 7,
        stderr: expect.stringContaining('did you mean kodes?') as string,
      });
    },
    TIMEOUT_MS,
  );

  it(
    'describe shows conditions, children and events',
    async () => {
      const { code, stdout } = await adra(['describe', 'environment/site']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Status: +Ready \(simulated\)/);
      expect(stdout).toMatch(/StatefulSet +site +1 of 1 ready/);
      expect(stdout).toMatch(/Pod +site-0 +Running, ready/);
      expect(stdout).toMatch(/Normal +Simulated +Environment\/site/);
    },
    TIMEOUT_MS,
  );

  it(
    'apply says unchanged for what is as it was, and changes nothing in a dry run',
    async () => {
      const path = file('own.yaml', OWN);
      expect((await adra(['apply', '-f', path])).stdout).toBe(
        'environmenttemplate.adrasteia.dev/site unchanged\nenvironment.adrasteia.dev/site unchanged\n',
      );
      const stopped = OWN.replace('owner: {', 'desiredState: Stopped, owner: {');
      expect(await adra(['apply', '-f', '-', '--dry-run', 'server'], { stdin: stopped })).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('site applied (server dry run)') as string,
      });
      const live = await cluster.get(typeOf('Environment'), SITE);
      expect(live?.spec).toMatchObject({ desiredState: 'Running' });
    },
    TIMEOUT_MS,
  );

  it(
    'apply goes over what stop has set, and not over what somebody else has',
    async () => {
      const running = file('running.yaml', OWN.replace('owner: {', 'desiredState: Running, owner: {'));
      await adra(['stop', 'environment/site']);
      expect(await adra(['apply', running])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('environment.adrasteia.dev/site applied') as string,
      });
      const stopped = { spec: { desiredState: 'Stopped' } };
      await cluster.patch(typeOf('Environment'), SITE, stopped, { type: 'merge', fieldManager: 'gitops' });
      expect(await adra(['apply', running])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/conflict with "gitops"[^]*code: ApiConflict/) as string,
      });
      expect((await adra(['apply', running, '--force-conflicts'])).code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'apply sends what is right and says all that is wrong',
    async () => {
      const wrong = KODE.replace('name: desk', 'name: wrong').replace('user: ada', 'user: 1\n  usr: x');
      const fine = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fine}\n';
      const { code, stdout, stderr } = await adra(['apply', '-f', '-'], { stdin: `${wrong}---\n${fine}` });
      expect({ code, stdout }).toEqual({ code: 1, stdout: 'configmap/fine applied\n' });
      expect(stderr).toContain(
        `Kode ${NAMESPACE}/wrong: spec.user: must be a string, not the number 1 (stdin, document 1)`,
      );
      expect(stderr).toContain(
        `Kode ${NAMESPACE}/wrong: spec.usr: unknown field; did you mean "user"? (stdin, document 1)`,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'plan ends with 0 where nothing would change, and with 1 and the fields where something would',
    async () => {
      const kode = file('kode.yaml', KODE);
      expect(await adra(['plan', file('template.yaml', template('UTC')), kode])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('plan: 0 to create, 0 to change') as string,
      });
      const { code, stdout } = await adra(['plan', file('more.yaml', template('CET')), kode]);
      expect(code).toBe(1);
      expect(stdout).toContain(`~ change StatefulSet ${NAMESPACE}/desk`);
      expect(stdout).toContain('.value: "UTC" -> "CET"');
      const live = await cluster.get(typeOf('KodeTemplate', 'kode.jacero.io'), { namespace: NAMESPACE, name: 'code' });
      expect(live?.spec).toMatchObject({ tz: 'UTC' });
    },
    TIMEOUT_MS,
  );

  it(
    'plan names the children of an environment to come, and fails with more than 1',
    async () => {
      const { code, stdout } = await adra(['plan', '-'], { stdin: OWN.replaceAll('name: site', 'name: another') });
      expect(code).toBe(1);
      expect(stdout).toContain(`+ create StatefulSet ${NAMESPACE}/another`);
      expect((await adra(['plan', '-'], { stdin: 'a: [' })).code).toBe(3);
    },
    TIMEOUT_MS,
  );

  describe('while adra up runs', () => {
    const ending = new AbortController();
    let running: Promise<Recorded>;

    beforeAll(async () => {
      await new Promise<void>((resolve) => {
        running = adra(['up', file('own.yaml', OWN)], { signal: ending.signal, onStdout: () => resolve() });
      });
    }, TIMEOUT_MS);

    it(
      'stop and start wait, and a Kode can’t be stopped',
      async () => {
        expect(await adra(['stop', 'environment/site', '--wait', '--timeout', '20s'])).toMatchObject({
          code: 0,
          stdout: 'environment.adrasteia.dev/site stopped\n',
        });
        expect(statusOf(await adra(['get', 'environment', '-o', 'json']))).toEqual({ 'Environment/site': 'Stopped' });
        expect(await adra(['start', 'environment/site', '--wait', '--timeout', '20s'])).toMatchObject({
          code: 0,
          stdout: 'environment.adrasteia.dev/site started\n',
        });
        expect(await adra(['stop', 'kode/desk'])).toMatchObject({
          code: 2,
          stderr: expect.stringContaining("can't be stopped: Kode has no field") as string,
        });
      },
      TIMEOUT_MS,
    );

    it(
      'delete waits until what was there is gone, and says what never was',
      async () => {
        const { code, stdout } = await adra([
          'delete',
          'environment/site',
          'kode/none',
          'kode/desk',
          '--wait',
          '--timeout',
          '40s',
        ]);
        expect({ code, stdout }).toEqual({
          code: 7,
          stdout: 'environment.adrasteia.dev/site deleted\nkode.kode.jacero.io/desk deleted\n',
        });
        expect(itemsOf(await adra(['get', '-o', 'json']))).toEqual([]);
      },
      TIMEOUT_MS,
    );

    it(
      'its end, by a signal, is a good one, and it has shown every change',
      async () => {
        ending.abort();
        const { code, stdout } = await running;
        expect(code).toBe(0);
        expect(stdout).toContain(`Environment ${NAMESPACE}/site Stopped`);
        expect(stdout).toMatch(/Environment \S+\/site stage Ready \+\d+m?s/);
        expect(stdout).toContain(`Environment ${NAMESPACE}/site gone`);
      },
      TIMEOUT_MS,
    );
  });

  it(
    'who may not read ends with 5',
    async () => {
      expect(await adra(['get', '--as', 'nobody'])).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/forbidden[^]*code: ApiForbidden/) as string,
      });
    },
    TIMEOUT_MS,
  );
});
