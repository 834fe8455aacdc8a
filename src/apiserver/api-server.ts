/**
 * The embedded Kubernetes API: a whole API server in this process, over any storage.
 *
 * Put together here: what is served (built-in kinds, and CRDs as they come), who may ask, what every write goes through, and
 * the HTTPS server that answers. Controllers and nodes are clients like any other; none runs here, except what keeps the
 * server's own definitions in step.
 * @see docs/embedded-api.md
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { JsonObject } from '../api/json';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { admissionPlugins } from './admission-plugins';
import type { Authenticator, UserInfo } from './authentication/authenticator';
import { bearerTokens } from './authentication/bearer-token';
import { clientCertificates } from './authentication/client-certificate';
import { openIdDocuments } from './authentication/openid-documents';
import { ServiceAccountKeys } from './authentication/service-account-keys';
import { serviceAccountTokens } from './authentication/service-account-tokens';
import { staticTokens } from './authentication/static-tokens';
import { tokenAuthenticatorOf } from './authentication/token-authenticator';
import { authenticatorOf } from './authentication/union-authenticator';
import { forbiddenRequest } from './authorization/forbidden-request';
import { findImpersonatedUser } from './authorization/impersonation';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  RbacAuthorizer,
  ROLE_BINDINGS,
  ROLES,
} from './authorization/rbac-authorizer';
import { createBootstrapObjects, settleServicePort } from './bootstrap';
import { builtinResource } from './builtin-resource';
import { celExpressionCheck, celValidationRules } from './cel';
import { type CredentialStore, memoryCredentials } from './certificates/credential-store';
import { kubeconfig } from './certificates/kubeconfig';
import { ADMINISTRATOR, openServerCredentials, type ServerCredentials } from './certificates/server-credentials';
import { CustomResourceDefinitions } from './custom-resource-definitions';
import { definitionRules } from './definition-rules';
import { CatalogueDiscovery } from './discovery-source';
import type { RequestFaults } from './faults/request-faults';
import { fieldManager } from './fields/default-field-manager';
import { FlowControl } from './flow-control/flow-control';
import { behaviourOf } from './kind-behaviour';
import { kindFactsWith } from './kinds';
import { bootstrapObjects, builtinResources, versionInfo } from './kubernetes';
import { legacyBindings } from './legacy-bindings';
import { metadataRules } from './metadata-rules';
import { openApiOf } from './open-api-source';
import { startPolicyTypeChecking } from './policy-type-checking';
import { ChangeCounts } from './rbac-revisions';
import { AdmissionChain } from './registry/admission-chain';
import { objectOf, objectText } from './registry/object-text';
import type { ResourceStoreDependencies } from './registry/resource-store';
import { StorageReader } from './registry/storage-reader';
import type { Exchange } from './requests/exchange';
import { HttpServer } from './requests/http-server';
import { answerPath } from './requests/path-requests';
import type { RequestInfo } from './requests/request-info';
import { Router } from './requests/router';
import { ResourceCatalogue } from './resources/catalogue';
import { scaleAccessOf } from './scale-access';
import { compactPeriodically } from './storage/compaction';
import { expirePeriodically } from './storage/expiry';
import type { Storage } from './storage/storage';
import { subresourceActions } from './subresource-actions';
import { describedVirtualResources, reviewResources } from './virtual-resources';

export interface ApiServerOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where keys and certificates are kept. Default: in memory. */
  readonly credentials?: CredentialStore;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** Users by their bearer tokens, beside certificates and service accounts. */
  readonly tokens?: ReadonlyMap<string, UserInfo>;
  /** What a test has go wrong with requests. */
  readonly faults?: RequestFaults;
}

const ISSUER = 'https://kubernetes.default.svc';
const NAME_CHARACTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const EVENTS_PREFIX = '/core/events/';
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';

/** A running API server. */
export class ApiServer {
  readonly #http: HttpServer;
  readonly #definitions: CustomResourceDefinitions;
  readonly #flowControl: FlowControl;
  readonly #counts: ChangeCounts;
  readonly #stopping: AbortController;
  readonly #storage: Storage;
  readonly #credentials: ServerCredentials;
  readonly #clock: Clock;
  readonly #stopCompaction: () => void;
  readonly #stopExpiry: () => void;
  /** `https://127.0.0.1:6443` */
  readonly url: string;

  private constructor(parts: {
    readonly http: HttpServer;
    readonly definitions: CustomResourceDefinitions;
    readonly flowControl: FlowControl;
    readonly counts: ChangeCounts;
    readonly stopping: AbortController;
    readonly options: ApiServerOptions;
    readonly credentials: ServerCredentials;
    readonly url: string;
  }) {
    this.#http = parts.http;
    this.#definitions = parts.definitions;
    this.#flowControl = parts.flowControl;
    this.#counts = parts.counts;
    this.#stopping = parts.stopping;
    this.#storage = parts.options.storage;
    this.#clock = parts.options.clock;
    this.#stopCompaction = compactPeriodically(this.#storage, parts.options);
    this.#stopExpiry = expirePeriodically(this.#storage, {
      ...parts.options,
      prefix: EVENTS_PREFIX,
      lastText: (record, revision) => objectText(objectOf(record), revision),
    });
    this.#credentials = parts.credentials;
    this.url = parts.url;
  }

  /** Starts a server; resolves when it answers and everything that a fresh control plane holds is there. */
  static async start(options: ApiServerOptions): Promise<ApiServer> {
    const { storage, clock, log, host = '127.0.0.1', port = 0 } = options;
    const now = (): Date => new Date(clock.now());
    const credentials = await openServerCredentials(options.credentials ?? memoryCredentials(), {
      hosts: [host],
      now: now(),
    });
    const rules = celValidationRules();
    const behaviour = behaviourOf(kindFactsWith(celExpressionCheck), rules);
    const facts = builtinResources();
    const stored = facts.filter(({ verbs }) => verbs.includes('get'));
    const builtIn = stored.map((resource) => builtinResource(resource, behaviour(resource.group, resource.resource)));

    // The authorizer reads the storage through the catalogue, and reviews ask the authorizer.
    const reviews: ReturnType<typeof reviewResources>[number][] = [];
    const catalogue = new ResourceCatalogue(builtIn, reviews);
    const reader = new StorageReader(storage, catalogue);
    const counts = new ChangeCounts(storage, catalogue, [ROLES, ROLE_BINDINGS, CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS]);
    const authorizer = new RbacAuthorizer({ reader, revisionOf: (type, namespace) => counts.of(type, namespace) });
    const keys = new ServiceAccountKeys(credentials.serviceAccountKey);
    const apiAudiences = [ISSUER];
    const tokens = tokenAuthenticatorOf([
      staticTokens(options.tokens ?? new Map(), apiAudiences),
      serviceAccountTokens({ keys, issuers: [ISSUER], apiAudiences, reader, now }),
    ]);
    const authenticator: Authenticator = authenticatorOf([clientCertificates(now), bearerTokens(tokens, apiAudiences)]);
    reviews.push(...reviewResources(facts, { authorizer, resolver: authorizer, tokens, apiAudiences, now }));
    catalogue.setCustom([]);

    const deferred: { store?: ResourceStoreDependencies } = {};
    const getStore = (): ResourceStoreDependencies => {
      if (deferred.store === undefined) throw new Error('the server is not put together yet');
      return deferred.store;
    };
    const admission = new AdmissionChain(
      admissionPlugins({ reader, catalogue, authorizer, resolver: authorizer, now, nameSuffix, getStore }),
    );
    const store: ResourceStoreDependencies = {
      storage,
      admission,
      fieldManager,
      reader,
      metadataRules,
      identities: { uid: randomUUID, nameSuffix },
      now,
    };
    deferred.store = store;
    reviews.push(legacyBindings({ catalogue, store, now }));

    const definitionsResource = catalogue.find('apiextensions.k8s.io', 'customresourcedefinitions');
    if (definitionsResource === undefined) throw new Error('the published facts name no CustomResourceDefinitions');
    const definitions = new CustomResourceDefinitions({
      catalogue,
      definitions: definitionsResource,
      store,
      rules: definitionRules(rules),
      clock,
      log,
    });

    const faults = options.faults === undefined ? {} : { faults: options.faults };
    const stopping = new AbortController();
    // Each watch that is open listens.
    setMaxListeners(0, stopping.signal);
    let isReady = false;
    let address = `${host}:${String(port)}`;
    const virtual = describedVirtualResources(facts);
    const discovery = new CatalogueDiscovery(
      catalogue,
      () => [...catalogue.resources, ...virtual],
      () => address,
    );
    const openApi = openApiOf(catalogue);
    const actions = subresourceActions({ keys, issuer: ISSUER, apiAudiences, reader, now, store, catalogue });
    const documents = new Map(
      openIdDocuments(keys, { issuer: ISSUER, address }).map(({ path, contentType, document }) => [
        path,
        () => ({ text: JSON.stringify(document), contentType }),
      ]),
    );
    const flowControl = new FlowControl({ catalogue, store, log });
    documents.set('/metrics', () => ({ text: flowControl.metrics(), contentType: METRICS_TYPE }));
    const version = JSON.stringify(versionInfo(), undefined, 2);
    const router = new Router({
      catalogue,
      authorizer,
      store,
      writes: {
        storage,
        fieldManager,
        now,
        findAction: ({ resource, exchange }) =>
          actions.get(`${resource.group}/${resource.resource}/${exchange.info.subresource}`),
        findScale: scaleAccessOf,
      },
      watches: { storage, clock, random: Math.random, stopping: stopping.signal, ...faults },
      paths: (exchange: Exchange) =>
        answerPath(exchange, { discovery, openApi, version, documents, isReady: () => isReady }),
    });
    const http = new HttpServer({
      certificate: credentials.serving.certificate,
      key: credentials.serving.key,
      clientAuthority: credentials.authority,
      host,
      port,
      log,
      identify: async (request) => {
        const user = await authenticator.authenticate(request);
        const asker = user ?? { username: 'system:anonymous', groups: ['system:unauthenticated'] };
        return findImpersonatedUser(request, asker, authorizer) ?? asker;
      },
      findFlow: (info: RequestInfo, user: UserInfo) => flowControl.findFlow({ info, user }),
      authorize: (info: RequestInfo, user: UserInfo) => {
        const { allowed, reason } = authorizer.decide({ ...info, user });
        if (!allowed) throw forbiddenRequest({ ...info, user }, reason);
      },
      route: (exchange) => router.route(exchange),
      ...faults,
    });

    await createBootstrapObjects(bootstrapObjects(), { catalogue, store });
    definitions.start();
    flowControl.start();
    stopping.signal.addEventListener('abort', startPolicyTypeChecking({ catalogue, store, log }), { once: true });
    let listening: number;
    try {
      listening = await http.listen();
    } catch (error) {
      // The storage is its owner's, who may try another port.
      await definitions.stop();
      await flowControl.stop();
      counts.stop();
      throw error;
    }
    address = `${host}:${String(listening)}`;
    await settleServicePort({ catalogue, store }, listening);
    isReady = true;
    return new ApiServer({
      http,
      definitions,
      flowControl,
      counts,
      stopping,
      options,
      credentials,
      url: `https://${address}`,
    });
  }

  /** The authority's certificate in PEM: what clients trust. */
  get authority(): string {
    return this.#credentials.authority;
  }

  /** A kubeconfig of an administrator, as an object; its JSON is a valid file. */
  async adminKubeconfig(): Promise<JsonObject> {
    const credential = await this.#credentials.clientCertificate('admin', ADMINISTRATOR, new Date(this.#clock.now()));
    return kubeconfig({ name: 'adrasteia', server: this.url, authority: this.authority, credential });
  }

  /** Ends watches and connections, lets what is under way finish, and closes the storage. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopCompaction();
    this.#stopExpiry();
    await this.#definitions.stop();
    await this.#flowControl.stop();
    this.#counts.stop();
    await this.#http.close();
    await this.#storage.close();
  }
}

function nameSuffix(): string {
  return [...randomBytes(SUFFIX_LENGTH)].map((byte) => NAME_CHARACTERS[byte % NAME_CHARACTERS.length]).join('');
}
