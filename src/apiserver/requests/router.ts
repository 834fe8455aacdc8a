/**
 * Which handler answers a request: a resource's, a subresource's, a review's, or one of the paths beside the API.
 *
 * Routing comes after authentication and authorization, as in Kubernetes: whoever may not ask isn't told what there is.
 */
import type { Authorizer } from '../authorization/authorizer';
import { staleStorage } from '../faults/stale-storage';
import { ResourceStore, type ResourceStoreDependencies } from '../registry/resource-store';
import type { ResourceCatalogue, VirtualResource } from '../resources/catalogue';
import type { Resource } from '../resources/resource';
import {
  encodingNotAcceptable,
  forbidden,
  methodNotAllowed,
  notFound,
  pathNotFound,
  StatusError,
} from '../status-error';
import { readObjectBody } from './body';
import type { Exchange } from './exchange';
import { negotiateOutput } from './media-types';
import { managerOf, writeOptionsOf } from './query-options';
import { answerGet, answerList, sendEncoded } from './read-requests';
import { encode } from './representation';
import { type ResourceRequest, wantsPretty } from './resource-request';
import { answerSubresource, type SubresourceDependencies } from './subresource-requests';
import { answerWatch, type WatchDependencies } from './watch-requests';
import { answerCreate, answerDelete, answerDeleteCollection, answerPatch, answerReplace } from './write-requests';

/** Answers a request on a path that is no resource; false where there is none. */
export type PathHandler = (exchange: Exchange) => Promise<boolean>;

export interface RouterDependencies {
  readonly catalogue: ResourceCatalogue;
  readonly authorizer: Authorizer;
  readonly store: ResourceStoreDependencies;
  readonly writes: SubresourceDependencies;
  readonly watches: WatchDependencies;
  /** Discovery, OpenAPI, health, version and the rest. */
  readonly paths: PathHandler;
}

export class Router {
  readonly #deps: RouterDependencies;

  constructor(dependencies: RouterDependencies) {
    this.#deps = dependencies;
  }

  /** Answers a request that its user may make. Throws `StatusError`. */
  async route(exchange: Exchange): Promise<void> {
    const { info } = exchange;
    if (!info.isResource) {
      if (!(await this.#deps.paths(exchange))) await answerNoPath(exchange);
      return;
    }
    const { catalogue } = this.#deps;
    if (exchange.request.method === 'HEAD' && catalogue.isBuiltInGroup(info.group)) throw methodNotAllowed();
    const resource = catalogue.find(info.group, info.resource);
    const version = resource?.versions.get(info.version);
    if (resource === undefined || version === undefined) {
      const virtual = catalogue.findVirtual(info.group, info.version, info.resource);
      if (virtual === undefined) return this.#answerNothing(exchange);
      await this.#answerVirtual(exchange, virtual);
      return;
    }
    if (version.deprecation !== undefined) exchange.warn(version.deprecation);
    await this.#answerResource({
      exchange,
      resource,
      version,
      store: new ResourceStore(resource, this.#deps.store),
      authorizeCreate: () => {
        this.#authorizeCreate(exchange, resource);
      },
    });
  }

  /** In a group of Kubernetes' own, a path that nothing stands at is told otherwise than anywhere else. */
  async #answerNothing(exchange: Exchange): Promise<void> {
    if (this.#deps.catalogue.isBuiltInGroup(exchange.info.group)) throw pathNotFound();
    await answerNoPath(exchange);
  }

  async #answerResource(request: ResourceRequest): Promise<void> {
    const { exchange, resource, version } = request;
    const { writes, watches } = this.#deps;
    const { stale } = exchange;
    const storage = stale === undefined ? watches.storage : staleStorage(watches.storage, stale);
    const { info } = exchange;
    if (
      resource.namespaced !== (info.namespace !== '') &&
      !(resource.namespaced && isCollectionRead(exchange)) &&
      !isNamespaceItself(exchange)
    ) {
      if (resource.isCustom) return answerNoPath(exchange);
      throw resource.namespaced && info.parts.length === 1 ? methodNotAllowed() : pathNotFound();
    }
    if (info.subresource !== '') {
      if (!version.subresources.has(info.subresource)) {
        throw resource.isCustom ? notFound(resource, info.name) : pathNotFound();
      }
      if (OF_THE_KUBELET.has(info.subresource)) return answerForKubelet(request);
      const isWhole =
        info.verb === 'get' &&
        info.subresource !== 'scale' &&
        version.subresources.get(info.subresource)?.kind === resource.kind;
      return isWhole ? answerGet(request, storage, writes.now()) : answerSubresource(request, writes);
    }
    if (!resource.verbs.includes(info.verb) || info.parts.length > 2)
      throw info.parts.length > 2 ? pathNotFound() : methodNotAllowed();
    if (info.verb === 'create') resource.refuseCreate?.();
    const isNamed = info.parts.length === 2;
    switch (info.verb) {
      case 'get':
        return answerGet(request, storage, writes.now());
      case 'list':
        return answerList(request, storage, writes.now());
      case 'watch':
        return answerWatch(request, watches);
      case 'create':
        if (isNamed) throw methodNotAllowed();
        return answerCreate(request, writes);
      case 'update':
        if (!isNamed) throw methodNotAllowed();
        return answerReplace(request, writes);
      case 'patch':
        if (!isNamed) throw methodNotAllowed();
        return answerPatch(request, writes);
      case 'delete':
        return answerDelete(request, writes);
      case 'deletecollection':
        return answerDeleteCollection(request, writes);
      default:
        throw methodNotAllowed();
    }
  }

  async #answerVirtual(exchange: Exchange, virtual: VirtualResource): Promise<void> {
    if (exchange.info.verb !== 'create') throw methodNotAllowed();
    const form = negotiateOutput(exchange.header('accept'), { isPretty: wantsPretty(exchange), hasProtobuf: true });
    if (form.as === 'table' || form.as === 'partial-list') throw encodingNotAcceptable();
    const type = { group: virtual.group, version: virtual.version, kind: virtual.kind };
    const { value } = await readObjectBody(exchange, type, false);
    const { user, info, query } = exchange;
    const { fieldManager, dryRun } = writeOptionsOf(query, 'CreateOptions');
    const manager = managerOf(fieldManager, exchange.header('user-agent'));
    const warn = exchange.warn.bind(exchange);
    const answer = await virtual.create(value, { user, namespace: info.namespace, manager, dryRun, warn });
    const { metadata = {} } = answer;
    const shown =
      form.as === 'object' ? answer : { kind: 'PartialObjectMetadata', apiVersion: form.metaVersion, metadata };
    await sendEncoded(exchange, 201, encode(shown, form), form.encoding);
  }

  #authorizeCreate({ info, user }: Exchange, { group, resource }: Resource): void {
    const { version, subresource, namespace, name, path } = info;
    const asked = {
      user,
      verb: 'create',
      isResource: true,
      group,
      version,
      resource,
      subresource,
      namespace,
      name,
      path,
    };
    const { allowed, reason } = this.#deps.authorizer.decide(asked);
    if (!allowed) throw forbidden({ group, resource }, name, reason);
  }
}

/** All namespaces at once may be listed and watched, and nothing else. */
function isCollectionRead({ info }: Exchange): boolean {
  return info.parts.length === 1 && (info.verb === 'list' || info.verb === 'watch');
}

/** The path of a namespace names it twice: as the object and as where it is. */
function isNamespaceItself({ info }: Exchange): boolean {
  return info.group === '' && info.resource === 'namespaces' && info.parts.length > 1;
}

/** Parts of pods, services and nodes that are answered by what runs them, and nothing does. */
const OF_THE_KUBELET: ReadonlySet<string> = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

/** A pod without a node has an empty log, as on any server; everything else is refused with the reason. */
async function answerForKubelet({ exchange, store, resource }: ResourceRequest): Promise<void> {
  const { namespace, name, subresource } = exchange.info;
  const { spec } = store.get(namespace, name);
  if (subresource === 'log' && ((spec as { readonly nodeName?: string }).nodeName ?? '') === '') {
    exchange.response.statusCode = 204;
    exchange.response.end();
    return;
  }
  const what = `${resource.singular === '' ? resource.kind.toLowerCase() : resource.singular} ${JSON.stringify(name)}`;
  const why = `${subresource} of ${what} needs a kubelet, and this API has none: its nodes are simulated and no container runs`;
  throw new StatusError(501, 'NotImplemented', why, { name, kind: resource.resource });
}

/** As Go's router says it. */
async function answerNoPath(exchange: Exchange): Promise<void> {
  exchange.response.setHeader('x-content-type-options', 'nosniff');
  await exchange.send(404, '404 page not found\n', 'text/plain; charset=utf-8');
}
