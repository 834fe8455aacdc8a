/**
 * What a deletion says of itself, in its body or else in its query.
 *
 * Options of any group are taken, as clients have always sent them. A body that is no options at all is answered by an error
 * without a reason, as Kubernetes does.
 */

import { isJsonObject, type JsonObject } from '../../api/json';
import { type FieldError, invalidField } from '../field-error';
import { findDouble } from '../json/int64';
import { BodySyntaxError, builtinCodec, builtinSchema, readBody, readProtobuf } from '../kubernetes';
import type { DeleteOptions } from '../registry/deletion';
import type { WriteContext } from '../registry/write-context';
import { internalError, invalid, isStatusError, StatusError } from '../status-error';
import { mediaTypeOf, PROTOBUF } from './body';
import type { Exchange } from './exchange';
import { dryRunErrors, integerOf } from './query-options';
import { isTrue } from './request-info';
import type { ResourceRequest } from './resource-request';

const TYPE = { apiVersion: 'v1', kind: 'DeleteOptions' };
const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** The options of a deletion. */
export interface DeleteRequest {
  readonly options: DeleteOptions;
  readonly dryRun: boolean;
}

/** Reads them. Throws `StatusError`: 422 for options that can't be, 400, 415 and 500 for what can't be read. */
export async function readDeleteOptions({ exchange }: ResourceRequest): Promise<DeleteRequest> {
  const bytes = await exchange.readBody();
  const value = bytes.length === 0 ? queryOptions(exchange.query) : bodyOptions(exchange, bytes);
  const dryRun = Array.isArray(value['dryRun']) ? (value['dryRun'] as readonly string[]) : [];
  const errors = [...propagationErrors(value), ...dryRunErrors(dryRun)];
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: TYPE.kind }, '', errors);
  const preconditions = isJsonObject(value['preconditions']) ? value['preconditions'] : {};
  return {
    dryRun: dryRun.length > 0,
    options: {
      ...member('gracePeriodSeconds', findDouble(value['gracePeriodSeconds'])),
      ...member('propagationPolicy', value['propagationPolicy']),
      ...member('orphanDependents', value['orphanDependents']),
      ...member('uid', preconditions['uid']),
      ...member('resourceVersion', preconditions['resourceVersion']),
    },
  };
}

function propagationErrors({ propagationPolicy: policy, orphanDependents }: JsonObject): FieldError[] {
  if (policy === undefined || policy === null) return [];
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && orphanDependents !== null) {
    errors.push(
      invalidField('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  }
  if (typeof policy !== 'string' || !POLICIES.includes(policy)) {
    // The list isn't sorted, and ends with what Go calls nothing.
    const supported = [...POLICIES, 'nil'].map((name) => JSON.stringify(name)).join(', ');
    const detail = `supported values: ${supported}`;
    errors.push({ type: 'FieldValueNotSupported', field: 'propagationPolicy', badValue: policy, detail });
  }
  return errors;
}

/** An error that Kubernetes doesn't foresee: it has a message, and no reason. */
function withoutReason(why: string): StatusError {
  return new StatusError(500, '', why);
}

function bodyOptions(exchange: Exchange, bytes: Buffer): JsonObject {
  const value = bodyObject(exchange, bytes);
  const { kind = '', apiVersion = '' } = value;
  if (kind !== '' && kind !== TYPE.kind) {
    const what = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
    throw withoutReason(`${what} in scheme "pkg/runtime/scheme.go:110"`);
  }
  const schema = builtinSchema(TYPE.apiVersion, TYPE.kind);
  if (schema === undefined) throw internalError('the options of deletions have no schema');
  try {
    return builtinCodec(schema, { group: '', version: TYPE.apiVersion, kind: TYPE.kind }).decode(value).object;
  } catch (error) {
    if (!isStatusError(error, 'BadRequest')) throw error;
    throw withoutReason(error.status.message.replace(/^.*? cannot be handled as a DeleteOptions: /, ''));
  }
}

function bodyObject(exchange: Exchange, bytes: Buffer): JsonObject {
  const mediaType = mediaTypeOf(exchange);
  if (mediaType !== PROTOBUF)
    return readBody({ text: bytes.toString('utf8'), mediaType, findDuplicates: false }, withoutReason).value;
  try {
    return readProtobuf(bytes, TYPE);
  } catch (error) {
    throw error instanceof BodySyntaxError ? withoutReason(error.message) : error;
  }
}

function queryOptions(query: URLSearchParams): JsonObject {
  return {
    ...(query.has('gracePeriodSeconds') ? { gracePeriodSeconds: integerOf(query, 'gracePeriodSeconds') } : {}),
    ...(query.has('orphanDependents') ? { orphanDependents: isTrue(query.get('orphanDependents')) } : {}),
    ...(query.has('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') ?? '' } : {}),
    ...(query.has('dryRun') ? { dryRun: query.getAll('dryRun') } : {}),
  };
}

function member(name: string, value: unknown): Record<string, never> {
  return (value === undefined || value === null ? {} : { [name]: value }) as Record<string, never>;
}

/** The context of a deletion with the options given. */
export function deleteContextOf(
  { exchange, version, authorizeCreate }: ResourceRequest,
  { options, dryRun }: DeleteRequest,
): WriteContext {
  const { uid, resourceVersion, ...rest } = options;
  const preconditions = { ...member('uid', uid), ...member('resourceVersion', resourceVersion) };
  return {
    user: exchange.user,
    dryRun,
    fieldManager: '',
    version: version.version,
    subresource: exchange.info.subresource,
    options: {
      kind: TYPE.kind,
      apiVersion: 'meta.k8s.io/v1',
      ...rest,
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
      ...(dryRun ? { dryRun: ['All'] } : {}),
    },
    warn: exchange.warn,
    authorizeCreate,
  };
}
