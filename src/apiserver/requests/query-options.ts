/**
 * The options that a request's query carries, read and checked as Kubernetes does it.
 * @see k8s.io/apimachinery/pkg/apis/meta/v1 and internalversion/validation, v0.34
 */
import type { JsonObject } from '../../api/json';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../field-error';
import { badRequest, invalid } from '../status-error';
import { isTrue } from './request-info';

export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  /** 0: no limit. */
  readonly limit: number;
  readonly continueToken: string;
  /** 0: as the server likes. */
  readonly timeoutSeconds: number;
  readonly allowWatchBookmarks: boolean;
  /** Undefined: not said. */
  readonly sendInitialEvents: boolean | undefined;
}

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** Server-side apply alone. */
  readonly force: boolean;
}

type WriteOptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

const META_GROUP = 'meta.k8s.io';
const DRY_RUN_VALUES = ['All'];
const LONGEST_MANAGER = 128;

/** Throws `StatusError` 400 for a value that can't be read, 422 for values that contradict each other. */
export function listOptionsOf(query: URLSearchParams, isWatch: boolean): ListOptions {
  const sendInitialEvents = query.has('sendInitialEvents') ? booleanOf(query, 'sendInitialEvents') : undefined;
  const options: ListOptions = {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    limit: Math.max(integerOf(query, 'limit'), 0),
    continueToken: query.get('continue') ?? '',
    timeoutSeconds: integerOf(query, 'timeoutSeconds'),
    allowWatchBookmarks: booleanOf(query, 'allowWatchBookmarks'),
    sendInitialEvents,
  };
  const errors = isWatch ? watchErrors(options) : listErrors(options);
  if (errors.length > 0) throw invalid({ group: META_GROUP, kind: 'ListOptions' }, '', errors);
  return options;
}

function listErrors({
  resourceVersionMatch: match,
  resourceVersion,
  continueToken,
  sendInitialEvents,
}: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const forbid = (field: string, why: string): number => errors.push(forbiddenField(field, why));
  if (match !== '') {
    if (resourceVersion === '')
      forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided');
    if (continueToken !== '')
      forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      errors.push(notSupportedField('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    }
    if (match === 'Exact' && resourceVersion === '0') {
      forbid('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
  }
  if (sendInitialEvents !== undefined) forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  return errors;
}

function watchErrors({ resourceVersionMatch: match, continueToken, sendInitialEvents }: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const forbid = (why: string): number => errors.push(forbiddenField('resourceVersionMatch', why));
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    forbid('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  if (match !== '') {
    if (sendInitialEvents === undefined)
      forbid('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    if (match !== 'NotOlderThan') errors.push(notSupportedField('resourceVersionMatch', match, ['NotOlderThan']));
    if (continueToken !== '') forbid('resourceVersionMatch is forbidden when continue is provided');
  }
  return errors;
}

/** `isApply`: the patch is a server-side apply. Throws `StatusError` 400 or 422. */
export function writeOptionsOf(query: URLSearchParams, kind: WriteOptionsKind, isApply = false): WriteOptions {
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const errors: FieldError[] = [];
  if (kind === 'PatchOptions') {
    if (isApply && fieldManager === '') errors.push(requiredField('fieldManager', 'is required for apply patch'));
    if (!isApply && query.has('force'))
      errors.push(forbiddenField('force', 'may not be specified for non-apply patch'));
  }
  if (fieldManager.length > LONGEST_MANAGER) {
    errors.push({
      type: 'FieldValueTooLong',
      field: 'fieldManager',
      detail: `may not be more than ${String(LONGEST_MANAGER)} bytes`,
    });
  }
  for (const [index, character] of Array.from(fieldManager).entries()) {
    if (!PRINTABLE.test(character)) {
      errors.push(
        invalidField(
          'fieldManager',
          fieldManager,
          `invalid character ${codePointText(character)} (at position ${String(index)})`,
        ),
      );
    }
  }
  errors.push(...dryRunErrors(query.getAll('dryRun')));
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(fieldValidation)) {
    errors.push(notSupportedField('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  if (errors.length > 0) throw invalid({ group: META_GROUP, kind }, '', errors);
  return {
    dryRun: query.has('dryRun'),
    fieldManager,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    force: booleanOf(query, 'force'),
  };
}

/** The options as admission sees them. */
export function admissionOptions(
  kind: WriteOptionsKind,
  { dryRun, fieldManager, fieldValidation }: WriteOptions,
): JsonObject {
  return {
    kind,
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun ? { dryRun: DRY_RUN_VALUES } : {}),
    ...(fieldManager === '' ? {} : { fieldManager }),
    fieldValidation,
  };
}

export function dryRunErrors(values: readonly string[]): FieldError[] {
  const isKnown = values.every((value) => DRY_RUN_VALUES.includes(value));
  return isKnown ? [] : [notSupportedField('dryRun', [...values], DRY_RUN_VALUES)];
}

/** `U+0001`, as Go writes a character that has no picture. */
function codePointText(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Letters, digits, signs and the space; neither controls nor other blanks. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

export function integerOf(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null || text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function booleanOf(query: URLSearchParams, name: string): boolean {
  return query.has(name) && isTrue(query.get(name));
}

const PRINTABLE_AGENT = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** Whom fields belong to where the client named no manager: what its user agent begins with. */
export function managerOf(fieldManager: string, userAgent: string): string {
  if (fieldManager !== '') return fieldManager;
  let manager = '';
  for (const character of userAgent.split('/', 1)[0] ?? '') {
    if (!PRINTABLE_AGENT.test(character)) continue;
    if (Buffer.byteLength(manager + character) > LONGEST_MANAGER) break;
    manager += character;
  }
  return manager;
}
