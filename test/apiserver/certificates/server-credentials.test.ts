import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, get, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authenticator, UserInfo } from '../../../src/apiserver/authentication/authenticator';
import { clientCertificates } from '../../../src/apiserver/authentication/client-certificate';
import { authenticatorOf } from '../../../src/apiserver/authentication/union-authenticator';
import type { CertifiedKey } from '../../../src/apiserver/certificates/certificate-authority';
import { directoryCredentials, memoryCredentials } from '../../../src/apiserver/certificates/credential-store';
import { kubeconfig } from '../../../src/apiserver/certificates/kubeconfig';
import {
  ADMINISTRATOR,
  openServerCredentials,
  type ServerCredentials,
  USUAL_HOSTS,
} from '../../../src/apiserver/certificates/server-credentials';

const DAY_MS = 86_400_000;
const daysAfter = (date: Date, days: number): Date => new Date(date.getTime() + days * DAY_MS);

describe('the credentials of a server', () => {
  const now = new Date();

  it('name every usual host and the hosts that were asked for', async () => {
    const { serving } = await openServerCredentials(memoryCredentials(), {
      hosts: ['api.example.org', '10.0.0.7'],
      now,
    });
    const certificate = new X509Certificate(serving.certificate);
    for (const host of [...USUAL_HOSTS, 'api.example.org', '10.0.0.7']) {
      const found = /^[\d.]+$|:/.test(host) ? certificate.checkIP(host) : certificate.checkHost(host);
      expect(found).toBeDefined();
    }
    expect(certificate.checkHost('other.example.org')).toBeUndefined();
  });

  it('are kept while they are good', async () => {
    const store = memoryCredentials();
    const first = await openServerCredentials(store, { now });
    const client = await first.clientCertificate('admin', ADMINISTRATOR, now);
    const later = daysAfter(now, 200);
    const second = await openServerCredentials(store, { now: later });
    expect(second.authority).toBe(first.authority);
    expect(second.serving).toEqual(first.serving);
    expect(second.serviceAccountKey).toBe(first.serviceAccountKey);
    expect(await second.clientCertificate('admin', ADMINISTRATOR, later)).toEqual(client);
  });

  it.each([
    { because: 'it is about to expire', hosts: [], days: 320 },
    { because: 'it lacks a host', hosts: ['new.example.org'], days: 1 },
  ])('include a new serving certificate when $because', async ({ hosts, days }) => {
    const store = memoryCredentials();
    const first = await openServerCredentials(store, { now });
    const second = await openServerCredentials(store, { hosts, now: daysAfter(now, days) });
    expect(second.serving.certificate).not.toBe(first.serving.certificate);
    expect(second.authority).toBe(first.authority);
  });

  it('replace the certificate of a client that says another subject', async () => {
    const credentials = await openServerCredentials(memoryCredentials(), { now });
    const first = await credentials.clientCertificate('controller', { commonName: 'a' }, now);
    const second = await credentials.clientCertificate('controller', { commonName: 'b' }, now);
    expect(second.certificate).not.toBe(first.certificate);
  });

  it('replace what can no longer be read', async () => {
    const store = memoryCredentials();
    await openServerCredentials(store, { now });
    await store.write('apiserver.crt', 'torn', false);
    const { serving } = await openServerCredentials(store, { now });
    expect(new X509Certificate(serving.certificate).subject).toBe('CN=kube-apiserver');
  });

  it('refuse a client name that would leave their directory', async () => {
    const credentials = await openServerCredentials(memoryCredentials(), { now });
    await expect(credentials.clientCertificate('../x', { commonName: 'a' }, now)).rejects.toThrow(TypeError);
  });

  it('let nobody else read a key that lies in a directory', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'credentials-'));
    try {
      const credentials = await openServerCredentials(directoryCredentials(join(directory, 'pki')), { now });
      await credentials.clientCertificate('admin', ADMINISTRATOR, now);
      const files = readdirSync(join(directory, 'pki'));
      expect(files.filter((file) => file.endsWith('.key')).sort()).toEqual([
        'apiserver.key',
        'ca.key',
        'client-admin.key',
        'service-account.key',
      ]);
      const modes = files
        .filter((file) => file.endsWith('.key'))
        .map((file) => statSync(join(directory, 'pki', file)).mode & 0o777);
      expect(new Set(modes)).toEqual(new Set([0o600]));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('a kubeconfig', () => {
  it('holds what a client needs, in the words of kubectl', () => {
    const content = { name: 'n', server: 'https://127.0.0.1:6443', authority: 'CA', credential: { token: 't' } };
    expect(kubeconfig({ ...content, namespace: 'x' })).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'n', cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0E=' } }],
      users: [{ name: 'n', user: { token: 't' } }],
      contexts: [{ name: 'n', context: { cluster: 'n', user: 'n', namespace: 'x' } }],
      'current-context': 'n',
    });
  });
});

describe('a client certificate', () => {
  let server: Server;
  let credentials: ServerCredentials;
  let time: Date;
  const issued = new Date();

  beforeAll(async () => {
    credentials = await openServerCredentials(memoryCredentials(), { now: issued });
    const authenticator: Authenticator = authenticatorOf([clientCertificates(() => time)]);
    server = createServer(
      { ...pair(credentials.serving), ca: credentials.authority, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        authenticator.authenticate(request).then(
          (user) => response.end(JSON.stringify(user)),
          () => response.writeHead(401).end('{}'),
        );
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  beforeEach(() => {
    time = issued;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function pair({ certificate, key }: CertifiedKey): { cert: string; key: string } {
    return { cert: certificate, key };
  }

  async function ask(client: { cert?: string; key?: string }): Promise<{ code: number | undefined; user: UserInfo }> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, ca: credentials.authority, agent: false, ...client };
      get(options, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ code: response.statusCode, user: JSON.parse(text) as UserInfo }));
      }).on('error', reject);
    });
  }

  it('says who asks by its common name, and the groups by its organizations', async () => {
    const subject = { commonName: 'jane', organizations: ['devs', 'system:masters'] };
    const { user } = await ask(pair(await credentials.clientCertificate('jane', subject, issued)));
    expect(user).toMatchObject({ username: 'jane', groups: ['devs', 'system:masters', 'system:authenticated'] });
    expect(user.extra?.['authentication.kubernetes.io/credential-id']?.[0]).toMatch(/^X509SHA256=[0-9a-f]{64}$/);
  });

  it('is not needed: a request without one is anonymous', async () => {
    expect(await ask({})).toEqual({
      code: 200,
      user: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
    });
  });

  it('of another authority is refused', async () => {
    const other = await openServerCredentials(memoryCredentials(), { now: issued });
    const { code } = await ask(pair(await other.clientCertificate('eve', ADMINISTRATOR, issued)));
    expect(code).toBe(401);
  });

  it('is refused once its time is over', async () => {
    const client = pair(await credentials.clientCertificate('old', { commonName: 'old' }, issued));
    time = daysAfter(issued, 366);
    expect((await ask(client)).code).toBe(401);
  });
});
