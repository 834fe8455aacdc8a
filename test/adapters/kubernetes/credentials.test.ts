import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import type { UserCredentials } from '../../../src/adapters/kubernetes/connection';
import { credentialSource } from '../../../src/adapters/kubernetes/credentials';
import { systemClock } from '../../../src/adapters/system-clock';
import { CONFIG_MAPS, configMap, json, startApi, thrown } from './loopback-api';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'adrasteia-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function sourceOf(user: UserCredentials): ReturnType<typeof credentialSource> {
  return credentialSource(
    { server: 'https://a', context: 'a', namespace: 'default', insecureSkipTlsVerify: false, user },
    systemClock,
  );
}

describe('credentials', () => {
  it.each([
    ['a token', { token: 'abc' }, 'Bearer abc'],
    ['basic auth', { username: 'ada', password: 'p:w' }, `Basic ${Buffer.from('ada:p:w').toString('base64')}`],
    ['a token before basic auth', { token: 'abc', username: 'ada' }, 'Bearer abc'],
    ['nothing', {}, undefined],
  ])('come from %s', async (_what, user, expected) => {
    expect((await sourceOf(user).current()).authorization).toBe(expected);
  });

  it('come from a token file before a token, without the newline', async () => {
    writeFileSync(join(directory, 'token'), 'from-file\n');
    expect(await sourceOf({ token: 'value', tokenFile: join(directory, 'token') }).current()).toEqual({
      authorization: 'Bearer from-file',
    });
  });

  it('have certificate and key, from files that may be exchanged', async () => {
    const [certificate, key] = [join(directory, 'crt'), join(directory, 'key')];
    writeFileSync(certificate, 'CERT');
    writeFileSync(key, 'KEY');
    const source = sourceOf({ token: 't', certificate: { file: certificate }, key: { file: key } });
    expect(await source.current()).toEqual({ authorization: 'Bearer t', certificate: 'CERT', key: 'KEY' });
    writeFileSync(certificate, 'CERT-2');
    expect(await source.current()).toEqual({ authorization: 'Bearer t', certificate: 'CERT-2', key: 'KEY' });
  });

  it('stay the same object while nothing changes, so that what was built of them is kept', () => {
    const source = sourceOf({ token: 'abc' });
    expect(source.current()).toBe(source.current());
  });

  it('survive a token file that is gone for a moment, and fail where it never was', async () => {
    const tokenFile = join(directory, 'token');
    expect(thrown(() => sourceOf({ tokenFile }).current())).toMatchObject({ code: 'KubeconfigInvalid' });
    writeFileSync(tokenFile, 'abc');
    const source = sourceOf({ tokenFile });
    await source.current();
    rmSync(tokenFile);
    expect(await source.current()).toEqual({ authorization: 'Bearer abc' });
  });

  it('are another only after the file changed', async () => {
    const tokenFile = join(directory, 'token');
    writeFileSync(tokenFile, 'old');
    const source = sourceOf({ tokenFile });
    const refused = await source.current();
    expect(await source.renew(refused)).toBe(false);
    writeFileSync(tokenFile, 'newer');
    expect(await source.renew(refused)).toBe(true);
  });
});

it('a token that the kubelet exchanged is sent with the next request', async () => {
  const api = await startApi((_request, response) => {
    json(response, 200, configMap('x'));
  });
  const tokenFile = join(directory, 'token');
  writeFileSync(tokenFile, 'first');
  const cluster = new KubernetesCluster(api.connection({ user: { tokenFile } }));
  const name = { namespace: 'default', name: 'x' };
  await cluster.get(CONFIG_MAPS, name);
  writeFileSync(join(directory, 'fresh'), 'second');
  renameSync(join(directory, 'fresh'), tokenFile);
  await cluster.get(CONFIG_MAPS, name);
  expect(api.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  await cluster.close();
  await api.close();
});
