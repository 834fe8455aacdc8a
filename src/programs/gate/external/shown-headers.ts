/** What an external authoriser is shown of a request. */
import { originOf } from '../../../access/decision/request-facts';
import { identityHeaders } from '../authorization/identity-headers';
import type { ExternalQuestion } from './external-authorizer';

/** Headers of the request that it sees; all others stay here. */
const SHOWN = [
  'accept',
  'accept-language',
  'content-type',
  'origin',
  'referer',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'upgrade',
  'user-agent',
  'x-request-id',
  'x-requested-with',
] as const;

/**
 * Headers for an authoriser: an allow list of the request's, its cookies as the app may see them, `authorization` where it isn't
 * meant for the gate, what the gate says of the person, and the original request in `x-forwarded-…`.
 */
export function shownHeaders(question: ExternalQuestion): Readonly<Record<string, string>> {
  const { request, cookies, identity, level, environment, address, seesAuthorization } = question;
  const shown: Record<string, string> = {};
  for (const name of SHOWN) {
    const value = request.headers[name];
    if (value !== undefined) shown[name] = value;
  }
  const authorization = request.headers['authorization'];
  if (seesAuthorization && authorization !== undefined) shown['authorization'] = authorization;
  if (cookies !== undefined) shown['cookie'] = cookies;
  for (const { name, value } of identityHeaders(identity, level) ?? []) shown[name] = value;
  shown['x-adrasteia-environment'] = environment;
  shown['x-forwarded-proto'] = address.scheme;
  shown['x-forwarded-host'] = request.host;
  shown['x-forwarded-method'] = request.method;
  shown['x-forwarded-uri'] = request.path;
  if (request.sourceAddress !== '') shown['x-forwarded-for'] = request.sourceAddress;
  return shown;
}

/** The address that a browser asked for. */
export function askedUrl({ address, request }: Pick<ExternalQuestion, 'address' | 'request'>): string {
  return `${originOf(address)}${request.path}`;
}
