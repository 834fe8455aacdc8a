/**
 * The input of a policy: what OPA's Envoy plugin makes of a request, so that policies for it need no change, and beside it what
 * the gate knows of the person and no header can say.
 * @see https://www.openpolicyagent.org/docs/envoy#example-input
 */
import type { JsonObject } from '../../../api/json';
import { pathWithoutQuery, queryOf } from '../sessions/environment-address';
import { askedAttributes } from './asked-attributes';
import type { ExternalQuestion } from './external-authorizer';

/** The input about a request. Bodies aren't looked at. Throws where the path is no text. */
export function opaInput(question: ExternalQuestion): JsonObject {
  const { identity, level } = question;
  const { method, path, host, scheme, headers, sourceAddress, contextExtensions } = askedAttributes(question);
  return {
    attributes: {
      ...(sourceAddress === '' ? {} : { source: { address: { socketAddress: { address: sourceAddress } } } }),
      request: { http: { method, path, host, scheme, protocol: 'HTTP/1.1', headers } },
      contextExtensions,
    },
    parsed_path: parsedPath(path),
    parsed_query: parsedQuery(path),
    parsed_body: null,
    truncated_body: false,
    version: { encoding: 'protojson', ext_authz: 'v3' },
    ...(identity === undefined ? {} : { identity: { ...identity } }),
    level,
  };
}

/** The parts between the slashes, decoded; of `/` one, which is empty. */
function parsedPath(path: string): readonly string[] {
  return pathWithoutQuery(path).slice(1).split('/').map(decodeURIComponent);
}

/** Values by name, in order. Names come from outside: without a prototype, so that `__proto__` is one like any other. */
function parsedQuery(path: string): JsonObject {
  const values = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of queryOf(path)) (values[name] ??= []).push(value);
  return values;
}
