import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import type { ClusterConnection, CredentialSource, ExecPlugin } from '../../../src/adapters/kubernetes/connection';
import { credentialSource } from '../../../src/adapters/kubernetes/credentials';
import type { Clock } from '../../../src/ports/clock';
import { CONFIG_MAPS, configMap, json, refuse, rejection, startApi } from './loopback-api';

const V1 = 'client.authentication.k8s.io/v1';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'adrasteia-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/**
 * A plugin whose body is JavaScript. It finds `runs` (how often it was run, from 1) and `issue(status)`, and notes what it
 * was told in the file `info`.
 */
function plugin(body: string, more: Partial<ExecPlugin> = {}): ExecPlugin {
  const script = join(directory, 'plugin.cjs');
  writeFileSync(
    script,
    `const fs = require('node:fs');
     const counter = ${JSON.stringify(join(directory, 'runs'))};
     const runs = (fs.existsSync(counter) ? Number(fs.readFileSync(counter, 'utf8')) : 0) + 1;
     fs.writeFileSync(counter, String(runs));
     fs.writeFileSync(${JSON.stringify(join(directory, 'info'))}, process.env.KUBERNETES_EXEC_INFO + '\\n' + (process.env.EXTRA ?? ''));
     const issue = (status, apiVersion = ${JSON.stringify(more.apiVersion ?? V1)}) => console.log(JSON.stringify({ apiVersion, kind: 'ExecCredential', status }));
     ${body}`,
  );
  return {
    apiVersion: V1,
    command: process.execPath,
    args: [script],
    env: {},
    provideClusterInfo: false,
    interactiveMode: 'IfAvailable',
    ...more,
  };
}

function connection(exec: ExecPlugin, more: Partial<ClusterConnection> = {}): ClusterConnection {
  return {
    server: 'https://a:6443',
    context: 'a',
    namespace: 'default',
    insecureSkipTlsVerify: false,
    user: { exec },
    ...more,
  };
}

function clockAt(time: { now: number }): Clock {
  return { now: () => time.now, schedule: () => () => undefined };
}

function source(exec: ExecPlugin, time = { now: 0 }): CredentialSource {
  return credentialSource(connection(exec), clockAt(time));
}

function runs(): number {
  const counter = join(directory, 'runs');
  return existsSync(counter) ? Number(readFileSync(counter, 'utf8')) : 0;
}

describe('an exec plugin', () => {
  it('runs once for requests that come together, and not again while its credential is good', async () => {
    const credentials = source(plugin("issue({ token: 't' + runs, expirationTimestamp: '1970-01-01T00:01:00Z' })"));
    const all = await Promise.all([credentials.current(), credentials.current(), credentials.current()]);
    expect(all).toEqual([1, 2, 3].map(() => ({ authorization: 'Bearer t1' })));
    expect(await credentials.current()).toBe(all[0]);
    expect(runs()).toBe(1);
  });

  it('runs again when its credential has expired', async () => {
    const time = { now: 0 };
    const credentials = source(
      plugin("issue({ token: 't' + runs, expirationTimestamp: '1970-01-01T00:01:00Z' })"),
      time,
    );
    await credentials.current();
    time.now = 59_999;
    expect(await credentials.current()).toEqual({ authorization: 'Bearer t1' });
    time.now = 60_000;
    expect(await credentials.current()).toEqual({ authorization: 'Bearer t2' });
  });

  it('runs once more when the server refuses its credential', async () => {
    const api = await startApi((request, response) => {
      if (request.headers.authorization === 'Bearer t2') json(response, 200, configMap('x'));
      else refuse(response, { code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
    });
    const cluster = new KubernetesCluster(api.connection({ user: { exec: plugin("issue({ token: 't' + runs })") } }));
    const name = { namespace: 'default', name: 'x' };
    const gets = await Promise.all([cluster.get(CONFIG_MAPS, name), cluster.get(CONFIG_MAPS, name)]);
    expect(gets).toHaveLength(2);
    expect(runs()).toBe(2);
    await cluster.close();
    await api.close();
  });

  it('may issue a client certificate, which goes with what the kubeconfig has', async () => {
    const credentials = source(plugin("issue({ clientCertificateData: 'CERT', clientKeyData: 'KEY' })"));
    expect(await credentials.current()).toEqual({ certificate: 'CERT', key: 'KEY' });
  });

  it('is told of the cluster where it asks to be', async () => {
    const exec = plugin("issue({ token: 't' })", {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      provideClusterInfo: true,
      clusterConfig: { audience: 'x' },
      env: { EXTRA: 'extra' },
    });
    const own = connection(exec, { certificateAuthority: { data: 'CA' }, tlsServerName: 'kubernetes' });
    await credentialSource(own, clockAt({ now: 0 })).current();
    const [info = '', extra] = readFileSync(join(directory, 'info'), 'utf8').split('\n');
    expect(extra).toBe('extra');
    expect(JSON.parse(info)).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      kind: 'ExecCredential',
      spec: {
        interactive: expect.any(Boolean) as boolean,
        cluster: {
          server: 'https://a:6443',
          'tls-server-name': 'kubernetes',
          'certificate-authority-data': Buffer.from('CA').toString('base64'),
          config: { audience: 'x' },
        },
      },
    });
  });

  it('is told nothing of the cluster otherwise', async () => {
    await source(plugin("issue({ token: 't' })")).current();
    expect(readFileSync(join(directory, 'info'), 'utf8')).not.toContain('cluster');
  });

  it('does not run where the kubeconfig has a token', async () => {
    const exec = plugin("issue({ token: 't' })");
    const credentials = credentialSource(connection(exec, { user: { token: 'own', exec } }), clockAt({ now: 0 }));
    expect(await credentials.current()).toEqual({ authorization: 'Bearer own' });
    expect(runs()).toBe(0);
  });

  it('runs again after it failed', async () => {
    const credentials = source(plugin("if (runs === 1) process.exit(1); issue({ token: 't' + runs })"));
    await rejection(Promise.resolve(credentials.current()));
    expect(await credentials.current()).toEqual({ authorization: 'Bearer t2' });
  });
});

describe('an exec plugin that gives no credential', () => {
  const fails = (body: string, more: Partial<ExecPlugin> = {}): Promise<unknown> =>
    rejection(Promise.resolve(source(plugin(body, more)).current()));

  it.each([
    [
      'ends with a code',
      "console.error('log in\\nplease log in first'); process.exit(3)",
      /failed: it ended with exit code 3: please log in first$/,
    ],
    ['prints no JSON', "console.log('token=hush-hush')", /failed: its output is no JSON$/],
    [
      'prints another version',
      "issue({ token: 't' }, 'client.authentication.k8s.io/v1beta1')",
      /its output is no ExecCredential of client.authentication.k8s.io\/v1$/,
    ],
    ['issues nothing', 'issue({})', /it issued neither a token nor a certificate$/],
    [
      'issues a certificate without key',
      "issue({ clientCertificateData: 'C' })",
      /it issued a certificate without its key/,
    ],
    [
      'issues a time that is none',
      "issue({ token: 't', expirationTimestamp: 'soon' })",
      /its expirationTimestamp is no RFC 3339 time$/,
    ],
    ['prints without end', "process.stdout.write('x'.repeat(2 ** 21))", /it printed more than 1048576 bytes$/],
  ])('and %s is CredentialPluginFailed', async (_what, body, message) => {
    expect(await fails(body)).toMatchObject({
      code: 'CredentialPluginFailed',
      message: expect.stringMatching(message) as string,
    });
  });

  it('and never ends is ended, since nobody can answer it', async () => {
    let fire: (() => void) | undefined;
    const clock: Clock = {
      now: () => 0,
      schedule: (_delayMs, callback) => {
        fire = callback;
        return () => undefined;
      },
    };
    const credential = credentialSource(connection(plugin('setInterval(() => undefined, 1e6)')), clock).current();
    fire?.();
    expect(await rejection(Promise.resolve(credential))).toMatchObject({
      code: 'CredentialPluginFailed',
      message: expect.stringMatching(/failed: it did not end within 60 s$/) as string,
    });
  });

  it('since it is not installed is named, with the hint of the kubeconfig', async () => {
    expect(await fails('', { command: 'no-such-plugin', installHint: 'Install it from\n the store.' })).toMatchObject({
      code: 'CredentialPluginFailed',
      message: 'credential plugin "no-such-plugin" failed: spawn no-such-plugin ENOENT (Install it from the store.)',
    });
  });
});
