/**
 * Serves sidecars their configuration: listeners and clusters, as JSON over HTTP.
 *
 * A sidecar asks with the version that it has. Where there is another one for it, it is answered at once; otherwise its question
 * is held until there is, or 25 s, and answered 304. So a change reaches every sidecar in a fraction of a second at the cost of
 * one open request each.
 *
 * It is told of EnvironmentAccess objects by who watches them, and of what else takes rights away by `raise`. Until `open`, when
 * all is known that there is, it answers 503: an environment that isn't known yet must not be taken for one that is gone.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EnvironmentAccess } from '../../../access/environment-access';
import { sidecarClusters } from '../../../access/envoy/sidecar-clusters';
import { closedListener, sidecarListener } from '../../../access/envoy/sidecar-listener';
import { environmentKey } from '../../../access/envoy/sidecar-names';
import { TYPE_PREFIX } from '../../../access/envoy/typed-config';
import { canonicalJson, type JsonObject } from '../../../api/json';
import type { Clock } from '../../../ports/clock';
import { type DiscoveredKind, type DiscoveryRequest, discoveredKind, findDiscoveryRequest } from './discovery-request';
import { EnvironmentHistory } from './environment-history';
import { Rejections } from './rejections';
import { type CutCause, findRevision, LAYOUT, writeRevision } from './revision';

export interface DiscoveryServerOptions {
  readonly clock: Clock;
  /** A sidecar goes on with what it had. Called once for each state that is refused. */
  readonly onRejected: (environment: string, message: string) => void;
  /** A sidecar that had refused took what it was given. */
  readonly onAccepted: (environment: string) => void;
}

/** What a sidecar is given. */
interface Served {
  readonly version: string;
  readonly resources: readonly JsonObject[];
}

/** Below the sidecar's own limit of 30 s. */
const HOLD_MS = 25_000;

/** How soon a sidecar is offered again what it has refused: a cluster that its filters name may have come meanwhile. */
const AGAIN_MS = 5_000;

/** A refused sidecar that hasn't asked for so long is gone, or another one. */
const FORGOTTEN_MS = 2 * HOLD_MS + 10_000;

const TYPE_URLS = {
  listeners: `${TYPE_PREFIX}envoy.config.listener.v3.Listener`,
  clusters: `${TYPE_PREFIX}envoy.config.cluster.v3.Cluster`,
} as const satisfies Record<DiscoveredKind, string>;

/** The version of a sidecar whose environment there isn't. */
const CLOSED = 'closed';

/** The discovery service. It listens nowhere itself: `answer` is given the requests of a server. */
export class DiscoveryServer {
  readonly #options: DiscoveryServerOptions;
  readonly #histories = new Map<string, EnvironmentHistory>();
  readonly #waiting = new Map<string, Set<(mayRepeat?: boolean) => void>>();
  readonly #rejections = new Rejections();
  /** By environment, the sidecars that have refused, and when to forget each. */
  readonly #refusing = new Map<string, Map<string, () => void>>();
  #isOpen = false;
  #isClosed = false;

  constructor(options: DiscoveryServerOptions) {
    this.#options = options;
  }

  /** From now on it answers. */
  open(): void {
    this.#isOpen = true;
  }

  /** Answers whoever waits, so that no connection keeps its server from ending. */
  close(): void {
    this.#isClosed = true;
    for (const environment of [...this.#waiting.keys()]) this.#wake(environment);
    for (const sidecars of this.#refusing.values()) for (const cancel of sidecars.values()) cancel();
    this.#refusing.clear();
  }

  /** Takes in an environment, new or changed; any order of generations will do. */
  take(access: EnvironmentAccess): void {
    const environment = environmentKey(access.metadata);
    const history = this.#histories.get(environment);
    if (history === undefined) this.#histories.set(environment, new EnvironmentHistory(access));
    else history.take(access);
    this.#wake(environment);
  }

  /** Takes in that an environment is gone. */
  drop(environment: string): void {
    if (this.#histories.delete(environment)) this.#wake(environment);
  }

  /**
   * Ends all that is open in an environment, since rights were taken away by something that isn't in its EnvironmentAccess.
   * `mark` is a whole number that grows with it, as decimal text, and that every replica finds in the cluster: an instant that a
   * record holds, or a resource version; never this machine's clock, or each replica would end everything anew. Repeating a
   * mark, after a restart for instance, ends nothing. Environments that aren't known are let be.
   */
  raise(environment: string, cause: CutCause, mark: string): void {
    if (this.#histories.get(environment)?.raise(cause, mark) === true) this.#wake(environment);
  }

  /** Whether a sidecar goes on with another configuration than it was given, as far as this replica has seen. */
  isRejected(environment: string): boolean {
    return this.#refusing.has(environment);
  }

  /** Answers a request; false where it isn't one for configuration, and is left alone. */
  answer(message: IncomingMessage, response: ServerResponse): boolean {
    const kind = discoveredKind(message.url);
    if (kind === undefined || message.method !== 'POST') return false;
    void this.#answer(kind, message, response);
    return true;
  }

  async #answer(kind: DiscoveredKind, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await findDiscoveryRequest(message);
    if (request === undefined) {
      response.writeHead(400, { connection: 'close' }).end();
      return;
    }
    const sidecar = `${request.environment} ${kind} ${message.socket.remoteAddress ?? ''}`;
    const outcome = this.#rejections.asked(sidecar, request.version, request.rejection);
    if (outcome === 'Rejected') this.#noteRejection(request, kind, sidecar);
    else if (outcome === 'Taken') this.#forgetRejection(request.environment, sidecar);
    const found = await this.#serve(kind, request, sidecar, response);
    if (response.destroyed) return;
    if (found === 'NotYet') response.writeHead(503).end();
    else if (found === undefined) response.writeHead(304).end();
    else {
      response.once('finish', () => this.#rejections.gave(sidecar, found.version, request.version));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        canonicalJson({
          version_info: found.version,
          type_url: TYPE_URLS[kind],
          resources: found.resources.map((resource) => ({ '@type': TYPE_URLS[kind], ...resource })),
        }),
      );
    }
  }

  /** What there is for a sidecar, now or within the time that its question is held; undefined where there is nothing new. */
  #serve(
    kind: DiscoveredKind,
    request: DiscoveryRequest,
    sidecar: string,
    response: ServerResponse,
  ): Promise<Served | 'NotYet' | undefined> {
    const { environment } = request;
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(environment) ?? new Set<(mayRepeat?: boolean) => void>();
      this.#waiting.set(environment, waiting);
      const end = (found: Served | 'NotYet' | undefined): void => {
        for (const cancel of timers) cancel();
        response.off('close', stop);
        waiting.delete(look);
        if (waiting.size === 0 && this.#waiting.get(environment) === waiting) this.#waiting.delete(environment);
        resolve(found);
      };
      const look = (mayRepeat = false): void => {
        if (!this.#isOpen || this.#isClosed) {
          end('NotYet');
          return;
        }
        const served = this.#findNews(kind, request);
        const isRefused = served !== undefined && served.version === this.#rejections.rejectedBy(sidecar);
        if (served !== undefined && (!isRefused || mayRepeat)) end(served);
      };
      const stop = (): void => end(undefined);
      const timers = [
        this.#options.clock.schedule(AGAIN_MS, () => look(true)),
        this.#options.clock.schedule(HOLD_MS, stop),
      ];
      response.once('close', stop);
      waiting.add(look);
      look();
    });
  }

  #findNews(kind: DiscoveredKind, { environment, version, listenPort }: DiscoveryRequest): Served | undefined {
    const history = this.#histories.get(environment);
    if (history === undefined) {
      if (version === CLOSED) return undefined;
      const isKept = kind === 'listeners' && listenPort !== undefined;
      return { version: CLOSED, resources: isKept ? [closedListener(listenPort, CLOSED)] : [] };
    }
    return kind === 'listeners' ? listenerNews(history, version) : clusterNews(history, version);
  }

  #wake(environment: string): void {
    for (const look of [...(this.#waiting.get(environment) ?? [])]) look();
  }

  #noteRejection({ environment, rejection = '' }: DiscoveryRequest, kind: DiscoveredKind, sidecar: string): void {
    const sidecars = this.#refusing.get(environment) ?? new Map<string, () => void>();
    const cancel = sidecars.get(sidecar);
    cancel?.();
    sidecars.set(
      sidecar,
      this.#options.clock.schedule(FORGOTTEN_MS, () => {
        this.#rejections.forget(sidecar);
        this.#forgetRejection(environment, sidecar);
      }),
    );
    this.#refusing.set(environment, sidecars);
    if (cancel !== undefined) return;
    const why = rejection === '' ? 'its log says why' : rejection;
    this.#options.onRejected(environment, `the sidecar refuses the ${kind} that it is given: ${why}`);
  }

  #forgetRejection(environment: string, sidecar: string): void {
    const sidecars = this.#refusing.get(environment);
    sidecars?.get(sidecar)?.();
    if (sidecars?.delete(sidecar) !== true || sidecars.size > 0) return;
    this.#refusing.delete(environment);
    this.#options.onAccepted(environment);
  }
}

function listenerNews(history: EnvironmentHistory, version: string): Served | undefined {
  const revision = history.listenerAfter(version);
  if (revision === undefined) return undefined;
  return { version: writeRevision(revision), resources: [sidecarListener(history.access, revision.cut)] };
}

/** Clusters end nothing: another generation, and only a later one, is another version. */
function clusterNews({ access }: EnvironmentHistory, version: string): Served | undefined {
  const held = findRevision(version);
  const { uid = '', generation = 0 } = access.metadata;
  const isSame = held?.uid === uid && held.generation === generation && held.layout >= LAYOUT;
  if (isSame || (held?.uid === uid && held.generation > generation)) return undefined;
  return {
    version: writeRevision({ layout: LAYOUT, uid, generation, marks: {}, cut: '' }),
    resources: sidecarClusters(access),
  };
}
