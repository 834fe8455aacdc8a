/**
 * Requests on a part of an object: its status, its scale, an action such as eviction.
 *
 * Some subresources are the object itself, written under other rules (`status`, `finalize`, `approval`, …): those are told
 * by the resource's strategy, which sees the subresource's name. The rest have a handler here.
 */
import { isJsonObject, type JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, draftOf } from '../draft';
import type { Codec } from '../resources/resource';
import { badRequest, methodNotAllowed, unsupportedMediaType } from '../status-error';
import { readObjectBody, settleType } from './body';
import { writeOptionsOf } from './query-options';
import { encode } from './representation';
import { type ResourceRequest, writeContextOf } from './resource-request';
import { answerPatch, answerReplace, type WriteDependencies } from './write-requests';

/** A POST to a subresource that does something: `pods/eviction`, `serviceaccounts/token`. */
export interface SubresourceAction {
  /** What the body is: `Eviction` of `policy/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The answer, and its HTTP code. Throws `StatusError`. */
  perform(
    body: JsonObject,
    request: ResourceRequest,
    dryRun: boolean,
  ): Promise<{ readonly code: number; readonly object: unknown }>;
}

/** How an object is seen and changed through its scale. */
export interface ScaleAccess {
  readonly codec: Codec;
  scaleOf(object: KubeObject): KubeObject;
  /** The object, in place, with what the scale asks for. Throws `StatusError` 422 for a scale that is no scale. */
  setScale(object: DraftObject, scale: KubeObject): void;
}

export interface SubresourceDependencies extends WriteDependencies {
  /** The action of `group/resource/subresource`, if it is one. */
  findAction(request: ResourceRequest): SubresourceAction | undefined;
  /** How objects of this resource are scaled; undefined where they aren't. */
  findScale(request: ResourceRequest): ScaleAccess | undefined;
}

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' } as const;

/** Answers any request on a subresource. Throws `StatusError` 405 where it doesn't know the method. */
export async function answerSubresource(request: ResourceRequest, deps: SubresourceDependencies): Promise<void> {
  const { exchange, version } = request;
  const { verb, subresource } = exchange.info;
  const facts = version.subresources.get(subresource);
  if (facts === undefined || !facts.verbs.includes(verb)) throw methodNotAllowed();
  if (subresource === 'scale') {
    const scale = deps.findScale(request);
    if (scale !== undefined) return answerScale(request, deps, scale);
  }
  if (verb === 'create') {
    const action = deps.findAction(request);
    if (action === undefined) throw methodNotAllowed();
    return answerAction(request, deps, action);
  }
  if (verb === 'update') return answerReplace(request, deps);
  if (verb === 'patch') return answerPatch(request, deps);
  throw methodNotAllowed();
}

async function answerAction(
  request: ResourceRequest,
  { parser }: SubresourceDependencies,
  action: SubresourceAction,
): Promise<void> {
  const { exchange } = request;
  const slash = action.apiVersion.indexOf('/');
  const type = {
    group: slash < 0 ? '' : action.apiVersion.slice(0, slash),
    version: action.apiVersion.slice(slash + 1),
    kind: action.kind,
  };
  const { dryRun } = writeOptionsOf(exchange.query, 'CreateOptions');
  const body = await readObjectBody(exchange, parser, type, false);
  const { code, object } = await action.perform(settleType(body.value, type), request, dryRun);
  await exchange.send(code, `${JSON.stringify(object)}\n`);
}

async function answerScale(
  request: ResourceRequest,
  deps: SubresourceDependencies,
  access: ScaleAccess,
): Promise<void> {
  const { exchange, store, resource, version } = request;
  const { namespace, name, verb } = exchange.info;
  const inVersion = (object: KubeObject): KubeObject => resource.convert(object, version.version);
  const send = (object: KubeObject): Promise<void> =>
    exchange.send(200, `${encode(access.scaleOf(inVersion(object)), { encoding: 'json', isPretty: false })}\n`);
  if (verb === 'get') return send(store.get(namespace, name));
  const next = await scaleChange(request, deps, access);
  const kind = verb === 'update' ? 'UpdateOptions' : 'PatchOptions';
  const isApply = exchange.header('content-type').startsWith('application/apply-patch');
  const context = writeContextOf(request, kind, writeOptionsOf(exchange.query, kind, isApply));
  const { object } = await store.update(
    namespace,
    name,
    (live) => {
      const draft = draftOf(live as unknown as JsonObject);
      const scale = next(access.scaleOf(live as KubeObject));
      access.setScale(draft, scale);
      const version = scale.metadata.resourceVersion ?? '';
      (draft['metadata'] as DraftObject)['resourceVersion'] = version;
      return draft;
    },
    context,
  );
  return send(object);
}

/** What the request makes of a scale. */
async function scaleChange(
  { exchange }: ResourceRequest,
  { parser, patches, parseApply }: SubresourceDependencies,
  { codec }: ScaleAccess,
): Promise<(scale: KubeObject) => KubeObject> {
  const decode = (value: JsonObject): KubeObject =>
    codec.decode(settleType(value, SCALE)).object as unknown as KubeObject;
  if (exchange.info.verb === 'update') {
    const body = await readObjectBody(exchange, parser, SCALE, false);
    const wanted = decode(body.value);
    const { name } = exchange.info;
    if (wanted.metadata.name !== name) {
      throw badRequest(`the name of the object (${wanted.metadata.name}) does not match the name on the URL (${name})`);
    }
    return () => wanted;
  }
  const contentType = exchange.header('content-type').split(';', 1)[0]?.trim() ?? '';
  const text = (await exchange.readBody()).toString('utf8');
  if (contentType === 'application/json-patch+json') {
    const operations = parser.parseJson(text, false).value;
    return (scale) => decode(patches.jsonPatch(scale as unknown as JsonObject, operations));
  }
  if (!MERGING.has(contentType)) throw unsupportedMediaType();
  const patch = contentType === 'application/apply-patch+yaml' ? parseApply(text) : parser.parseJson(text, false).value;
  if (!isJsonObject(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  return (scale) => decode(patches.mergePatch(scale as unknown as JsonObject, patch));
}

/** A scale has neither lists nor keyed members, so that these patches do the same to it. */
const MERGING: ReadonlySet<string> = new Set([
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]);
