/** Create, replace, patch and delete. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, ensureObject, findString } from '../draft';
import { invalidField } from '../field-error';
import type { FieldManager } from '../fields/field-manager';
import { BodySyntaxError, parseJsonBody, parseYamlBody, type TypedBody } from '../kubernetes';
import { jsonPatch, jsonPatchProblems } from '../patch/json-patch';
import { mergePatch } from '../patch/merge-patch';
import { strategicMergePatch } from '../patch/strategic-merge-patch';
import type { DeleteOptions } from '../registry/deletion';
import { listPage } from '../registry/list';
import type { UpdateOptions } from '../registry/resource-store';
import type { WriteContext } from '../registry/write-context';
import type { Decoded } from '../resources/resource';
import { selectionOf } from '../selection/selection';
import { badRequest, invalid, isStatusError, unsupportedMediaType } from '../status-error';
import type { Storage } from '../storage/storage';
import { decodeObject, problemsOf, readObjectBody, withType } from './body';
import { dryRunErrors, type FieldValidation, listOptionsOf, type WriteOptions, writeOptionsOf } from './query-options';
import { contentTypeOf } from './read-requests';
import { listText, objectRepresentation } from './representation';
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
  await exchange.send(201, `${objectRepresentation(created, view)}\n`, contentTypeOf(view.form.encoding));
}

export async function answerReplace(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store, resource } = request;
  const { namespace, name } = exchange.info;
  const view = viewOf(request, deps.now());
  const options = writeOptionsOf(exchange.query, 'UpdateOptions');
  const draft = await readDraft(request, options);
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
  const { object, isNew } = await store.update({ namespace, name }, next, context, updateOptions);
  await exchange.send(isNew ? 201 : 200, `${objectRepresentation(object, view)}\n`, contentTypeOf(view.form.encoding));
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
  await exchange.send(isNew ? 201 : 200, `${objectRepresentation(object, view)}\n`, contentTypeOf(view.form.encoding));
}

export async function answerDelete(request: ResourceRequest, deps: WriteDependencies): Promise<void> {
  const { exchange, store, resource } = request;
  const { namespace, name } = exchange.info;
  const view = viewOf(request, deps.now());
  const { options, dryRun } = await readDeleteOptions(request);
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
  const { options, dryRun } = await readDeleteOptions(request);
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
  const form = { ...view.form, as: view.form.as === 'partial' ? ('partial-list' as const) : view.form.as };
  const text = listText(page.records, { resourceVersion: String(page.revision) }, { ...view, form });
  await exchange.send(200, `${text}\n`, contentTypeOf(view.form.encoding));
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

async function readPatch({ exchange, resource }: ResourceRequest): Promise<Patch> {
  const contentType = exchange.header('content-type').split(';', 1)[0] ?? '';
  const type = PATCH_TYPES.get(contentType.trim());
  if (type === undefined || (type === 'strategic' && resource.isCustom)) throw unsupportedMediaType();
  return { type, text: (await exchange.readBody()).toString('utf8') };
}

/** What a patch makes of the live object. */
function patched(
  request: ResourceRequest,
  patch: Patch,
  { fieldValidation }: WriteOptions,
): (live: KubeObject | undefined) => DraftObject {
  const { version, exchange } = request;
  const type = bodyTypeOf(request);
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
      invalid({ group: '', kind: '' }, '', [invalidField('patch', JSON.stringify(result), why)]);
    if (!isJsonObject(result))
      throw refuse(`json: cannot unmarshal ${Array.isArray(result) ? 'array' : typeof result} into Go value`);
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
    if (!isJsonObject(value))
      throw badRequest(
        'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type map[string]interface {}',
      );
    return { value, duplicates };
  } catch (error) {
    if (!(error instanceof BodySyntaxError)) throw error;
    throw badRequest(`error decoding YAML: ${error.message}`);
  }
}

async function readDeleteOptions({
  exchange,
}: ResourceRequest): Promise<{ readonly options: DeleteOptions; readonly dryRun: boolean }> {
  const length = exchange.header('content-length');
  const hasBody = (length !== '' && length !== '0') || exchange.header('transfer-encoding') !== '';
  const text = hasBody ? (await exchange.readBody()).toString('utf8') : '';
  const value = text.trim() === '' ? queryDeleteOptions(exchange.query) : bodyDeleteOptions(text);
  const dryRun = Array.isArray(value['dryRun']) ? (value['dryRun'] as readonly string[]) : [];
  const policy = value['propagationPolicy'];
  const errors = [...dryRunErrors(dryRun)];
  if (policy !== undefined && value['orphanDependents'] !== undefined) {
    errors.unshift(
      invalidField('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  }
  if (policy !== undefined && !(typeof policy === 'string' && POLICIES.includes(policy))) {
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

/** The options of any group are taken, as clients have always sent them. */
function bodyDeleteOptions(text: string): JsonObject {
  try {
    const { value } = parseYamlBody(text, false);
    return isJsonObject(value) ? value : {};
  } catch (error) {
    if (!(error instanceof BodySyntaxError)) throw error;
    throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
  }
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
