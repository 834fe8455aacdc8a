/**
 * Sign-in on a stage: two replicas of it on one cluster in memory, their public ports on loopback under the gate's name,
 * environments that are asked in process as their sidecars would, and a clock that tests turn. Providers are real.
 */
import type { EnvironmentAccess, EnvironmentAccessSpec } from '../../../../src/access/environment-access';
import type { GateSpec, ProviderSpec } from '../../../../src/access/gate';
import { SECRET } from '../../../../src/programs/gate/keys/shared-secret';
import type { Answer, GateRequest } from '../../../../src/programs/gate/request';
import { SignInService } from '../../../../src/programs/gate/sessions/sign-in-service';
import { FakeClock, settle } from '../../../support/fake-clock';
import {
  type BrowserRequest,
  type BrowserResponse,
  sendByNetwork,
  TestBrowser,
} from '../../../support/oidc-provider/test-browser';
import { silentLogger } from '../../../support/silent-logger';
import { FakeCluster } from '../../controller-manager/fake-cluster';

/** Where the gate is, as browsers see it. */
export const GATE_URL = 'https://gate.example.org';

/** Namespace of the gate. */
export const NAMESPACE = 'adrasteia-system';

interface Replica {
  readonly service: SignInService;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export class Stage {
  readonly clock = new FakeClock(Date.UTC(2026, 0, 1));
  readonly cluster = new FakeCluster(this.clock, [SECRET]);
  readonly log = silentLogger();
  readonly environments = new Map<string, EnvironmentAccess>();
  gate: GateSpec | undefined;
  /** Which replica answers what comes next. */
  serving = 0;
  /** Answers of the gate at environments, in order. */
  readonly answers: Answer[] = [];
  readonly #replicas: Replica[] = [];

  private constructor(providers: readonly ProviderSpec[]) {
    this.gate = gateSpec(providers);
  }

  static async begin(providers: readonly ProviderSpec[], replicas = 1): Promise<Stage> {
    const stage = new Stage(providers);
    for (let index = 0; index < replicas; index++) await stage.addReplica();
    return stage;
  }

  /** Starts one more replica. */
  async addReplica(): Promise<SignInService> {
    const { clock, cluster, environments, log } = this;
    const service = new SignInService({
      cluster,
      clock,
      log,
      namespace: NAMESPACE,
      gate: () => this.gate,
      environments: { find: (name) => environments.get(name) },
      onSignedOut: async () => undefined,
    });
    const stopping = new AbortController();
    const following = service.follow(stopping.signal);
    await settle();
    const port = await service.publicServer.listen(0, '127.0.0.1');
    const stop = async (): Promise<void> => {
      stopping.abort();
      await following;
      await service.publicServer.close();
    };
    this.#replicas.push({ service, port, stop });
    return service;
  }

  async end(): Promise<void> {
    await Promise.all(this.#replicas.splice(0).map(({ stop }) => stop()));
  }

  get service(): SignInService {
    return this.#serving().service;
  }

  /** An environment of this address; it lets in whoever is signed in, and says who that is. */
  addEnvironment(
    name: string,
    url: string,
    oidc: EnvironmentAccessSpec['authenticate']['oidc'] = { providers: [] },
  ): EnvironmentAccess {
    const { protocol, host, pathname } = new URL(url);
    const access: EnvironmentAccess = {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'EnvironmentAccess',
      metadata: { namespace: 'team-a', name, uid: `uid-of-${name}` },
      spec: {
        address: { scheme: protocol === 'https:' ? 'https' : 'http', host, path: pathname },
        listenPort: 8888,
        app: { port: 8080, basePath: 'Keep', view: 'None' },
        authenticate: { method: 'OIDC', oidc },
        authorize: [],
      },
    };
    this.environments.set(`team-a/${name}`, access);
    return access;
  }

  browser(): TestBrowser {
    return new TestBrowser((request) => this.#send(request));
  }

  /** A request to an environment, as its sidecar tells the gate of it. */
  gateRequest({ method, url, headers }: BrowserRequest): GateRequest {
    return { method, host: url.host, path: `${url.pathname}${url.search}`, headers, sourceAddress: '192.0.2.1' };
  }

  /** What an environment's gate answers: as authorisation does for whoever may do anything. */
  async ask(request: GateRequest, access: EnvironmentAccess): Promise<Answer> {
    const { signIn } = this.service;
    const own = signIn.ownAnswer(request, access);
    if (own !== undefined) return own;
    const session = await signIn.sessionOf(request, access);
    if (session.state === 'SignedOut') return signIn.ask(request, access, session.why);
    return {
      outcome: 'Allowed',
      toApp: [{ name: 'x-auth-request-user', value: session.identity.user }],
      notToApp: [],
      toBrowser: session.renewed,
    };
  }

  #serving(): Replica {
    const replica = this.#replicas[this.serving];
    if (replica === undefined) throw new Error(`there is no replica ${this.serving}`);
    return replica;
  }

  async #send(request: BrowserRequest): Promise<BrowserResponse> {
    const { url } = request;
    if (url.origin === GATE_URL) {
      const port = this.#serving().port;
      return sendByNetwork({ ...request, url: new URL(`http://127.0.0.1:${port}${url.pathname}${url.search}`) });
    }
    const access = this.#environmentAt(url);
    if (access === undefined) {
      if (url.hostname !== '127.0.0.1') throw new Error(`a browser was sent to ${url.href}`);
      return sendByNetwork(request);
    }
    const answer = await this.ask(this.gateRequest(request), access);
    this.answers.push(answer);
    return responseOf(answer);
  }

  /** The environment with the longest path that an address is below. */
  #environmentAt({ host, pathname }: URL): EnvironmentAccess | undefined {
    return [...this.environments.values()]
      .filter(({ spec }) => spec.address.host === host && `${pathname}/`.startsWith(withSlash(spec.address.path)))
      .sort((a, b) => b.spec.address.path.length - a.spec.address.path.length)[0];
  }
}

/** A provider of the gate, with the fields that have defaults filled in. */
export function providerSpec(name: string, issuerUrl: string, more: Partial<ProviderSpec> = {}): ProviderSpec {
  return {
    name,
    issuerUrl,
    clientId: 'gate',
    scopes: ['openid', 'profile', 'email', 'groups'],
    userClaim: 'preferred_username',
    groupsClaim: 'groups',
    keepClaims: [],
    ...more,
  };
}

function gateSpec(providers: readonly ProviderSpec[]): GateSpec {
  return {
    url: GATE_URL,
    service: { name: 'adrasteia-gate', namespace: NAMESPACE, authorizationPort: 9001, discoveryPort: 9002 },
    sidecar: { image: 'envoy' },
    providers,
    sessions: { environmentSeconds: 300, idleSeconds: 43_200, maxSeconds: 86_400 },
    clientIssuers: [],
    networkPolicies: 'Unknown',
  };
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

function responseOf(answer: Answer): BrowserResponse {
  if (answer.outcome === 'Allowed') {
    const user = answer.toApp.find(({ name }) => name === 'x-auth-request-user')?.value ?? '';
    const setCookies = answer.toBrowser.map(({ value }) => value);
    return { status: 200, headers: {}, setCookies, body: `app for ${user}` };
  }
  const isCookie = ({ name }: { readonly name: string }): boolean => name === 'set-cookie';
  return {
    status: answer.status,
    headers: Object.fromEntries(
      answer.headers.filter((header) => !isCookie(header)).map(({ name, value }) => [name, value]),
    ),
    setCookies: answer.headers.filter(isCookie).map(({ value }) => value),
    body: answer.body,
  };
}
