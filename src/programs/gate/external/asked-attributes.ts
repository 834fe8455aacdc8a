/** A question in Envoy's words, as authorisers that Envoy asks know them. */
import type { CheckRequest } from '../authorization/ext-authz/check-request';
import type { ExternalQuestion } from './external-authorizer';
import { shownHeaders } from './shown-headers';

/** The attributes of a request, with the headers that authorisers are shown and those of HTTP/2. */
export function askedAttributes(question: ExternalQuestion): CheckRequest {
  const { request, address, environment } = question;
  const { method, path, host, sourceAddress } = request;
  return {
    method,
    path,
    host,
    scheme: address.scheme,
    headers: { ...shownHeaders(question), ':method': method, ':path': path, ':authority': host },
    sourceAddress,
    contextExtensions: { environment },
  };
}
