/**
 * Debian's nginx as the way in from outside: it follows the Ingress objects of its class, and leads to their ready pods.
 *
 * Runs on this machine, which reaches pod addresses by the routes that the test cluster's node gives it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { request as requestByTls } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster } from '../../../src/adapters/kubernetes/client';
import { systemClock } from '../../../src/adapters/system-clock';
import type { KubeObject } from '../../../src/api/object';
import type { ResourceType } from '../../../src/api/resource-type';
import { createAuthority, issueServerCertificate } from '../../../src/apiserver/certificates/certificate-authority';
import { Informer } from '../../../src/runtime/informer';
import { eventually } from '../eventually';
import { silentLogger } from '../silent-logger';
import { type NginxSettings, nginxConfig } from './nginx-config';

const NGINX = '/usr/sbin/nginx';
const HTTPS = 443;

const FOLLOWED = [
  { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', plural: 'ingresses', namespaced: true },
  { group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true },
  { group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice', plural: 'endpointslices', namespaced: true },
] as const satisfies readonly ResourceType[];

/** How the proxy is started. */
export interface IngressProxyOptions {
  readonly kubeconfig: string;
  /** Default `nginx`. */
  readonly ingressClassName?: string;
  /** Served by TLS on port 443 of this loopback address, for these names, under an authority of its own. Default: by HTTP, on a free port. */
  readonly tls?: { readonly address: string; readonly names: readonly string[] };
}

/** True where nginx is installed (Debian: nginx-light). */
export function hasNginx(): boolean {
  return existsSync(NGINX);
}

/** A running nginx that follows Ingress objects. */
export class IngressProxy {
  private written = '';

  private constructor(
    /** Where it listens: `127.0.0.1`, and a free port. */
    readonly settings: NginxSettings,
    private readonly close: () => Promise<void>,
  ) {}

  /** Starts nginx; returns when it has taken what is in the cluster now. */
  static async start({ kubeconfig, ingressClassName = 'nginx', tls }: IngressProxyOptions): Promise<IngressProxy> {
    const folder = mkdtempSync(join(tmpdir(), 'adrasteia-nginx-'));
    const settings: NginxSettings =
      tls === undefined
        ? { address: '127.0.0.1', port: await freePort(), folder, ingressClassName }
        : { address: tls.address, port: HTTPS, folder, ingressClassName, tls: await certificateFor(tls.names, folder) };
    const cluster = connectCluster({ kubeconfig });
    let changed: () => void = () => undefined;
    const informers = FOLLOWED.map(
      (type) =>
        new Informer({
          cluster,
          clock: systemClock,
          log: silentLogger(),
          type,
          statusOnly: false,
          onChange: () => changed(),
          onState: () => changed(),
        }),
    );
    for (const informer of informers) informer.start();
    await eventually('ingresses are listed', () => informers.every(({ state }) => state === 'Synced'));
    const config = (): string => {
      const [ingresses = [], services = [], endpointSlices = []] = informers.map((informer): readonly KubeObject[] =>
        [...informer.values()].map(({ object }) => object),
      );
      return nginxConfig({ ingresses, services, endpointSlices }, settings);
    };
    const file = join(folder, 'nginx.conf');
    const first = config();
    writeFileSync(file, first);
    const nginx = spawn(NGINX, ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    nginx.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
    });
    const proxy = new IngressProxy(settings, async () => {
      await Promise.all(informers.map((informer) => informer.close()));
      await cluster.close();
      if (nginx.exitCode === null) {
        const ended = once(nginx, 'exit');
        nginx.kill('SIGTERM');
        await ended;
      }
      rmSync(folder, { recursive: true });
    });
    proxy.written = first;
    await eventually('nginx has started', () => {
      if (nginx.exitCode !== null) throw new Error(`nginx ended with ${String(nginx.exitCode)}: ${said}`);
      return existsSync(join(folder, 'nginx.pid')) && readFileSync(join(folder, 'nginx.pid'), 'utf8').trim() !== '';
    });
    changed = () => {
      const next = config();
      if (next === proxy.written) return;
      proxy.written = next;
      writeFileSync(file, next);
      // Workers with open connections go on under the old configuration until those end.
      nginx.kill('SIGHUP');
    };
    changed();
    return proxy;
  }

  /** True where a host and path lead to a pod that answers. */
  async leads(host: string, path: string): Promise<boolean> {
    const { address, port, tls } = this.settings;
    const asked =
      tls === undefined
        ? request({ host: address, port, path, headers: { host: `${host}:${port}` } })
        : // Who answers is known by the address; whose name it is is the browser's business.
          requestByTls({ host: address, port, path, headers: { host }, rejectUnauthorized: false });
    asked.end();
    try {
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.resume();
      return ![404, 502, 503, 504].includes(answer.statusCode ?? 0);
    } catch {
      return false;
    }
  }

  /** The URL of a page, by the name in its Ingress. */
  url(host: string, path = '/'): string {
    const { port, tls } = this.settings;
    return tls === undefined ? `http://${host}:${String(port)}${path}` : `https://${host}${path}`;
  }

  /** Ends nginx and removes its files. */
  async stop(): Promise<void> {
    await this.close();
  }
}

/** A certificate of an authority that nobody else knows; browsers of tests don't ask whose it is. */
async function certificateFor(
  names: readonly string[],
  folder: string,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const now = new Date();
  const authority = await createAuthority('test', now);
  const issued = await issueServerCertificate(authority, { commonName: names[0] ?? 'test' }, { hosts: names, now });
  const [certificate, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  writeFileSync(certificate, issued.certificate);
  writeFileSync(key, issued.key, { mode: 0o600 });
  return { certificate, key };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
