/** An app with its sidecar before it, and a stand-in for the gate: real Envoy, started by what a pod's sidecar is started with. */
import type { EnvironmentAccess, EnvironmentAccessSpec } from '../../../src/access/environment-access';
import type { DiscoveryServer } from '../../../src/programs/gate/discovery/discovery-server';
import { environmentAccess } from './access';
import { FakeGate } from './fake-gate';
import { RecordingApp } from './recording-app';
import { freePort, RunningSidecar } from './running-sidecar';

export class ProxiedEnvironment {
  private constructor(
    public app: RecordingApp,
    readonly sidecar: RunningSidecar,
    public gate: FakeGate,
    public access: EnvironmentAccess,
  ) {}

  /** Starts app, gate and sidecar; returns when the sidecar is ready. */
  static async start(spec: Partial<EnvironmentAccessSpec> = {}): Promise<ProxiedEnvironment> {
    const app = await RecordingApp.start();
    const listenPort = await freePort();
    const access = environmentAccess({
      spec: { ...spec, listenPort, app: { basePath: 'Keep', view: 'None', ...spec.app, port: app.port } },
    });
    const gate = await FakeGate.start((discovery) => discovery.take(access));
    const sidecar = await RunningSidecar.start(access, gate.ports);
    const environment = new ProxiedEnvironment(app, sidecar, gate, access);
    await sidecar.becomesReady();
    return environment;
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
    await this.sidecar.stop();
    await this.gate.stop();
    await this.app.stop();
  }
}
