/** Create, replace, patch and delete. */

import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, ensureObject, findString } from '../draft';
import { invalidField } from '../field-error';
import type { FieldManager } from '../fields/field-manager';
import { isNumeric } from '../json/int64';
import { jsonText } from '../json/json-text';
import {
  BodySyntaxError,
  findCustomKindProblem,
  findKindProblem,
  parseJsonBody,
  parseYamlBody,
  type TypedBody,
} from '../kubernetes';
import { jsonPatch, jsonPatchProblems } from '../patch/json-patch';
import { mergePatch } from '../patch/merge-patch';
import { strategicMergePatch } from '../patch/strategic-merge-patch';
import { listPage } from '../registry/list';
import type { UpdateOptions } from '../registry/resource-store';
import { apiVersionIn } from '../registry/versions';
import type { WriteContext } from '../registry/write-context';
import type { Decoded } from '../resources/resource';
import { selectionOf } from '../selection/selection';
import { badRequest, invalid, isStatusError, unacceptedBody, unsupportedMediaType } from '../status-error';
import type { Storage } from '../storage/storage';
import { decodeObject, problemsOf, readObjectBody, withType } from './body';
import { deleteContextOf, readDeleteOptions } from './delete-options';
import { type FieldValidation, listOptionsOf, type WriteOptions, writeOptionsOf } from './query-options';
import { sendEncoded } from './read-requests';
import { encode, listText, objectRepresentation } from './representation';
import { bodyTypeOf, type ResourceRequest, viewOf, writeContextOf } from './resource-request';

export interface WriteDependencies {
  readonly storage: Storage;
  readonly fieldManager: FieldManager;
  readonly now: () => Date;
}

export async function answerCreate(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store } = request;
  const view = viewOf(request, deps.now());
  const options = writeOptionsOf(exchange.query, 'CreateOptions');
  const draft = await readDraft(request, options);
  const created = await store.create(exchange.info.namespace, draft, writeContextOf(request, 'CreateOptions', options));
  await sendEncoded(exchange, 201, objectRepresentation(created, view), view.form.encoding);
}

export async function answerReplace(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store, resource } = request;
  const { namespace, name } = exchange.info;
  const view = viewOf(request, deps.now());
  const options = writeOptionsOf(exchange.query, 'UpdateOptions');
  const draft = await readDraft(request, options);
  const metadata = ensureObject(draft, 'metadata');
  requireName(draft, name);
  const updateOptions: UpdateOptions = {
    createsMissing: resource.strategy.createsOnUpdate === true && exchange.info.subresource === '',
    uid: findString(metadata, 'uid') ?? '',
  };
  const next = (): DraftObject => structuredClone(draft);
  const context = writeContextOf(request, 'UpdateOptions', options);
  const { object, isNew } = await store.update({ namespace, name }, next, context, updateOptions);
  await sendEncoded(exchange, isNew ? 201 : 200, objectRepresentation(object, view), view.form.encoding);
}

export async function answerPatch(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store } = request;
  const { namespace, name } = exchange.info;
  const patch = await readPatch(request);
  const view = viewOf(request, deps.now());
  const options = writeOptionsOf(exchange.query, 'PatchOptions', patch.type === 'apply');
  const context = writeContextOf(request, 'PatchOptions', options);
  const { object, isNew } =
    patch.type === 'apply'
      ? await store.update(
          { namespace, name },
          applied(request, deps, { text: patch.text, options, context }),
          context,
          {
            createsMissing: true,
            tracksFields: true,
          },
        )
      : await store.update({ namespace, name }, patched(request, patch, options), context);
  await sendEncoded(exchange, isNew ? 201 : 200, objectRepresentation(object, view), view.form.encoding);
}

export async function answerDelete(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store, resource } = request;
  const { namespace, name } = exchange.info;
  const view = viewOf(request, deps.now());
  const asked = await readDeleteOptions(request);
  const { options } = asked;
  const { object, isGone } = await store.delete(namespace, name, options, deleteContextOf(request, asked));
  const code = !isGone && options.orphanDependents === false ? 202 : 200;
  const text =
    isGone && resource.returnsDeleted !== true
      ? encode(deletedStatus(request, object), view.form)
      : objectRepresentation(object, view);
  await sendEncoded(exchange, code, text, view.form.encoding);
}

export async function answerDeleteCollection(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store, resource } = request;
  const view = viewOf(request, deps.now());
  const listOptions = listOptionsOf(exchange.query, false);
  const asked = await readDeleteOptions(request);
  const selection = selectionOf(resource, { ...listOptions, namespace: exchange.info.namespace });
  const page = listPage(deps.storage, resource, { ...listOptions, selection });
  const context = deleteContextOf(request, asked);
  for (const { text } of page.records) {
    const { metadata } = JSON.parse(text) as KubeObject;
    try {
      await store.delete(metadata.namespace ?? '', metadata.name, asked.options, context);
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
  const form = { ...view.form, as: view.form.as === 'partial' ? ('partial-list' as const) : view.form.as };
  const text = listText(page.records, { resourceVersion: String(page.revision) }, { ...view, form });
  await sendEncoded(exchange, 200, text, view.form.encoding);
}

/** Throws `StatusError` 400 where the object has another name than its path, or none. */
function requireName(object: DraftObject, name: string): void {
  const given = findString(ensureObject(object, 'metadata'), 'name') ?? '';
  if (given === name) return;
  throw badRequest(
    given === ''
      ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
      : `the name of the object (${given}) does not match the name on the URL (${name})`,
  );
}

async function readDraft(request: ResourceRequest, options: WriteOptions): Promise<DraftObject> {
  const { exchange, version } = request;
  const type = bodyTypeOf(request);
  const { fieldValidation } = options;
  const body = await readObjectBody(exchange, type, fieldValidation !== 'Ignore');
  return decodeObject(body, version, { type, fieldValidation, warn: exchange.warn }).object;
}

type PatchType = 'json' | 'merge' | 'strategic' | 'apply';
interface Patch {
  readonly type: PatchType;
  readonly text: string;
}

const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);

const CUSTOM_PATCH_TYPES = [...PATCH_TYPES.keys()].filter((mediaType) => PATCH_TYPES.get(mediaType) !== 'strategic');

async function readPatch({ exchange, resource }: ResourceRequest): Promise<Patch> {
  const contentType = exchange.header('content-type').split(';', 1)[0] ?? '';
  const type = PATCH_TYPES.get(contentType.trim());
  if (resource.isCustom && (type === undefined || type === 'strategic')) throw unacceptedBody(CUSTOM_PATCH_TYPES);
  if (type === undefined) throw unsupportedMediaType();
  return { type, text: (await exchange.readBody()).toString('utf8') };
}

/** What a patch makes of the live object. */
function patched(
  request: ResourceRequest,
  patch: Patch,
  { fieldValidation }: WriteOptions,
): (live: KubeObject | undefined) => DraftObject {
  const { version, exchange, resource } = request;
  const type = bodyTypeOf(request);
  const apiVersion = apiVersionIn(resource, version.version);
  const { value, duplicates } = parsedPatch(patch, fieldValidation);
  const problems = patch.type === 'json' ? [...duplicates, ...jsonPatchProblems(value)] : duplicates;
  const apply = (live: JsonObject): JsonValue => {
    switch (patch.type) {
      case 'json':
        return jsonPatch(live, value, fieldValidation);
      case 'strategic':
        return strategicMergePatch(live, value, version.schema);
      default:
        return mergePatch(live, value, fieldValidation);
    }
  };
  return (live) => {
    const result = apply(live as unknown as JsonObject);
    const refuse = (why: string): Error =>
      invalid({ group: '', kind: '' }, '', [invalidField('patch', jsonText(result), why)]);
    if (!isJsonObject(result))
      throw refuse(
        `json: cannot unmarshal ${Array.isArray(result) ? 'array' : isNumeric(result) ? 'number' : typeof result} into Go value`,
      );
    const whole = { ...result, kind: result['kind'] ?? type.kind, apiVersion: result['apiVersion'] ?? apiVersion };
    if (resource.isCustom) {
      const problem = findCustomKindProblem(whole, type);
      if (problem !== undefined) throw problem;
    } else {
      const why = findKindProblem(whole, type);
      if (why !== undefined) throw refuse(why);
    }
    let decoded: Decoded;
    try {
      decoded = version.codec.decode(withType(result, type));
    } catch (error) {
      if (isStatusError(error, 'BadRequest'))
        throw refuse(error.status.message.replace(/^.*? cannot be handled as an? \w+: /, ''));
      throw error;
    }
    const told = fieldValidation === 'Ignore' ? [] : problemsOf(problems, decoded);
    if (told.length > 0 && fieldValidation === 'Strict') throw refuse(`strict decoding error: ${told.join(', ')}`);
    for (const problem of told) exchange.warn(problem);
    requireName(decoded.object, exchange.info.name);
    return decoded.object;
  };
}

/** The patch as a value. Throws `StatusError` 400 where its text isn't JSON. */
function parsedPatch(
  { type, text }: Patch,
  fieldValidation: FieldValidation,
): { readonly value: JsonValue; readonly duplicates: readonly string[] } {
  try {
    return parseJsonBody(text, fieldValidation !== 'Ignore');
  } catch (error) {
    if (!(error instanceof BodySyntaxError)) throw error;
    throw badRequest(type === 'strategic' ? error.message : `error decoding patch: ${error.message}`);
  }
}

/** What a server-side apply makes of the live object. */
function applied(
  request: ResourceRequest,
  { fieldManager }: WriteDependencies,
  { text, options, context }: { readonly text: string; readonly options: WriteOptions; readonly context: WriteContext },
): (live: KubeObject | undefined) => DraftObject {
  const { version, exchange, store } = request;
  const type = bodyTypeOf(request);
  const { fieldValidation, force } = options;
  const { value, duplicates } = parsedApply(text, fieldValidation);
  return (live) => {
    const merged = fieldManager.apply(live, value, { ...store.fieldWrite(context), force });
    const body = { value: withType(merged, type), duplicates };
    return decodeObject(body, version, { type, fieldValidation, warn: exchange.warn }).object;
  };
}

function parsedApply(text: string, fieldValidation: FieldValidation): TypedBody {
  try {
    const { value, duplicates } = parseYamlBody(text, fieldValidation !== 'Ignore');
    if (value === null) return { value: {}, duplicates };
    if (!isJsonObject(value)) {
      const what = Array.isArray(value)
        ? 'array'
        : typeof value === 'boolean'
          ? 'bool'
          : isNumeric(value)
            ? 'number'
            : typeof value;
      throw badRequest(
        `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${what} into Go value of type map[string]interface {}`,
      );
    }
    return { value, duplicates };
  } catch (error) {
    if (!(error instanceof BodySyntaxError)) throw error;
    throw badRequest(`error decoding YAML: ${error.message}`);
  }
}

function deletedStatus({ resource }: ResourceRequest, { metadata }: KubeObject): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: metadata.name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.resource,
      uid: metadata.uid ?? '',
    },
  };
}
