/** The body of a request as an object of a version, checked as strictly as the request asks. */
import type { JsonObject } from '../../api/json';
import { type ExpectedKind, readTypedBody, readTypedProtobuf, type TypedBody } from '../kubernetes';
import type { Decoded, ResourceVersion } from '../resources/resource';
import { badRequest, unacceptedBody } from '../status-error';
import type { Exchange } from './exchange';
import type { FieldValidation } from './query-options';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const READ = ['application/json', 'application/yaml', PROTOBUF] as const;

/**
 * The object that a body says, with kind and version where it left them out.
 * Throws `StatusError` 400 where it is no object or one of another kind, 415 where its encoding isn't read.
 */
export async function readObjectBody(
  exchange: Exchange,
  expected: ExpectedKind,
  findDuplicates: boolean,
): Promise<TypedBody> {
  const bytes = await exchange.readBody();
  const mediaType = mediaTypeOf(exchange);
  if (mediaType === PROTOBUF) return readTypedProtobuf(bytes, expected);
  const text = bytes.toString('utf8');
  const { value, duplicates } = readTypedBody({ text, mediaType, expected, findDuplicates });
  return { value: withType(value, expected), duplicates };
}

/** The encoding of a body; one without a type is taken for JSON. Throws `StatusError` 415 for one that isn't read. */
export function mediaTypeOf(exchange: Exchange): (typeof READ)[number] {
  const contentType = exchange.header('content-type').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const mediaType = contentType === '' ? 'application/json' : READ.find((read) => read === contentType);
  if (mediaType === undefined) throw unacceptedBody(READ);
  return mediaType;
}

/** Decodes a value, and tells the client what was unknown or doubled, as loudly as it asked. */
export function decodeObject(
  { value, duplicates }: TypedBody,
  version: ResourceVersion,
  {
    type,
    fieldValidation,
    warn,
  }: { readonly type: ExpectedKind; readonly fieldValidation: FieldValidation; readonly warn: (text: string) => void },
): Decoded {
  const decoded = version.codec.decode(value);
  const problems = fieldValidation === 'Ignore' ? [] : problemsOf(duplicates, decoded);
  if (problems.length === 0) return decoded;
  if (fieldValidation === 'Warn') {
    for (const problem of problems) warn(problem);
    return decoded;
  }
  throw badRequest(
    `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: strict decoding error: ${problems.join(', ')}`,
  );
}

/** What was doubled and what was unknown; each once. */
export function problemsOf(duplicates: readonly string[], { problems }: Decoded): readonly string[] {
  return [...new Set([...duplicates, ...problems])];
}

/** The object with the kind and version of its endpoint. */
export function withType(value: JsonObject, { group, version, kind }: ExpectedKind): JsonObject {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return value['kind'] === kind && value['apiVersion'] === apiVersion ? value : { ...value, kind, apiVersion };
}
