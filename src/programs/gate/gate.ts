/**
 * The gate: where people sign in, and what sidecars ask about each request and are configured by. It may run in several replicas,
 * which know of each other only what the cluster's objects say.
 *
 * It begins when all EnvironmentAccesses are known, and answers no to whatever it doesn't know. Ports: the public one with
 * sign-in; ext_authz by gRPC; ext_authz by HTTP and discovery; metrics and probes.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { decide } from '../../access/decision/decide';
import type { EnvironmentAccess } from '../../access/environment-access';
import type { Identity } from '../../access/identity';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { errorKeys } from '../error-keys';
import { Acceptance } from './acceptance';
import { auditLog } from './audit/audit-log';
import { Authorizer } from './authorization/authorizer';
import { GrpcDoor } from './authorization/ext-authz/grpc-door';
import { HttpDoor } from './authorization/ext-authz/http-door';
import { WatchedAccess } from './authorization/watched-access';
import { DiscoveryServer } from './discovery/discovery-server';
import { gateShrank } from './discovery/gate-shrank';
import { NetworkAuthorizers } from './external/external-authorizers';
import { inClusterAddress, type ServiceAddress } from './external/service-address';
import { CLOCK_SKEW_SECONDS } from './keys/sealed-tokens';
import { closeServer, listenOn } from './listening';
import { Attempts } from './methods/attempts';
import { BasicMethod } from './methods/basic';
import { BearerMethod } from './methods/bearer';
import type { PasswordHashes } from './methods/password-hashes';
import { secretOf } from './methods/secret-of';
import { type SecretChange, WatchedSecrets } from './methods/watched-secrets';
import { PrometheusGateMetrics } from './metrics/gate-metrics';
import { MetricsServer } from './metrics/metrics-server';
import { ownPathAt, urlAt } from './sessions/environment-address';
import { SignInService } from './sessions/sign-in-service';
import { type SignOutCut, SignOutCuts } from './sign-out-cuts';
import { type GateChange, WatchedGate } from './watched-gate';

/** The least that anybody can want. */
const LOOK = { isLook: true, initiator: 'OwnPageOrUser' } as const;

/** As much as Envoy takes of a request: what is passed on to be asked about must not be too large here. */
const LARGEST_HEADERS_BYTES = 96 * 1024;

/** Ports of the gate; 0 is any that is free. */
export interface GatePorts {
  /** Sign-in and the pages around it. */
  readonly public: number;
  /** ext_authz by gRPC. */
  readonly authorization: number;
  /** ext_authz by HTTP, and discovery. */
  readonly discovery: number;
  /** `/metrics`, `/healthz` and `/readyz`. */
  readonly metrics: number;
}

export interface AccessGateOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  /** The gate's own namespace, with its Secrets. */
  readonly namespace: string;
  readonly ports: GatePorts;
  /** Address to listen on. */
  readonly host: string;
  /** Compares passwords, preferably in a thread of its own. */
  readonly hashes: PasswordHashes;
  /** So long it goes on answering after it is told to end, while Services still send to it. Default 0. */
  readonly drainMs?: number;
  /** Where the Services of external authorisers are reached. Default: by the cluster's DNS. */
  readonly addressOf?: ServiceAddress;
}

/** One replica of the gate. */
export class AccessGate {
  readonly #options: AccessGateOptions;
  readonly #accesses: WatchedAccess;
  readonly #gate: WatchedGate;
  readonly #secrets: WatchedSecrets;
  readonly #signIn: SignInService;
  readonly #cuts: SignOutCuts;
  readonly #discovery: DiscoveryServer;
  readonly #acceptance: Acceptance;
  readonly #external: NetworkAuthorizers;
  readonly #grpcDoor: GrpcDoor;
  readonly #httpDoor: HttpDoor;
  readonly #configuration: Server;
  readonly #metricsServer: MetricsServer;
  readonly #stopping = new AbortController();
  #isStarted = false;
  #ports: GatePorts | undefined;
  #following: Promise<unknown> = Promise.resolve();

  constructor(options: AccessGateOptions) {
    const { cluster, clock, log, namespace, hashes, addressOf = inClusterAddress } = options;
    const watching = { cluster, clock, log };
    this.#options = options;
    this.#accesses = new WatchedAccess(watching);
    this.#gate = new WatchedGate({ ...watching, onChange: (change) => this.#gateChanged(change) });
    this.#secrets = new WatchedSecrets({ ...watching, onChange: (change) => this.#secretChanged(change) });
    this.#acceptance = new Acceptance({ ...watching, find: (environment) => this.#accesses.find(environment) });
    const metrics = new PrometheusGateMetrics(() => this.#accesses.size);
    const attempts = new Attempts(clock);
    this.#external = new NetworkAuthorizers({ clock, log, metrics, addressOf });
    this.#signIn = new SignInService({
      ...watching,
      namespace,
      gate: () => this.#gate.spec,
      environments: this.#accesses,
      onSignedOut: (identity) => this.#cuts.note(identity),
    });
    this.#cuts = new SignOutCuts({
      ...watching,
      namespace,
      onCut: (identity, cut) => this.#signedOut(identity, cut),
    });
    this.#discovery = new DiscoveryServer({
      clock,
      onRejected: (environment, message) => this.#acceptance.refused(environment, message),
      onAccepted: (environment) => this.#acceptance.taken(environment),
    });
    const authorizer = new Authorizer({
      index: this.#accesses,
      signIn: this.#signIn.signIn,
      basic: new BasicMethod({ secrets: this.#secrets, hashes, attempts, metrics }),
      bearer: new BearerMethod({ secrets: this.#secrets, attempts, metrics }),
      external: this.#external,
      audit: auditLog(log),
      metrics,
      log,
      signOutUrl: ({ spec }) => urlAt(spec.address, ownPathAt(spec.address, '/sign-out')),
    });
    this.#grpcDoor = new GrpcDoor(authorizer, log);
    this.#httpDoor = new HttpDoor(authorizer, log);
    this.#configuration = createServer({ maxHeaderSize: LARGEST_HEADERS_BYTES }, (request, response) =>
      this.#answerProxy(request, response),
    );
    this.#metricsServer = new MetricsServer({ isReady: () => this.isReady, page: () => metrics.page() });
    this.#accesses.listen((environment, _before, after) => this.#accessChanged(environment, after));
  }

  /** True while everything is known that requests are answered by. */
  get isReady(): boolean {
    return this.#isStarted && this.#signIn.isReady;
  }

  /** Where it listens; undefined until it has begun. */
  get ports(): GatePorts | undefined {
    return this.#ports;
  }

  /**
   * Begins; `ports` then says where. Throws what the cluster throws where the environments can't be listed; afterwards, failures
   * are logged and tried again.
   */
  async start(): Promise<void> {
    const { signal } = this.#stopping;
    await Promise.all([this.#accesses.fill(), this.#gate.fill()]);
    this.#following = Promise.all(
      [this.#accesses, this.#gate, this.#signIn, this.#cuts].map(async (part) => {
        await part.follow(signal);
      }),
    ).catch((error: unknown) => {
      this.#options.log.error('gate no longer follows the cluster', errorKeys(error));
    });
    this.#discovery.open();
    this.#isStarted = true;
    this.#ports = await this.#listen();
  }

  /** Goes on answering for a while, then ends all work, and returns when none is under way. */
  async stop(): Promise<void> {
    const { clock, drainMs = 0 } = this.#options;
    this.#isStarted = false;
    if (drainMs > 0) await new Promise<void>((resolve) => clock.schedule(drainMs, resolve));
    this.#stopping.abort();
    this.#discovery.close();
    await Promise.all([
      this.#signIn.publicServer.close(),
      this.#grpcDoor.close(),
      closeServer(this.#configuration),
      this.#metricsServer.close(),
      this.#secrets.close(),
      this.#following,
    ]);
    await this.#acceptance.close();
    this.#external.close();
  }

  async #listen(): Promise<GatePorts> {
    const { ports, host } = this.#options;
    return {
      public: await this.#signIn.publicServer.listen(ports.public, host),
      authorization: await this.#grpcDoor.listen(ports.authorization, host),
      discovery: await listenOn(this.#configuration, ports.discovery, host),
      metrics: await this.#metricsServer.listen(ports.metrics, host),
    };
  }

  #answerProxy(request: IncomingMessage, response: ServerResponse): void {
    if (this.#httpDoor.isFor(request.url ?? '')) void this.#httpDoor.answer(request, response);
    else if (!this.#discovery.answer(request, response)) response.writeHead(404).end();
  }

  #accessChanged(environment: string, after: EnvironmentAccess | undefined): void {
    this.#secrets.need(environment, after === undefined ? undefined : secretOf(after));
    if (after === undefined) {
      this.#discovery.drop(environment);
      return;
    }
    this.#discovery.take(after);
    this.#acceptance.changed(after);
  }

  /** Who has lost a password or token, is let go. */
  #secretChanged({ environments, isLoss, mark }: SecretChange): void {
    if (!isLoss) return;
    for (const environment of environments) this.#discovery.raise(environment, 'Credentials', mark);
  }

  /** Where sessions end with what was taken out of the Gate, what is open is closed, and whoever may still come in connects again. */
  #gateChanged({ before, after, mark }: GateChange): void {
    for (const { metadata, spec } of this.#accesses.values()) {
      if (!gateShrank(spec, before, after)) continue;
      this.#discovery.raise(`${metadata.namespace ?? ''}/${metadata.name}`, 'Gate', mark);
    }
  }

  /**
   * Somebody has signed out: what is open where they may enter is closed, and whoever else was there connects again. Sign-outs of
   * the last minutes are told once more to a gate that begins, when environments may have come since that they never entered.
   */
  #signedOut(identity: Identity, { at, mark }: SignOutCut): void {
    for (const { metadata, spec } of this.#accesses.values()) {
      if (spec.authenticate.method !== 'OIDC' || !decide(spec, identity, LOOK).isAllowed) continue;
      if (isLater(metadata.creationTimestamp, at)) continue;
      this.#discovery.raise(`${metadata.namespace ?? ''}/${metadata.name}`, 'SignOut', mark);
    }
  }
}

/** Whether something was made after an instant by any clock: those of the API server and of replicas differ. */
function isLater(creationTimestamp: string | null | undefined, atMs: number): boolean {
  return Date.parse(creationTimestamp ?? '') - CLOCK_SKEW_SECONDS * 1000 > atMs;
}
