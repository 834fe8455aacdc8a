/**
 * What OPA's answer says. Yes is `true`, or an object with `allowed: true` as policies for OPA's Envoy plugin give it; no is
 * `false`, `allowed: false`, and no decision at all. Anything else is unclear, which lets nobody in.
 * @see https://www.openpolicyagent.org/docs/envoy#output-document
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import type { Header } from '../request';
import { type ExternalVerdict, unavailable } from './external-authorizer';

/** What the plugin would change of a request or its answer, and the gate doesn't: without it the policy allows too much. */
const CHANGES = [
  'query_parameters_to_remove',
  'query_parameters_to_set',
  'request_headers_to_remove',
  'response_headers_to_add',
] as const;

/** The verdict of an answer to `POST /v1/data/…`; of its headers the app is given those that are named. */
export function opaVerdict(body: Buffer, upstreamHeaders: readonly string[]): ExternalVerdict {
  const answer = parsed(body);
  if (!isJsonObject(answer)) return unavailable('Nonsense');
  const result = answer['result'];
  if (result === undefined || result === false) return { verdict: 'Denied' };
  if (result === true) return { verdict: 'Allowed', toApp: [] };
  return isJsonObject(result) ? verdictOf(result, upstreamHeaders) : unavailable('Nonsense');
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function verdictOf(result: JsonObject, upstreamHeaders: readonly string[]): ExternalVerdict {
  if (result['allowed'] === false) return { verdict: 'Denied' };
  if (result['allowed'] !== true || CHANGES.some((member) => !isEmpty(result[member]))) return unavailable('Nonsense');
  const toApp = passedOn(result['headers'], upstreamHeaders);
  return toApp === undefined ? unavailable('Nonsense') : { verdict: 'Allowed', toApp };
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** The headers that are named; undefined where what is given for one of them can't be a header. */
function passedOn(given: JsonValue | undefined, names: readonly string[]): readonly Header[] | undefined {
  const objects: readonly unknown[] = Array.isArray(given) ? given : [given ?? {}];
  if (!objects.every(isJsonObject)) return undefined;
  const entries = objects.flatMap((object) => Object.entries(object));
  const headers: Header[] = [];
  for (const name of new Set(names.map((each) => each.toLowerCase()))) {
    const values = entries.filter(([key]) => key.toLowerCase() === name).flatMap(([, value]) => value);
    if (values.length === 0) continue;
    if (!isToken(name) || !values.every(isHeaderValue)) return undefined;
    headers.push({ name, value: values.join(', ') });
  }
  return headers;
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
function isToken(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name);
}

/** Control characters end a header, and begin another. */
function isHeaderValue(value: unknown): value is string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  return typeof value === 'string' && !/[\u0000-\u001f\u007f]/.test(value);
}
