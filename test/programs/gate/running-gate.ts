/** The gate in this process on an embedded API of its own, asked by gRPC as sidecars ask, and by HTTP. */
import { request as httpRequest, type RequestOptions } from 'node:http';
import { Client, credentials } from '@grpc/grpc-js';
import { ENVIRONMENT_ACCESS, type EnvironmentAccess } from '../../../src/access/environment-access';
import { sidecarConfiguration } from '../../../src/access/envoy/sidecar-configuration';
import { GATE, GATE_NAME, GATE_SERVICE } from '../../../src/access/gate';
import { KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import { systemClock } from '../../../src/adapters/system-clock';
import { apiVersionOf, type ResourceType } from '../../../src/api/resource-type';
import { ApiServer } from '../../../src/apiserver/api-server';
import { MemoryStorage } from '../../../src/apiserver/storage/memory-storage';
import { AccessGate, type GatePorts, passwordHashes } from '../../../src/programs/gate';
import { CHECK, NO_METADATA } from '../../../src/programs/gate/authorization/ext-authz/authorization-service';
import { writeCheckRequest } from '../../../src/programs/gate/authorization/ext-authz/check-request';
import type { GateRequest } from '../../../src/programs/gate/request';
import { crdOf } from '../../../src/schema/crd';
import { eventually } from '../../support/eventually';
import { silentLogger } from '../../support/silent-logger';
import { type ReadResponse, readCheckResponse } from './authorization/read-check-response';

const TOKEN = 'administrator';
/** Where the gate keeps its Secrets. */
export const GATE_NAMESPACE = GATE_SERVICE.namespace;

const type = (kind: string, plural: string, namespaced: boolean, group = ''): ResourceType => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced,
});
const SECRET = type('Secret', 'secrets', true);
const CRD = type('CustomResourceDefinition', 'customresourcedefinitions', false, 'apiextensions.k8s.io');
const NAMESPACES = type('Namespace', 'namespaces', false);

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What a sidecar is given. */
export interface ServedListener {
  readonly version: string;
  readonly listener: string;
}

export class RunningGate {
  readonly log = silentLogger();
  readonly cluster: KubernetesCluster;
  readonly #server: ApiServer;
  readonly #gate: AccessGate;
  readonly #client: Client;
  readonly ports: GatePorts;

  private constructor(server: ApiServer, cluster: KubernetesCluster, gate: AccessGate, ports: GatePorts) {
    this.#server = server;
    this.cluster = cluster;
    this.#gate = gate;
    this.ports = ports;
    this.#client = new Client(`127.0.0.1:${ports.authorization}`, credentials.createInsecure());
  }

  static async start(): Promise<RunningGate> {
    const log = silentLogger();
    const tokens = new Map([[TOKEN, { username: 'admin', groups: ['system:masters'] }]]);
    const server = await ApiServer.start({ storage: new MemoryStorage(), clock: systemClock, log, tokens });
    const cluster = new KubernetesCluster({
      server: server.url,
      context: 'test',
      namespace: 'default',
      insecureSkipTlsVerify: true,
      user: { token: TOKEN },
    });
    for (const name of [GATE_NAMESPACE, 'team']) {
      await cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    for (const schema of [GATE, ENVIRONMENT_ACCESS]) await cluster.create(CRD, crdOf(schema));
    await eventually('the kinds are served', async () => {
      const lists = await Promise.allSettled([GATE, ENVIRONMENT_ACCESS].map((schema) => cluster.list(schema.type, {})));
      return lists.every(({ status }) => status === 'fulfilled');
    });
    await cluster.create(GATE.type, {
      apiVersion: apiVersionOf(GATE.type),
      kind: 'Gate',
      metadata: { name: GATE_NAME },
      spec: { url: 'https://gate.example.org' },
    });
    const gate = new AccessGate({
      cluster,
      clock: systemClock,
      log,
      namespace: GATE_NAMESPACE,
      host: '127.0.0.1',
      ports: { public: 0, authorization: 0, discovery: 0, metrics: 0 },
      hashes: passwordHashes,
    });
    await gate.start();
    if (gate.ports === undefined) throw new Error('the gate has no ports');
    const running = new RunningGate(server, cluster, gate, gate.ports);
    await eventually('the gate is ready', () => gate.isReady);
    return running;
  }

  async stop(): Promise<void> {
    this.#client.close();
    await this.#gate.stop();
    await this.cluster.close();
    await this.#server.stop();
  }

  async addAccess(access: EnvironmentAccess): Promise<EnvironmentAccess> {
    const { uid: _uid, ...metadata } = access.metadata;
    return (await this.cluster.create(ENVIRONMENT_ACCESS.type, { ...access, metadata })) as EnvironmentAccess;
  }

  async putSecret(name: string, data: Readonly<Record<string, string>>): Promise<void> {
    await this.cluster.apply(
      SECRET,
      { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'team', name }, stringData: data },
      { fieldManager: 'test', force: true },
    );
  }

  /** Asks as the sidecar of an environment does. */
  async check(access: EnvironmentAccess, request: GateRequest, extensions: object = {}): Promise<ReadResponse> {
    const { namespace = '', name } = access.metadata;
    return this.send(
      writeCheckRequest({
        method: request.method,
        path: request.path,
        host: request.host,
        scheme: 'http',
        headers: { ...request.headers, ':method': request.method },
        sourceAddress: request.sourceAddress,
        contextExtensions: {
          environment: `${namespace}/${name}`,
          configuration: sidecarConfiguration(access),
          ...extensions,
        },
      }),
    );
  }

  /** Sends bytes as a CheckRequest. */
  async send(message: Uint8Array): Promise<ReadResponse> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        CHECK.path,
        CHECK.requestSerialize,
        CHECK.responseDeserialize,
        Buffer.from(message),
        NO_METADATA,
        (error, answer) => {
          if (error === null && answer !== undefined) resolve(readCheckResponse(answer));
          else reject(error ?? new Error('no answer'));
        },
      );
    });
  }

  /**
   * Asks for the listener of an environment, as its sidecar does that has this version; answered at once where there is another
   * one, else when there is. Gives the new version, and the listener as text; undefined where nothing came in time.
   */
  async listenerAfter(environment: string, version: string): Promise<ServedListener | undefined> {
    const body = JSON.stringify({ node: { id: environment }, version_info: version });
    const answer = await this.#post('/v3/discovery:listeners', body);
    if (answer.status !== 200) return undefined;
    const { version_info, resources } = JSON.parse(answer.body) as { version_info: string; resources: unknown };
    return { version: version_info, listener: JSON.stringify(resources) };
  }

  async #post(path: string, body: string): Promise<HttpAnswer> {
    return this.#send({ port: this.ports.discovery, method: 'POST', path }, body);
  }

  async get(port: keyof GatePorts, path: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    return this.#send({ port: this.ports[port], path, headers });
  }

  #send(options: RequestOptions, sent?: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const asking = httpRequest({ ...options, host: '127.0.0.1', agent: false });
      asking.once('error', reject);
      asking.once('response', (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => (body += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      });
      asking.end(sent);
    });
  }
}
