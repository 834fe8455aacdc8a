/**
 * Server-side apply: the live object with the applied one merged into it, without what its applier owned and applies no more.
 * @see k8s.io/apimachinery/pkg/util/managedfields/internal/structuredmerge.go, v0.34
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, draftOf, ensureObject } from '../draft';
import { badRequest, StatusError } from '../status-error';
import { ConflictError } from './conflict';
import { equalValues } from './equality';
import { fieldFilter, UNOWNED_FIELDS } from './field-filter';
import type { FieldWrite } from './field-manager';
import { difference } from './field-set';
import { entryFor, liveValue, writerOf } from './field-write';
import { findLastAppliedFields, KUBECTL, refreshLastApplied } from './last-applied';
import { decodeManagers, encodeManagers, identifierOf, type Managers, timeText } from './managed-fields';
import { mergedObject } from './merge';
import { ownershipAfter } from './ownership';
import { prunedObject } from './pruning';
import { setFields } from './set-fields';
import { managedFieldsOf, managersAfterUpdate } from './tracking';
import { typeProblems } from './type-check';
import { TypeMismatch } from './type-problem';
import { VersionConverter, type VersionedValue } from './version-converter';

/** The manager in whose name the fields of an object are kept that nobody tracked before its first apply. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

/**
 * The merged object with its `managedFields`. It isn't decoded: it may hold null, and lacks defaults.
 * Throws `StatusError` 409 for conflicts, 400 or 500 where the applied object isn't of its type.
 */
export function appliedObject(
  live: KubeObject | undefined,
  config: JsonObject,
  write: FieldWrite & { readonly force: boolean },
): DraftObject {
  checkKind(config, write);
  const managers = live === undefined ? new Map() : managersOf(live, write);
  const versions = new VersionConverter(write.type);
  const before = liveValue(live, write);
  const { value, managers: after } = appliedByKubectl({ live: before, config, managers, versions, write }, write.force);
  const object = draftOf(isJsonObject(value) ? value : {});
  const metadata = ensureObject(object, 'metadata');
  const encoded = encodeManagers(after);
  if (encoded === undefined) delete metadata['managedFields'];
  else metadata['managedFields'] = encoded;
  if (write.manager === KUBECTL) refreshLastApplied(object, config);
  return object;
}

function checkKind(config: JsonObject, { apiVersion, kind }: FieldWrite): void {
  const [sentVersion, sentKind] = [textOf(config['apiVersion']), textOf(config['kind'])];
  if (sentVersion === apiVersion && (kind === undefined || kind === sentKind)) return;
  throw badRequest(`invalid object type: ${kindText(sentVersion, sentKind)}`);
}

/** `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`. */
function kindText(apiVersion: string, kind: string): string {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return '/, Kind=';
  return `${parts.length === 2 ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The managers of a live object; where there are none, one that owns all it holds. */
function managersOf(live: KubeObject, write: FieldWrite): Managers {
  const managers = decodedManagers(live);
  if (managers.size > 0) return managers;
  return managersAfterUpdate(managers, {
    before: liveValue(undefined, write),
    after: liveValue(live, write),
    write: { ...write, manager: BEFORE_FIRST_APPLY },
  });
}

function decodedManagers(live: KubeObject): Managers {
  try {
    return decodeManagers(managedFieldsOf(live), 'server');
  } catch (error) {
    throw new StatusError(500, '', `failed to decode managed fields: ${error instanceof Error ? error.message : ''}`);
  }
}

/** What an apply works on. One attempt may be followed by another, with other leave to take fields. */
interface Application {
  readonly live: VersionedValue;
  readonly config: JsonObject;
  readonly managers: Managers;
  readonly versions: VersionConverter;
  readonly write: FieldWrite;
}

interface Applied {
  readonly value: JsonValue;
  readonly managers: Managers;
}

/** An apply, in which kubectl may take what it applied itself before, from the client's side. */
function appliedByKubectl(application: Application, force: boolean): Applied {
  const { live, versions, write } = application;
  try {
    return appliedOnce(application, force);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    if (write.manager !== KUBECTL || !isJsonObject(live.value)) throw error.status();
    const own = findLastAppliedFields(versions.getType(write.apiVersion), live.value, write.apiVersion);
    if (own === undefined) throw error.status();
    const left = error.without(own);
    if (left.conflicts.length > 0) throw left.status();
    return appliedOnce(application, true);
  }
}

/** Throws `ConflictError` where others own what changes and it isn't forced. */
function appliedOnce({ live, config, managers, versions, write }: Application, isForced: boolean): Applied {
  checkConfig(config, versions, write);
  const type = versions.getType(write.apiVersion);
  const filter = fieldFilter(write.type);
  const writer = writerOf(write, 'Apply');
  const identifier = identifierOf(writer);
  const known = versions.reconciled(managers);
  const last = known.get(identifier);
  const fields = filter(setFields(type, config));
  const claimed = new Map(known).set(identifier, { ...writer, fields });
  const merged = { value: mergedConfig(live, config, versions), apiVersion: write.apiVersion };
  const after = prunedObject(merged, last, claimed, versions);
  const change = { before: live, after, versions, filter };
  const { managers: left } = ownershipAfter(change, claimed, { writer: identifier, isForced });

  const isSame = equalValues(live.value, after.value);
  const own = difference(fields, UNOWNED_FIELDS);
  const settled = new Map(left);
  if (own.size === 0) {
    settled.delete(identifier);
  } else {
    const entry = entryFor(writer, own, last);
    // Who applies what is there already gets no time of their own.
    settled.set(identifier, isSame ? entry : { ...entry, time: timeText(write.now) });
  }
  return { value: after.value, managers: settled };
}

function checkConfig(config: JsonObject, versions: VersionConverter, { apiVersion }: FieldWrite): void {
  const { metadata } = config;
  if (isJsonObject(metadata) && Array.isArray(metadata['managedFields'])) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const problems = typeProblems(versions.getType(apiVersion), config);
  if (problems.length === 0) return;
  const { message } = new TypeMismatch(problems);
  throw new StatusError(500, '', `failed to create typed patch object (${namedText(config)}): ${message}`);
}

/** `team-a/app; apps/v1, Kind=Deployment`. */
function namedText({ metadata, apiVersion, kind }: JsonObject): string {
  const { namespace, name } = isJsonObject(metadata) ? metadata : {};
  return `${textOf(namespace)}/${textOf(name)}; ${kindText(textOf(apiVersion), textOf(kind))}`;
}

function mergedConfig(live: VersionedValue, config: JsonObject, versions: VersionConverter): JsonValue {
  try {
    return mergedObject(versions.getType(live.apiVersion), live.value, config);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw new StatusError(500, '', `failed to merge config: ${error.message}`);
  }
}
