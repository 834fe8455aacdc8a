/** Create, replace, patch and delete. */
import { isJsonObject, type JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, ensureObject, findString } from '../draft';
import { invalidField } from '../field-error';
import type { FieldManager } from '../fields/field-manager';
import type { DeleteOptions } from '../registry/deletion';
import { listPage } from '../registry/list';
import type { UpdateOptions } from '../registry/resource-store';
import type { WriteContext } from '../registry/write-context';
import type { SchemaNode } from '../schema/schema-node';
import { selectionOf } from '../selection/selection';
import { badRequest, invalid, isStatusError, unsupportedMediaType } from '../status-error';
import type { Storage } from '../storage/storage';
import { type BodyParser, decodeObject, readObjectBody, settleType } from './body';
import { dryRunErrors, listOptionsOf, type WriteOptions, writeOptionsOf } from './query-options';
import { contentTypeOf } from './read-requests';
import { listText, objectRepresentation } from './representation';
import { bodyTypeOf, type ResourceRequest, viewOf, writeContextOf } from './resource-request';

/** The three ways of patching, each a pure function that throws `StatusError` for a patch that doesn't fit. */
export interface Patches {
  jsonPatch(document: JsonObject, operations: unknown): JsonObject;
  mergePatch(document: JsonObject, patch: JsonObject): JsonObject;
  strategicMergePatch(original: JsonObject, patch: JsonObject, schema: SchemaNode): JsonObject;
}

export interface WriteDependencies {
  readonly storage: Storage;
  readonly parser: BodyParser;
  readonly patches: Patches;
  readonly fieldManager: FieldManager;
  /** Reads YAML, of which JSON is a part. Throws `StatusError` 400. */
  parseApply(text: string): JsonObject;
  now(): Date;
}

export async function answerCreate(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store } = request;
  const view = viewOf(request, deps.now());
  const options = writeOptionsOf(exchange.query, 'CreateOptions');
  const draft = await readDraft(request, deps, options);
  const created = await store.create(exchange.info.namespace, draft, writeContextOf(request, 'CreateOptions', options));
  await exchange.send(201, `${objectRepresentation(created, view)}\n`, contentTypeOf(view.form.encoding));
}

export async function answerReplace(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store, resource } = request;
  const { namespace, name } = exchange.info;
  const view = viewOf(request, deps.now());
  const options = writeOptionsOf(exchange.query, 'UpdateOptions');
  const draft = await readDraft(request, deps, options);
  const metadata = ensureObject(draft, 'metadata');
  const given = findString(metadata, 'name') ?? '';
  if (given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  const updateOptions: UpdateOptions = {
    createsMissing: resource.strategy.createsOnUpdate === true && exchange.info.subresource === '',
    uid: findString(metadata, 'uid') ?? '',
  };
  const next = (): DraftObject => structuredClone(draft);
  const context = writeContextOf(request, 'UpdateOptions', options);
  const { object, isNew } = await store.update(namespace, name, next, context, updateOptions);
  await exchange.send(isNew ? 201 : 200, `${objectRepresentation(object, view)}\n`, contentTypeOf(view.form.encoding));
}

export async function answerPatch(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store } = request;
  const { namespace, name } = exchange.info;
  const patch = await readPatch(request, deps);
  const view = viewOf(request, deps.now());
  const options = writeOptionsOf(exchange.query, 'PatchOptions', patch.type === 'apply');
  const context = writeContextOf(request, 'PatchOptions', options);
  const { object, isNew } =
    patch.type === 'apply'
      ? await store.update(namespace, name, applied(request, deps, { text: patch.text, options, context }), context, {
          createsMissing: true,
          tracksFields: true,
        })
      : await store.update(namespace, name, patched(request, deps, { patch, options }), context);
  await exchange.send(isNew ? 201 : 200, `${objectRepresentation(object, view)}\n`, contentTypeOf(view.form.encoding));
}

export async function answerDelete(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store, resource } = request;
  const { namespace, name } = exchange.info;
  const view = viewOf(request, deps.now());
  const { options, dryRun } = await readDeleteOptions(request, deps);
  const { object, isGone } = await store.delete(namespace, name, options, deleteContext(request, options, dryRun));
  const code = !isGone && options.orphanDependents === false ? 202 : 200;
  const text =
    isGone && resource.returnsDeleted !== true
      ? JSON.stringify(deletedStatus(request, object))
      : objectRepresentation(object, view);
  await exchange.send(code, `${text}\n`, contentTypeOf(view.form.encoding));
}

export async function answerDeleteCollection(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store, resource } = request;
  const view = viewOf(request, deps.now());
  const listOptions = listOptionsOf(exchange.query, false);
  const { options, dryRun } = await readDeleteOptions(request, deps);
  const selection = selectionOf(resource, { ...listOptions, namespace: exchange.info.namespace });
  const page = listPage(deps.storage, resource, { ...listOptions, selection });
  const context = deleteContext(request, options, dryRun);
  for (const { text } of page.records) {
    const { metadata } = JSON.parse(text) as KubeObject;
    try {
      await store.delete(metadata.namespace ?? '', metadata.name, options, context);
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
  const texts = page.records.map(({ text }) => text);
  const form = { ...view.form, as: view.form.as === 'partial' ? ('partial-list' as const) : view.form.as };
  const text = listText(texts, { resourceVersion: String(page.revision) }, { ...view, form });
  await exchange.send(200, `${text}\n`, contentTypeOf(view.form.encoding));
}

async function readDraft(
  request: ResourceRequest,
  { parser }: WriteDependencies,
  options: WriteOptions,
): Promise<DraftObject> {
  const { exchange, version } = request;
  const type = bodyTypeOf(request);
  const body = await readObjectBody(exchange, parser, type, options.fieldValidation !== 'Ignore');
  const value = settleType(body.value, type);
  return decodeObject({ value, duplicates: body.duplicates }, version, {
    type,
    fieldValidation: options.fieldValidation,
    warn: exchange.warn,
  }).object;
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

async function readPatch({ exchange, resource }: ResourceRequest, _deps: WriteDependencies): Promise<Patch> {
  const contentType = exchange.header('content-type').split(';', 1)[0] ?? '';
  const type = PATCH_TYPES.get(contentType.trim());
  if (type === undefined || (type === 'strategic' && resource.isCustom)) throw unsupportedMediaType();
  return { type, text: (await exchange.readBody()).toString('utf8') };
}

/** What a patch makes of the live object. */
function patched(
  request: ResourceRequest,
  { parser, patches }: WriteDependencies,
  { patch, options }: { readonly patch: Patch; readonly options: WriteOptions },
): (live: KubeObject | undefined) => DraftObject {
  const { version, exchange } = request;
  const type = bodyTypeOf(request);
  const isStrict = options.fieldValidation !== 'Ignore';
  let parsed: ReturnType<BodyParser['parseJson']>;
  try {
    parsed = parser.parseJson(patch.text, isStrict);
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (patch.type !== 'json' && !isJsonObject(parsed.value))
    throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  const apply = (live: JsonObject): JsonObject => {
    switch (patch.type) {
      case 'json':
        return patches.jsonPatch(live, parsed.value);
      case 'strategic':
        return patches.strategicMergePatch(live, parsed.value as JsonObject, version.schema);
      default:
        return patches.mergePatch(live, parsed.value as JsonObject);
    }
  };
  return (live) => {
    const result = settleType(apply(live as unknown as JsonObject), type);
    const refuse = (why: string): Error =>
      invalid({ group: '', kind: '' }, '', [invalidField('patch', JSON.stringify(result), why)]);
    try {
      const duplicates = parsed.duplicates.map((field) => `duplicate field ${JSON.stringify(field)}`);
      const decoded = version.codec.decode(result);
      const problems = [...duplicates, ...decoded.problems];
      if (problems.length > 0 && options.fieldValidation === 'Warn')
        for (const problem of problems) exchange.warn(problem);
      if (problems.length > 0 && options.fieldValidation === 'Strict')
        throw refuse(`strict decoding error: ${problems.join(', ')}`);
      return decoded.object;
    } catch (error) {
      if (isStatusError(error, 'BadRequest')) throw refuse(error.status.message);
      throw error;
    }
  };
}

/** What a server-side apply makes of the live object. */
function applied(
  request: ResourceRequest,
  { fieldManager, parseApply }: WriteDependencies,
  { text, options, context }: { readonly text: string; readonly options: WriteOptions; readonly context: WriteContext },
): (live: KubeObject | undefined) => DraftObject {
  const { version, exchange, store } = request;
  const type = bodyTypeOf(request);
  const patch = parseApply(text);
  return (live) => {
    const merged = fieldManager.apply(live, patch, { ...store.fieldWrite(context), force: options.force });
    return decodeObject({ value: settleType(merged as JsonObject, type), duplicates: [] }, version, {
      type,
      fieldValidation: options.fieldValidation,
      warn: exchange.warn,
    }).object;
  };
}

async function readDeleteOptions(
  { exchange }: ResourceRequest,
  { parser }: WriteDependencies,
): Promise<{ readonly options: DeleteOptions; readonly dryRun: boolean }> {
  const type = { group: '', version: 'v1', kind: 'DeleteOptions' };
  const length = exchange.header('content-length');
  const hasBody = (length !== '' && length !== '0') || exchange.header('transfer-encoding') !== '';
  const body = hasBody ? await readObjectBody(exchange, parser, type, false) : undefined;
  const { query } = exchange;
  const value: JsonObject = body?.text.trim() ? body.value : queryDeleteOptions(query);
  const dryRun = Array.isArray(value['dryRun']) ? (value['dryRun'] as readonly string[]) : [];
  const policy = value['propagationPolicy'];
  const errors = [...dryRunErrors(dryRun)];
  if (policy !== undefined && value['orphanDependents'] !== undefined) {
    errors.unshift(
      invalidField('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  }
  if (policy !== undefined && !POLICIES.includes(String(policy))) {
    const supported = [...POLICIES, 'nil'].map((name) => JSON.stringify(name)).join(', ');
    errors.push({
      type: 'FieldValueNotSupported',
      field: 'propagationPolicy',
      badValue: policy,
      detail: `supported values: ${supported}`,
    });
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const preconditions = isJsonObject(value['preconditions']) ? value['preconditions'] : {};
  return {
    dryRun: dryRun.length > 0,
    options: {
      ...member('gracePeriodSeconds', value['gracePeriodSeconds']),
      ...member('propagationPolicy', policy),
      ...member('orphanDependents', value['orphanDependents']),
      ...member('uid', preconditions['uid']),
      ...member('resourceVersion', preconditions['resourceVersion']),
    },
  };
}

const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

function member(name: string, value: unknown): Record<string, never> {
  return (value === undefined || value === null ? {} : { [name]: value }) as Record<string, never>;
}

function queryDeleteOptions(query: URLSearchParams): JsonObject {
  const seconds = query.get('gracePeriodSeconds');
  const orphan = query.get('orphanDependents');
  return {
    ...(seconds === null ? {} : { gracePeriodSeconds: Number(seconds) }),
    ...(orphan === null ? {} : { orphanDependents: orphan !== 'false' && orphan !== '0' }),
    ...(query.has('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') ?? '' } : {}),
    ...(query.has('dryRun') ? { dryRun: query.getAll('dryRun') } : {}),
  };
}

function deleteContext(
  { exchange, version, authorizeCreate }: ResourceRequest,
  options: DeleteOptions,
  dryRun: boolean,
): WriteContext {
  const { uid, resourceVersion, ...rest } = options;
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  return {
    user: exchange.user,
    dryRun,
    fieldManager: '',
    version: version.version,
    subresource: exchange.info.subresource,
    options: {
      kind: 'DeleteOptions',
      apiVersion: 'meta.k8s.io/v1',
      ...rest,
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
      ...(dryRun ? { dryRun: ['All'] } : {}),
    },
    warn: exchange.warn,
    authorizeCreate,
  };
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
