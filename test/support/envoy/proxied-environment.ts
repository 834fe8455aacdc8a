/** An app with its sidecar before it, and a stand-in for the gate: real Envoy, started by what a pod's sidecar is started with. */
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import type { EnvironmentAccess, EnvironmentAccessSpec } from '../../../src/access/environment-access';
import { sidecarBootstrap } from '../../../src/access/envoy/sidecar-bootstrap';
import { ADMIN_SOCKET } from '../../../src/access/envoy/sidecar-names';
import type { DiscoveryServer } from '../../../src/programs/gate/discovery/discovery-server';
import { environmentAccess } from './access';
import { EnvoyProcess } from './envoy-process';
import { eventually } from './eventually';
import { FakeGate } from './fake-gate';
import { RawConnection } from './raw-connection';
import { RecordingApp } from './recording-app';
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

export class ProxiedEnvironment {
  private constructor(
    readonly app: RecordingApp,
    readonly envoy: EnvoyProcess,
    public gate: FakeGate,
    public access: EnvironmentAccess,
    readonly metricsPort: number,
    readonly readinessPort: number,
  ) {}

  /** Starts app, gate and sidecar; returns when the sidecar is ready. */
  static async start(spec: Partial<EnvironmentAccessSpec> = {}): Promise<ProxiedEnvironment> {
    const app = await RecordingApp.start();
    const [listenPort, readiness, metrics] = await freePorts();
    const access = environmentAccess({
      spec: { ...spec, listenPort, app: { basePath: 'Keep', view: 'None', ...spec.app, port: app.port } },
    });
    const gate = await FakeGate.start((discovery) => discovery.take(access));
    const { name, namespace } = access.metadata;
    const bootstrap = sidecarBootstrap({
      name,
      namespace: namespace ?? '',
      listenPort,
      service: { ...GATE_SERVICE, authorizationPort: gate.ports.authorization, discoveryPort: gate.ports.discovery },
      ports: { readiness, metrics },
    });
    const envoy = await EnvoyProcess.start({
      bootstrap,
      hosts: [`${GATE_SERVICE.name}.${GATE_SERVICE.namespace}.svc`],
    });
    const environment = new ProxiedEnvironment(app, envoy, gate, access, metrics, readiness);
    await environment.becomesReady();
    return environment;
  }

  get listenPort(): number {
    return this.access.spec.listenPort;
  }

  async becomesReady(): Promise<void> {
    await eventually('the sidecar is ready', async () => {
      if (this.envoy.hasEnded) throw new Error(`Envoy has ended: ${this.envoy.output}`);
      return (await this.readiness('/ready')) === 200;
    });
  }

  /** Status of a path of the readiness listener; 0 where nobody listens. */
  async readiness(path: string): Promise<number> {
    return ask(this.readinessPort, path, {}).then(
      ({ status }) => status,
      () => 0,
    );
  }

  /** A path of the metrics listener. */
  async metrics(path: string): Promise<Reply> {
    return ask(this.metricsPort, path, {});
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
    const { host } = this.access.spec.address;
    return ask(this.listenPort, path, { ...options, headers: { host, ...options.headers } });
  }

  /** The line of the access log for a path, as soon as it is written. */
  async nextLogged(path: string): Promise<Readonly<Record<string, unknown>>> {
    return eventually(`${path} is logged`, () => this.envoy.requests.find((line) => line['path'] === path));
  }

  /** A websocket, with the app echoing what it is sent. */
  async openWebsocket(path = '/ws', headers = ''): Promise<RawConnection> {
    const connection = await RawConnection.open(this.listenPort);
    const { host } = this.access.spec.address;
    connection.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    return connection;
  }

  /** Changes the environment as the controller would: one generation later. */
  change(spec: Partial<EnvironmentAccessSpec>): void {
    const { metadata } = this.access;
    this.access = {
      ...this.access,
      metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 },
      spec: { ...this.access.spec, ...spec },
    };
    this.gate.discovery.take(this.access);
  }

  /** Stops the gate. */
  async stopGate(): Promise<void> {
    await this.gate.stop();
  }

  /** Starts a gate that knows nothing of the one before, at its address. */
  async startGate(prepare?: (discovery: DiscoveryServer) => void): Promise<void> {
    this.gate = await FakeGate.start(prepare ?? ((discovery) => discovery.take(this.access)), this.gate.ports);
  }

  async stop(): Promise<void> {
    await this.envoy.stop();
    await this.gate.stop();
    await this.app.stop();
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

/** Three ports that are free. */
async function freePorts(): Promise<readonly [number, number, number]> {
  const servers = [createServer(), createServer(), createServer()] as const;
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return [ports[0] ?? 0, ports[1] ?? 0, ports[2] ?? 0];
}
