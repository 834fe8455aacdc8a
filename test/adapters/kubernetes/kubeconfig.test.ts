import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { stringify } from 'yaml';
import { findConnection, getConnection, type Surroundings } from '../../../src/adapters/kubernetes/kubeconfig';
import { thrown } from './loopback-api';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'adrasteia-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function surroundings(environment: Readonly<Record<string, string>> = {}): Surroundings {
  return { environment, homeDirectory: join(directory, 'home'), serviceAccountDirectory: join(directory, 'account') };
}

function write(name: string, content: unknown): string {
  const path = join(directory, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : stringify(content));
  return path;
}

/** A kubeconfig with one context, cluster and user of one name. */
function config(
  name: string,
  more: { cluster?: object; user?: object; context?: object; current?: string } = {},
): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': more.current ?? name,
    clusters: [{ name, cluster: { server: `https://${name}:6443`, ...more.cluster } }],
    users: [{ name, user: { token: `token-of-${name}`, ...more.user } }],
    contexts: [{ name, context: { cluster: name, user: name, ...more.context } }],
  };
}

describe('the kubeconfig that counts', () => {
  it('is the one given, before KUBECONFIG, before ~/.kube/config, before the pod’s account', () => {
    const given = write('given', config('given'));
    const listed = write('listed', config('listed'));
    write('home/.kube/config', config('home'));
    write('account/token', 't');
    const pod = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
    expect(getConnection({ kubeconfig: given }, surroundings({ ...pod, KUBECONFIG: listed })).server).toBe(
      'https://given:6443',
    );
    expect(getConnection({}, surroundings({ ...pod, KUBECONFIG: listed })).server).toBe('https://listed:6443');
    expect(getConnection({}, surroundings(pod)).server).toBe('https://home:6443');
    expect(getConnection({}, surroundings({ ...pod, KUBECONFIG: join(directory, 'absent') })).server).toBe(
      'https://10.96.0.1:443',
    );
  });

  it('is none where nothing names a cluster', () => {
    expect(findConnection({}, surroundings())).toBeUndefined();
    expect(thrown(() => getConnection({}, surroundings()))).toMatchObject({ code: 'KubeconfigInvalid' });
    write('home/.kube/config', { apiVersion: 'v1', kind: 'Config', clusters: null, contexts: null, users: null });
    expect(findConnection({}, surroundings())).toBeUndefined();
  });
});

describe('a list of kubeconfigs', () => {
  it('is one: the first entry of a name and the first current context count', () => {
    const first = write('first', { ...config('a'), 'current-context': '' });
    const second = write('second', {
      'current-context': 'b',
      clusters: [{ name: 'a', cluster: { server: 'https://other:1' } }],
      users: [],
      contexts: [{ name: 'b', context: { cluster: 'a', user: 'a', namespace: 'team-b' } }],
    });
    const environment = { KUBECONFIG: [first, join(directory, 'absent'), '', second].join(delimiter) };
    expect(getConnection({}, surroundings(environment))).toMatchObject({
      context: 'b',
      namespace: 'team-b',
      server: 'https://a:6443',
      user: { token: 'token-of-a' },
    });
    expect(getConnection({ context: 'a' }, surroundings(environment))).toMatchObject({
      context: 'a',
      namespace: 'default',
    });
  });

  it('takes relative paths from the directory of each file', () => {
    write('one/ca.crt', 'CA');
    write('two/client.crt', 'CERT');
    write('two/client.key', 'KEY');
    const one = write('one/config', { ...config('a', { cluster: { 'certificate-authority': 'ca.crt' } }), users: [] });
    const two = write('two/config', {
      users: [
        {
          name: 'a',
          user: {
            tokenFile: 'token',
            'client-certificate': 'client.crt',
            'client-key': './client.key',
            exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' },
          },
        },
      ],
    });
    const connection = getConnection({}, surroundings({ KUBECONFIG: [one, two].join(delimiter) }));
    expect(connection.certificateAuthority).toEqual({ file: join(directory, 'one/ca.crt') });
    expect(connection.user).toMatchObject({
      tokenFile: join(directory, 'two/token'),
      certificate: { file: join(directory, 'two/client.crt') },
      key: { file: join(directory, 'two/client.key') },
      exec: { command: join(directory, 'two/plugin') },
    });
  });
});

describe('a connection', () => {
  it('has all that a kubeconfig says', () => {
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const path = write(
      'config',
      config('a', {
        cluster: {
          server: 'https://a:6443/prefix/',
          'certificate-authority-data': base64('CA'),
          'certificate-authority': '/not/looked/at',
          'tls-server-name': 'kubernetes',
          'proxy-url': 'http://proxy:3128',
          extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }],
        },
        user: {
          username: 'u',
          password: 'p',
          'client-certificate-data': base64('CERT'),
          'client-key-data': base64('KEY'),
          as: 'ada',
          'as-groups': ['staff'],
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1beta1',
            command: 'aws',
            args: ['eks', 'get-token'],
            env: [{ name: 'A', value: 'b' }],
            provideClusterInfo: true,
            interactiveMode: 'Never',
            installHint: 'install it',
          },
        },
      }),
    );
    expect(getConnection({ kubeconfig: path }, surroundings())).toEqual({
      server: 'https://a:6443/prefix',
      context: 'a',
      namespace: 'default',
      certificateAuthority: { data: 'CA' },
      insecureSkipTlsVerify: false,
      tlsServerName: 'kubernetes',
      proxyUrl: 'http://proxy:3128',
      impersonation: { user: 'ada', groups: ['staff'] },
      user: {
        token: 'token-of-a',
        username: 'u',
        password: 'p',
        certificate: { data: 'CERT' },
        key: { data: 'KEY' },
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1beta1',
          command: 'aws',
          args: ['eks', 'get-token'],
          env: { A: 'b' },
          provideClusterInfo: true,
          interactiveMode: 'Never',
          installHint: 'install it',
          clusterConfig: { audience: 'x' },
        },
      },
    });
  });

  it('of a pod is that of its service account', () => {
    write('account/token', 'jwt');
    write('account/namespace', 'adrasteia-system\n');
    const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    expect(getConnection({}, surroundings(environment))).toEqual({
      server: 'https://[fd00::1]:443',
      context: 'in-cluster',
      namespace: 'adrasteia-system',
      certificateAuthority: { file: join(directory, 'account/ca.crt') },
      insecureSkipTlsVerify: false,
      user: { tokenFile: join(directory, 'account/token') },
    });
  });
});

describe('a kubeconfig that cannot be used', () => {
  it.each([
    ['no file', undefined, /^cannot read the kubeconfig .*: ENOENT$/],
    ['no mapping', '- a\n', /is no YAML mapping$/],
    [
      'an unknown current context',
      config('prod', { current: 'prd' }),
      /^there is no context "prd" in .*: did you mean "prod"\?$/,
    ],
    ['no current context', { ...config('a'), 'current-context': '' }, /names no current context: choose one of "a"$/],
    [
      'an unknown cluster',
      config('a', { context: { cluster: 'zzzzz' } }),
      /^there is no cluster "zzzzz" in .*: it has "a"$/,
    ],
    ['an unknown user', config('a', { context: { user: 'zzzzz' } }), /^there is no user "zzzzz"/],
    [
      'a server that is no URL',
      config('a', { cluster: { server: 'a:6443' } }),
      /has the server "a:6443": write a URL such as https:\/\/host:6443$/,
    ],
    ['a SOCKS proxy', config('a', { cluster: { 'proxy-url': 'socks5://x:1' } }), /other proxies are not supported$/],
    [
      'a missing authority file',
      config('a', { cluster: { 'certificate-authority': 'gone.crt' } }),
      /^cannot read the certificate-authority of "a" .*gone\.crt: ENOENT$/,
    ],
    [
      'both an authority and no checks',
      config('a', { cluster: { 'certificate-authority-data': 'Q0E=', 'insecure-skip-tls-verify': true } }),
      /remove one$/,
    ],
    [
      'a certificate without its key',
      config('a', { user: { 'client-certificate-data': 'Q0E=' } }),
      /has only one of client-certificate and client-key$/,
    ],
    [
      'an auth-provider',
      config('a', { user: { 'auth-provider': { name: 'gcp' } } }),
      /use the provider's exec plugin$/,
    ],
    [
      'a plugin of an unknown version',
      config('a', { user: { exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'x' } } }),
      /has the apiVersion "client.authentication.k8s.io\/v1alpha1"/,
    ],
    [
      'a plugin without a command',
      config('a', { user: { exec: { apiVersion: 'client.authentication.k8s.io/v1' } } }),
      /has no command$/,
    ],
    ['an entry without a name', { clusters: [{ cluster: {} }] }, /has an entry without a name in clusters$/],
  ])('is refused for %s', (_what, content, message) => {
    const path = content === undefined ? join(directory, 'absent') : write('config', content);
    expect(thrown(() => getConnection({ kubeconfig: path }, surroundings()))).toMatchObject({
      code: 'KubeconfigInvalid',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is never quoted, since it holds tokens', () => {
    const path = write('config', 'users:\n- name: a\n  user:\n    token: "hush-hush\n  x: [');
    expect(thrown(() => getConnection({ kubeconfig: path }, surroundings()))).toMatchObject({
      message: expect.not.stringContaining('hush-hush') as string,
    });
  });
});
