/**
 * The Kubernetes API as the runtime and the command line see it: the `Cluster` port, over HTTP.
 *
 * Paths come from `paths`, connections and their limits from `transport`, who asks from `credentials`, refusals from
 * `errors`, and watches from `watch`. Nothing is cached here, and nothing is tried again except what `transport` says.
 */
import type { KubeObject, Manifest, ObjectName } from '../../api/object';
import { apiVersionOf, type ResourceType } from '../../api/resource-type';
import { hasCode } from '../../errors';
import type { Clock } from '../../ports/clock';
import type {
  ApplyOptions,
  Cluster,
  DeleteOptions,
  ObjectList,
  PatchOptions,
  ReplaceOptions,
  Selection,
  WatchEvent,
  WatchOptions,
} from '../../ports/cluster';
import { systemClock } from '../system-clock';
import type { Answer } from './answer';
import type { ClusterConnection, Impersonation } from './connection';
import { credentialSource } from './credentials';
import { type RequestTarget, readStatus, refusal, saysObjectIsAbsent, unreadableAnswer } from './errors';
import { getConnection } from './kubeconfig';
import { collectionPath, creationPath, objectPath, withQuery } from './paths';
import { type ApiRequest, Transport, type TransportOptions } from './transport';
import { watchEvents } from './watch';

/** Objects of one list request, as kubectl and client-go page. */
const PAGE_SIZE = 500;

/** Objects of a page that is looked at and let go: small, so that a large list needs little memory at a time. */
const STREAMED_PAGE_SIZE = 50;

/** A list of objects of which only the metadata is told. */
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** How `connectCluster` finds and speaks to a cluster. */
export interface ConnectOptions extends TransportOptions {
  /** Path of a kubeconfig. Default: the files of KUBECONFIG, else `~/.kube/config`, else the pod's service account. */
  readonly kubeconfig?: string;
  /** Default: the kubeconfig's current context. */
  readonly context?: string;
  /** Acts as somebody else, as `kubectl --as` does. */
  readonly impersonate?: Impersonation;
  /** By which credentials expire. Default: this machine's. */
  readonly clock?: Clock;
}

/**
 * The cluster that the options, the environment or the pod name. No request is sent yet.
 * `KubeconfigInvalid` where nothing names a cluster, or what does cannot be used.
 */
export function connectCluster(options: ConnectOptions = {}): KubernetesCluster {
  const connection = getConnection(options);
  return new KubernetesCluster(
    options.impersonate === undefined ? connection : { ...connection, impersonation: options.impersonate },
    options,
  );
}

/** A Kubernetes API server, spoken to over HTTP. */
export class KubernetesCluster implements Cluster {
  /** Where the API is, and as what. */
  readonly connection: ClusterConnection;
  readonly #transport: Transport;

  constructor(connection: ClusterConnection, options: TransportOptions & { readonly clock?: Clock } = {}) {
    this.connection = connection;
    this.#transport = new Transport(connection, credentialSource(connection, options.clock ?? systemClock), options);
  }

  /** As the port says. A kind that isn't served is `ApiNotFound`, never undefined. */
  async get(type: ResourceType, name: ObjectName): Promise<KubeObject | undefined> {
    const request = {
      target: targetOf('get', type, name),
      method: 'GET',
      path: objectPath(type, name),
      idempotent: true,
    } as const;
    const answer = await this.#transport.send(request);
    if (answer.status === 404) {
      const status = readStatus(answer.status, answer.text);
      if (saysObjectIsAbsent(status)) return undefined;
    }
    return this.#read<KubeObject>(request.target, answer);
  }

  async list(type: ResourceType, selection: Selection): Promise<ObjectList> {
    try {
      return await collected(this.#pages(type, selection, PAGE_SIZE));
    } catch (error) {
      // The server compacted the version that the pages were of: once more from the start, in one piece so that it cannot happen again.
      if (!hasCode(error, 'ApiExpired')) throw error;
      return collected(this.#pages(type, selection, undefined));
    }
  }

  pages(type: ResourceType, selection: Selection): AsyncIterable<ObjectList> {
    return this.#pages(type, selection, STREAMED_PAGE_SIZE);
  }

  watch(type: ResourceType, options: WatchOptions): AsyncIterable<WatchEvent> {
    return watchEvents(this.#transport, this.connection.server, type, options);
  }

  async create(
    type: ResourceType,
    object: Manifest,
    options: { readonly fieldManager?: string; readonly dryRun?: boolean } = {},
  ): Promise<KubeObject> {
    return this.#json({
      target: targetOf('create', type, object.metadata),
      method: 'POST',
      path: withQuery(creationPath(type, object.metadata), {
        fieldManager: options.fieldManager,
        dryRun: dryRun(options),
      }),
      body: JSON.stringify(object),
      idempotent: options.dryRun === true,
    });
  }

  async apply(type: ResourceType, object: Manifest, options: ApplyOptions): Promise<KubeObject> {
    return this.#json({
      target: targetOf('apply', type, object.metadata),
      method: 'PATCH',
      path: withQuery(objectPath(type, object.metadata), {
        fieldManager: options.fieldManager,
        force: options.force,
        dryRun: dryRun(options),
      }),
      // JSON is YAML; the server takes either under this name.
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(object),
      idempotent: true,
    });
  }

  async patch(type: ResourceType, name: ObjectName, patch: unknown, options: PatchOptions): Promise<KubeObject> {
    return this.#json({
      target: targetOf('patch', type, name),
      method: 'PATCH',
      path: withQuery(objectPath(type, name, options.subresource), {
        fieldManager: options.fieldManager,
        dryRun: dryRun(options),
      }),
      contentType: options.type === 'merge' ? 'application/merge-patch+json' : 'application/json-patch+json',
      body: JSON.stringify(patch),
      // Sent twice, a merge patch gives the same object; list operations of a JSON patch don't.
      idempotent: options.type === 'merge',
    });
  }

  async replace(type: ResourceType, object: Manifest, options: ReplaceOptions = {}): Promise<KubeObject> {
    const { fieldManager } = options;
    return this.#json({
      target: targetOf('replace', type, object.metadata),
      method: 'PUT',
      path: withQuery(objectPath(type, object.metadata, options.subresource), { fieldManager }),
      body: JSON.stringify(object),
      idempotent: false,
    });
  }

  /** As the port says. A kind that isn't served is `ApiNotFound`: its objects may live on under another version. */
  async delete(type: ResourceType, name: ObjectName, options: DeleteOptions = {}): Promise<void> {
    const { uid, resourceVersion, propagation = 'Background', gracePeriodSeconds } = options;
    const preconditions = {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    const target = targetOf('delete', type, name);
    const answer = await this.#transport.send({
      target,
      method: 'DELETE',
      path: objectPath(type, name),
      body: JSON.stringify({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: propagation,
        gracePeriodSeconds,
        ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
        ...(uid === undefined && resourceVersion === undefined ? {} : { preconditions }),
      }),
      // Without a UID, a second try could meet another object of this name.
      idempotent: uid !== undefined,
    });
    if (answer.status < 300) return;
    const status = readStatus(answer.status, answer.text);
    if (!saysObjectIsAbsent(status)) throw refusal(target, status, answer.retryAfter);
  }

  /** As the port says; `accept` asks for another form of the answer, as aggregated discovery needs. */
  async raw(path: string, accept?: string): Promise<unknown> {
    return this.#json({
      target: { verb: 'get', kind: path },
      method: 'GET',
      path,
      idempotent: true,
      ...(accept === undefined ? {} : { accept }),
    });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async *#pages(
    type: ResourceType,
    { namespace, labelSelector, fieldSelector, metadataOnly = false }: Selection,
    limit: number | undefined,
  ): AsyncGenerator<ObjectList> {
    const target = targetOf('list', type, { ...(namespace === undefined ? {} : { namespace }) });
    const path = collectionPath(type, namespace);
    const apiVersion = apiVersionOf(type);
    let next: string | undefined;
    do {
      const page: Page = await this.#json<Page>({
        target,
        method: 'GET',
        path: withQuery(path, { labelSelector, fieldSelector, limit, continue: next }),
        idempotent: true,
        ...(metadataOnly ? { accept: METADATA_LIST } : {}),
      });
      const items = page.items ?? [];
      for (const item of items) {
        // Items of a list come without these two, or with those of partial metadata; set in place, since a copy of every
        // object would double the cost of a large list.
        item.apiVersion = metadataOnly ? apiVersion : (item.apiVersion ?? apiVersion);
        item.kind = metadataOnly ? type.kind : (item.kind ?? type.kind);
      }
      yield { items: items as unknown as readonly KubeObject[], resourceVersion: page.metadata?.resourceVersion ?? '' };
      next = page.metadata?.continue;
    } while (next !== undefined && next !== '');
  }

  async #json<T = KubeObject>(request: ApiRequest): Promise<T> {
    return this.#read<T>(request.target, await this.#transport.send(request));
  }

  /** The value of a successful answer; the server is trusted to send the shape that its API promises. */
  #read<T>(target: RequestTarget, answer: Answer): T {
    const { status, text, retryAfter } = answer;
    if (status < 200 || status > 299) throw refusal(target, readStatus(status, text), retryAfter);
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw unreadableAnswer(target, this.connection.server, cause);
    }
  }
}

interface Page {
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
  readonly items?: readonly { apiVersion?: string; kind?: string }[] | null;
}

function targetOf(
  verb: RequestTarget['verb'],
  type: ResourceType,
  { namespace, name }: Partial<ObjectName>,
): RequestTarget {
  return {
    verb,
    kind: type.kind,
    ...(namespace === undefined || !type.namespaced ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}

function dryRun(options: { readonly dryRun?: boolean }): 'All' | undefined {
  return options.dryRun === true ? 'All' : undefined;
}

async function collected(pages: AsyncIterable<ObjectList>): Promise<ObjectList> {
  const items: KubeObject[] = [];
  let resourceVersion = '';
  for await (const page of pages) {
    items.push(...page.items);
    ({ resourceVersion } = page);
  }
  return { items, resourceVersion };
}
