/**
 * Requests on a part of an object: its status, its scale, an action such as eviction.
 *
 * Some subresources are the object itself, written under other rules (`status`, `finalize`, `approval`, …): those are told
 * by the resource's strategy, which sees the subresource's name. The rest have a handler here.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, ensureObject, objectsIn } from '../draft';
import { jsonText } from '../json/json-text';
import { parseJsonBody, parseYamlBody } from '../kubernetes';
import { jsonPatch } from '../patch/json-patch';
import { mergePatch } from '../patch/merge-patch';
import type { Codec } from '../resources/resource';
import { badRequest, internalError, methodNotAllowed, unsupportedMediaType } from '../status-error';
import { readObjectBody, withType } from './body';
import { writeOptionsOf } from './query-options';
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

/** How an object is seen and changed through its scale. Every method throws `StatusError` for an object that has none. */
export interface ScaleAccess {
  readonly codec: Codec;
  scaleOf(object: KubeObject): KubeObject;
  /** The scale that a patch begins with. */
  scaleToChange(object: KubeObject): KubeObject;
  /** The object with what the scale asks for. Throws `StatusError` 422 for a scale that can't be. */
  withScale(object: KubeObject, scale: KubeObject): DraftObject;
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
  if (!facts?.verbs.includes(verb)) throw methodNotAllowed();
  if (subresource === 'scale') {
    const scale = deps.findScale(request);
    if (scale !== undefined) return answerScale(request, deps, scale);
  }
  if (verb === 'create') {
    const action = deps.findAction(request);
    if (action === undefined) throw methodNotAllowed();
    return answerAction(request, action);
  }
  if (verb === 'update') return answerReplace(request, deps);
  if (verb === 'patch') return answerPatch(request, deps);
  throw methodNotAllowed();
}

async function answerAction(request: ResourceRequest, action: SubresourceAction): Promise<void> {
  const { exchange } = request;
  const slash = action.apiVersion.indexOf('/');
  const type = {
    group: slash < 0 ? '' : action.apiVersion.slice(0, slash),
    version: action.apiVersion.slice(slash + 1),
    kind: action.kind,
  };
  const { dryRun } = writeOptionsOf(exchange.query, 'CreateOptions');
  const { value } = await readObjectBody(exchange, type, false);
  const { code, object } = await action.perform(value, request, dryRun);
  await exchange.send(code, `${jsonText(object)}\n`);
}

async function answerScale(
  request: ResourceRequest,
  { fieldManager }: SubresourceDependencies,
  access: ScaleAccess,
): Promise<void> {
  const { exchange, store, resource, version } = request;
  const { namespace, name, verb } = exchange.info;
  const inVersion = (object: KubeObject): KubeObject => resource.convert(object, version.version);
  const send = (object: KubeObject): Promise<void> =>
    exchange.send(200, `${JSON.stringify(access.scaleOf(inVersion(object)))}\n`);
  if (verb === 'get') return send(store.get(namespace, name));
  const next = await scaleChange(request, access);
  const kind = verb === 'update' ? 'UpdateOptions' : 'PatchOptions';
  const isApply = exchange.header('content-type').startsWith('application/apply-patch');
  const context = writeContextOf(request, kind, writeOptionsOf(exchange.query, kind, isApply));
  const { object } = await store.update(
    { namespace, name },
    (live) => {
      if (live === undefined) throw internalError('a scale is changed of what is not there');
      const scale = next(access.scaleToChange(live));
      const scaled = access.withScale(live, scale);
      fieldManager.update(live, scaled, store.fieldWrite(context));
      settleScaleManager(scaled, context.fieldManager, asksForReplicas(scale));
      return scaled;
    },
    context,
    { tracksFields: true },
  );
  return send(object);
}

function asksForReplicas({ spec }: KubeObject): boolean {
  return ((spec as { readonly replicas?: number } | undefined)?.replicas ?? 0) !== 0;
}

/** As Kubernetes has it: who scales is noted without a time, and not at all for a scale of zero, which says no number. */
function settleScaleManager(scaled: DraftObject, manager: string, hasReplicas: boolean): void {
  const metadata = ensureObject(scaled, 'metadata');
  const entries = objectsIn(metadata, 'managedFields');
  const isScaler = (entry: DraftObject): boolean => entry['subresource'] === 'scale' && entry['manager'] === manager;
  metadata['managedFields'] = entries.filter((entry) => hasReplicas || !isScaler(entry));
  for (const entry of entries) if (isScaler(entry)) delete entry['time'];
}

/** What the request makes of a scale. */
async function scaleChange(
  { exchange }: ResourceRequest,
  { codec }: ScaleAccess,
): Promise<(scale: KubeObject) => KubeObject> {
  const decode = (value: JsonValue): KubeObject =>
    codec.decode(withType(isJsonObject(value) ? value : {}, SCALE)).object as unknown as KubeObject;
  if (exchange.info.verb === 'update') {
    const wanted = decode((await readObjectBody(exchange, SCALE, false)).value);
    const { name } = exchange.info;
    if (wanted.metadata.name !== name) {
      throw badRequest(`the name of the object (${wanted.metadata.name}) does not match the name on the URL (${name})`);
    }
    return () => wanted;
  }
  const contentType = exchange.header('content-type').split(';', 1)[0]?.trim() ?? '';
  const text = (await exchange.readBody()).toString('utf8');
  if (contentType === 'application/json-patch+json') {
    const operations = parseJsonBody(text, false).value;
    return (scale) => decode(jsonPatch(scale as unknown as JsonObject, operations));
  }
  if (!MERGING.has(contentType)) throw unsupportedMediaType();
  const patch = parseYamlBody(text, false).value;
  return (scale) => decode(mergePatch(scale as unknown as JsonObject, patch));
}

/** A scale has neither lists nor keyed members, so that these patches do the same to it. */
const MERGING: ReadonlySet<string> = new Set([
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]);
