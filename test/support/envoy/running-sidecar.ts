/** A real sidecar in front of an app, and what an entry's controller, the kubelet and Prometheus ask of it. */
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import type { EnvironmentAccess } from '../../../src/access/environment-access';
import { sidecarBootstrap } from '../../../src/access/envoy/sidecar-bootstrap';
import { ADMIN_SOCKET, type SidecarPorts } from '../../../src/access/envoy/sidecar-names';
import { eventually } from '../eventually';
import { EnvoyProcess } from './envoy-process';
import { RawConnection } from './raw-connection';
import { GATE_SERVICE } from './static-configuration';

/** What a browser is answered. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Addressed extends RequestOptions {
  /** Instead of the port. */
  readonly socketPath?: string;
}

/** Where a gate listens on loopback. */
export interface GateAddress {
  readonly authorization: number;
  readonly discovery: number;
}

export class RunningSidecar {
  private constructor(
    readonly envoy: EnvoyProcess,
    private readonly address: Pick<EnvironmentAccess['spec'], 'address' | 'listenPort'>,
    private readonly ports: SidecarPorts,
  ) {}

  /** Starts Envoy by the environment's bootstrap. */
  static async start({ metadata, spec }: EnvironmentAccess, gate: GateAddress): Promise<RunningSidecar> {
    const [readiness, metrics] = [await freePort(), await freePort()];
    const bootstrap = sidecarBootstrap({
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      listenPort: spec.listenPort,
      service: { ...GATE_SERVICE, authorizationPort: gate.authorization, discoveryPort: gate.discovery },
      ports: { readiness, metrics },
    });
    const hosts = [`${GATE_SERVICE.name}.${GATE_SERVICE.namespace}.svc`];
    return new RunningSidecar(await EnvoyProcess.start({ bootstrap, hosts }), spec, { readiness, metrics });
  }

  get listenPort(): number {
    return this.address.listenPort;
  }

  async becomesReady(): Promise<void> {
    await eventually('the sidecar is ready', async () => {
      if (this.envoy.hasEnded) throw new Error(`Envoy has ended: ${this.envoy.output}`);
      return (await this.readiness('/ready')) === 200;
    });
  }

  /** Status of a path of the readiness listener; 0 where nobody listens. */
  async readiness(path: string): Promise<number> {
    return ask(this.ports.readiness, path, {}).then(
      ({ status }) => status,
      () => 0,
    );
  }

  /** A path of the metrics listener. */
  async metrics(path: string): Promise<Reply> {
    return ask(this.ports.metrics, path, {});
  }

  /** The version of the listener that Envoy runs by. */
  async listenerVersion(): Promise<string> {
    const { body } = await ask(0, '/stats?filter=^listener_manager.lds.version_text$', {
      socketPath: this.envoy.socketPath(ADMIN_SOCKET),
    });
    return body;
  }

  /** A request as the entry's controller passes it on. */
  async ask(path: string, options: RequestOptions = {}): Promise<Reply> {
    const { host } = this.address.address;
    return ask(this.listenPort, path, { ...options, headers: { host, ...options.headers } });
  }

  /** The line of the access log for a path, as soon as it is written. */
  async nextLogged(path: string): Promise<Readonly<Record<string, unknown>>> {
    return eventually(`${path} is logged`, () => this.envoy.requests.find((line) => line['path'] === path));
  }

  /** A websocket, with the app echoing what it is sent. */
  async openWebsocket(path = '/ws', headers = ''): Promise<RawConnection> {
    const connection = await RawConnection.open(this.listenPort);
    const { host } = this.address.address;
    connection.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    return connection;
  }

  async stop(): Promise<void> {
    await this.envoy.stop();
  }
}

async function ask(port: number, path: string, options: Addressed): Promise<Reply> {
  const { method = 'GET', headers = {}, body, socketPath } = options;
  const target = socketPath === undefined ? { host: '127.0.0.1', port } : { socketPath };
  const asked = request({ ...target, path, method, headers: { connection: 'close', ...headers } });
  asked.end(body);
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () => {
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
  });
}

/** A port of loopback that is free. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
