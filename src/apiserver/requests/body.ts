/** The body of a request as an object of a version, checked as strictly as the request asks. */
import { parse } from 'yaml';
import { isJsonObject, type JsonObject } from '../../api/json';
import type { Decoded, ResourceVersion } from '../resources/resource';
import { badRequest, StatusError, unacceptedBody } from '../status-error';
import type { Exchange } from './exchange';
import type { FieldValidation } from './query-options';

/** Reads JSON of which the server must know duplicates: the value, and which members stood there twice. */
export interface BodyParser {
  parseJson(text: string, isStrict: boolean): { readonly value: unknown; readonly duplicates: readonly string[] };
}

export interface ParsedBody {
  readonly value: JsonObject;
  readonly duplicates: readonly string[];
  readonly text: string;
}

/** What a body is expected to be. */
export interface BodyType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Reads the body as JSON or YAML. Throws `StatusError` 400 where it is neither, 415 where it says that it is something else. */
export async function readObjectBody(
  exchange: Exchange,
  parser: BodyParser,
  type: BodyType,
  isStrict: boolean,
): Promise<ParsedBody> {
  const contentType = exchange.header('content-type').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const text = (await exchange.readBody()).toString('utf8');
  const refuse = (why: string): StatusError =>
    badRequest(
      `the object provided is unrecognized (must be of type ${type.kind}): couldn't get version/kind; ${why} (${summaryOf(text)})`,
    );
  switch (contentType) {
    case '':
    case 'application/json':
    case 'text/plain': {
      let parsed: ReturnType<BodyParser['parseJson']>;
      try {
        parsed = parser.parseJson(text, isStrict);
      } catch (error) {
        throw refuse(`json parse error: ${jsonProblem(text, error)}`);
      }
      if (!isJsonObject(parsed.value))
        throw refuse(
          `json parse error: json: cannot unmarshal ${goTypeOf(parsed.value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
        );
      return { value: parsed.value, duplicates: parsed.duplicates, text };
    }
    case 'application/yaml':
      return { value: yamlObject(text, refuse), duplicates: [], text };
    default:
      throw unacceptedBody(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);
  }
}

function yamlObject(text: string, refuse: (why: string) => StatusError): JsonObject {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw refuse(`yaml: ${(error as Error).message}`);
  }
  if (!isJsonObject(value)) throw refuse('yaml: the document is no object');
  return value;
}

/** Decodes a value, and tells the client what was unknown or doubled, as loudly as it asked. */
export function decodeObject(
  { value, duplicates }: Pick<ParsedBody, 'value' | 'duplicates'>,
  version: ResourceVersion,
  {
    type,
    fieldValidation,
    warn,
  }: { readonly type: BodyType; readonly fieldValidation: FieldValidation; warn(text: string): void },
): Decoded {
  const decoded = version.codec.decode(value);
  const problems = [...duplicates.map((field) => `duplicate field ${JSON.stringify(field)}`), ...decoded.problems];
  if (problems.length === 0 || fieldValidation === 'Ignore') return decoded;
  if (fieldValidation === 'Warn') {
    for (const problem of problems) warn(problem);
    return decoded;
  }
  throw badRequest(
    `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: strict decoding error: ${problems.join(', ')}`,
  );
}

/** Sets kind and version where the client left them out. Throws `StatusError` 400 where they are not those of the endpoint. */
export function settleType(value: JsonObject, type: BodyType): JsonObject {
  const expected = type.group === '' ? type.version : `${type.group}/${type.version}`;
  const { kind = '', apiVersion = '' } = value as { readonly kind?: unknown; readonly apiVersion?: unknown };
  if (kind === type.kind && apiVersion === expected) return value;
  if (apiVersion !== '' && apiVersion !== expected && kind === type.kind) {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    );
  }
  if (kind !== '' && kind !== type.kind)
    throw wrongKind(String(kind), String(apiVersion === '' ? expected : apiVersion), type);
  return { ...value, kind: type.kind, apiVersion: expected };
}

function wrongKind(kind: string, apiVersion: string, { group, kind: wanted }: BodyType): StatusError {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const internal = group === '' ? 'core' : (group.split('.')[0] ?? group);
  return badRequest(
    `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${wanted}: converting (${version}.${kind}) to (${internal}.${wanted}): unknown conversion`,
  );
}

const SUMMARY_BYTES = 30;

/** The beginning of a body as messages show it: as text where it is text, else in hexadecimal. */
function summaryOf(text: string): string {
  const bytes = Buffer.from(text);
  const head = bytes.subarray(0, SUMMARY_BYTES);
  const isJson = /^\s*\{/.test(text);
  const shown = isJson ? head.toString('utf8') : head.toString('hex');
  return bytes.length > SUMMARY_BYTES ? `${shown} ...` : shown;
}

/** V8's complaint in the words of Go. */
function jsonProblem(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (text.trim() === '' || /end of JSON|Unterminated|Expected .*end of/i.test(message))
    return 'unexpected end of JSON input';
  const position = /position (\d+)/.exec(message)?.[1];
  const unexpected = /Unexpected token '?(.)'?/u.exec(message)?.[1] ?? text[Number(position ?? '0')] ?? '';
  const isAtStart = position === '0' || text.trimStart().startsWith(unexpected);
  return `invalid character '${unexpected}' looking for beginning of ${isAtStart || position === undefined ? 'value' : 'object key string'}`;
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
}
