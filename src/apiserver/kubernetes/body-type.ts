/**
 * Whether a body is of the kind that an endpoint of a built-in resource takes, with the answers that a client gets where it isn't.
 */

import type { JsonObject, JsonValue } from '../../api/json';
import { invalidField } from '../field-error';
import { isNumeric } from '../json/int64';
import { jsonText } from '../json/json-text';
import { badRequest, invalid, type StatusError } from '../status-error';
import { BodySyntaxError } from './body-syntax';
import { parseJsonBody } from './json-body';
import { readProtobuf } from './protobuf';
import { findKind } from './type-table';
import { parseYamlBody } from './yaml-body';

/** What an endpoint takes. */
export interface ExpectedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface BodyText {
  readonly text: string;
  readonly mediaType: 'application/json' | 'application/yaml';
  readonly expected: ExpectedKind;
  /** For clients that asked for strict validation or warnings. */
  readonly findDuplicates: boolean;
}

export interface TypedBody {
  readonly value: JsonObject;
  readonly duplicates: readonly string[];
}

/** How the anonymous struct is called into which Kubernetes reads a body's type. */
const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const SHOWN_BYTES = 30;
const OPENING_BRACE = 0x7b;
/** Where Kubernetes made the scheme of its kinds, as its messages say it. */
const SCHEME = 'pkg/runtime/scheme.go:110';

/**
 * The object that a body's text says, for an endpoint of a built-in kind. A body that doesn't say what it is, is what the
 * endpoint takes. Throws `StatusError` 400.
 */
export function readTypedBody({ text, mediaType, expected, findDuplicates }: BodyText): TypedBody {
  const unrecognized = (why: string): StatusError => unrecognizedBody(why, Buffer.from(text, 'utf8'), expected);
  const { value, duplicates } = readBody({ text, mediaType, findDuplicates }, unrecognized);
  if (isCustom(expected) && (value['kind'] ?? '') === '') throw unrecognized(`Object 'Kind' is missing in '${text}'`);
  return { value: ofExpectedType(value, expected, unrecognized), duplicates };
}

/** The object that a body's text says, whatever its kind. Throws what `refuse` makes of the reason why it is none. */
export function readBody(
  { text, mediaType, findDuplicates }: Omit<BodyText, 'expected'>,
  refuse: (why: string) => StatusError,
): TypedBody {
  const isYaml = mediaType === 'application/yaml';
  const parsed = parsedBody(
    () => (isYaml ? parseYamlBody : parseJsonBody)(text, findDuplicates),
    (why) => refuse(isYaml ? why : `${JSON_PROBLEM}${why}`),
  );
  return { value: objectWithType(parsed.value, refuse), duplicates: isYaml ? parsed.duplicates : [] };
}

/** As `readTypedBody`, of a body in `application/vnd.kubernetes.protobuf`. */
export function readTypedProtobuf(bytes: Uint8Array, expected: ExpectedKind): TypedBody {
  const unrecognized = (why: string): StatusError => unrecognizedBody(why, Buffer.from(bytes), expected);
  const kind = { apiVersion: apiVersionOf(expected), kind: expected.kind };
  const read = parsedBody(() => readProtobuf(bytes, kind), unrecognized);
  return { value: ofExpectedType(read, expected, unrecognized), duplicates: [] };
}

const JSON_PROBLEM = "couldn't get version/kind; json parse error: ";

function parsedBody<T>(parse: () => T, unrecognized: (why: string) => StatusError): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof BodySyntaxError ? unrecognized(error.message) : error;
  }
}

function objectWithType(value: JsonValue, unrecognized: (why: string) => StatusError): JsonObject {
  const body = value ?? {};
  if (!isObject(body)) {
    throw unrecognized(`${JSON_PROBLEM}json: cannot unmarshal ${nameOf(body)} into Go value of type ${TYPE_META}`);
  }
  for (const key of ['apiVersion', 'kind'] as const) {
    const member = body[key] ?? '';
    if (typeof member === 'string') continue;
    const what = `json: cannot unmarshal ${nameOf(member)} into Go struct field .${key} of type string`;
    throw unrecognized(`${JSON_PROBLEM}${what}`);
  }
  return body;
}

function ofExpectedType(
  body: JsonObject,
  expected: ExpectedKind,
  unrecognized: (why: string) => StatusError,
): JsonObject {
  const type = typeOf(body, expected);
  if (type === undefined) throw unrecognized(`unexpected GroupVersion string: ${body['apiVersion'] as string}`);
  const problem = typeProblem(body, type, expected);
  if (problem !== undefined) throw problem;
  return body;
}

function unrecognizedBody(why: string, bytes: Buffer, expected: ExpectedKind): StatusError {
  const what = `the object provided is unrecognized (must be of type ${expected.kind})`;
  return badRequest(`${what}: ${why} (${shown(bytes)})`);
}

/** Why an object that says what it is can't be one of a built-in kind; undefined where it can, be it in another version. */
export function findKindProblem(body: JsonObject, expected: ExpectedKind): string | undefined {
  const type = typeOf(body, expected);
  if (type === undefined) return `unexpected GroupVersion string: ${textOf(body['apiVersion'])}`;
  const apiVersion = apiVersionOf(type);
  if (findKind(apiVersion, type.kind) === undefined) {
    return `no kind ${JSON.stringify(type.kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme ${JSON.stringify(SCHEME)}`;
  }
  if (type.group === expected.group && type.kind === expected.kind) return undefined;
  return `converting (${type.version}.${type.kind}) to (${internalPackage(expected.group)}.${expected.kind}): unknown conversion`;
}

/** Why an object that says what it is can't be a custom one of the kind expected. */
export function findCustomKindProblem(body: JsonObject, expected: ExpectedKind): StatusError | undefined {
  const { kind = '', apiVersion = '' } = body;
  const expectedVersion = apiVersionOf(expected);
  const refuse = (field: string, value: JsonValue, wanted: string): StatusError => {
    const metadata = body['metadata'] ?? null;
    const name = isObject(metadata) ? (metadata['name'] ?? '') : '';
    const slash = textOf(apiVersion).indexOf('/');
    const type = { group: slash < 0 ? '' : textOf(apiVersion).slice(0, slash), kind: textOf(kind) };
    return invalid(type, textOf(name), [invalidField(field, value, `must be ${wanted}`)]);
  };
  if (kind !== expected.kind) return refuse('kind', kind, expected.kind);
  return apiVersion === expectedVersion ? undefined : refuse('apiVersion', apiVersion, expectedVersion);
}

function typeProblem(body: JsonObject, type: ExpectedKind, expected: ExpectedKind): StatusError | undefined {
  const expectedVersion = apiVersionOf(expected);
  const otherVersion = (told: string): StatusError =>
    badRequest(`the API version in the data (${told}) does not match the expected API version (${expectedVersion})`);
  if (isCustom(expected)) {
    const told = (body['apiVersion'] ?? '') as string;
    return told === expectedVersion ? findCustomKindProblem(body, expected) : otherVersion(told);
  }
  const why = findKindProblem(body, expected);
  if (why !== undefined) {
    const what = `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${expected.kind}`;
    return badRequest(`${what}: ${why}`);
  }
  return type.version === expected.version ? undefined : otherVersion(apiVersionOf(type));
}

/** A kind that isn't built in is a CRD's. */
function isCustom(expected: ExpectedKind): boolean {
  return findKind(apiVersionOf(expected), expected.kind) === undefined;
}

/** What the body says it is, completed by what is expected; undefined for a version with two slashes. */
function typeOf(body: JsonObject, expected: ExpectedKind): ExpectedKind | undefined {
  const apiVersion = (body['apiVersion'] ?? '') as string;
  const kind = (body['kind'] ?? '') as string;
  const parts = apiVersion.split('/');
  if (parts.length > 2) return undefined;
  const [first = '', second] = parts;
  const group = second === undefined ? '' : first;
  const version = second ?? first;
  const isSilent = group === '' && version === '';
  return {
    kind: kind === '' ? expected.kind : kind,
    group: isSilent ? expected.group : group,
    version: isSilent || (version === '' && group === expected.group) ? expected.version : version,
  };
}

/** The Go package of a group's internal types. */
function internalPackage(group: string): string {
  return group === '' || group === 'events.k8s.io' ? 'core' : (group.split('.')[0] ?? group);
}

function apiVersionOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The beginning of a body; in hexadecimal where it doesn't look like an object. */
function shown(bytes: Buffer): string {
  if (bytes.length === 0) return '<empty>';
  const head = bytes.subarray(0, SHOWN_BYTES);
  const written = head.toString(bytes[0] === OPENING_BRACE ? 'utf8' : 'hex');
  return bytes.length > SHOWN_BYTES ? `${written} ...` : written;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (isNumeric(value)) return 'number';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** A member that should be a text, as one. */
function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : jsonText(value ?? '');
}
