/** Calls webhooks over HTTPS. */

import { Agent, request as httpsRequest } from 'node:https';
import { isJsonObject, type JsonObject } from '../../../api/json';
import { numberAt, objectAt, stringAt } from '../../authentication/json-members';
import { jsonText, parseJson } from '../../json/json-text';
import { type WebhookCall, type WebhookCaller, WebhookCallFailed } from './webhook-caller';

/** Where the service of a webhook can be reached. */
export interface ServiceAddress {
  readonly host: string;
  readonly port: number;
}

export interface HttpsWebhookCallerOptions {
  /** Where a service is reached; undefined where there is none. Default: there are no services. */
  readonly findService?: (namespace: string, name: string, port: number) => ServiceAddress | undefined;
  /** What a webhook may send at most. */
  readonly maximumBytes?: number;
}

const HTTPS_PORT = 443;
const MAXIMUM_BYTES = 3 * 1024 * 1024;
/** Answers that aren't reviews, in the words of the real server. */
const CODE_TEXTS: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  403: 'unknown',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** What a call goes to. */
interface Target {
  /** As messages name it. */
  readonly url: URL;
  readonly address: ServiceAddress;
}

/** Makes a new connection for each call: webhooks come and go. */
export function httpsWebhookCaller(options: HttpsWebhookCallerOptions = {}): WebhookCaller {
  return {
    async call({ clientConfig, review, timeoutSeconds }) {
      const target = targetOf(clientConfig, timeoutSeconds, options);
      const bundle = stringAt(clientConfig, 'caBundle');
      const ca = bundle === '' ? undefined : Buffer.from(bundle, 'base64').toString('utf8');
      const text = await post(target, jsonText(review), {
        timeoutSeconds,
        maximumBytes: options.maximumBytes ?? MAXIMUM_BYTES,
        ...(ca === undefined ? {} : { ca }),
      });
      return parsed(text);
    },
  };
}

function targetOf(
  clientConfig: WebhookCall['clientConfig'],
  timeoutSeconds: number,
  { findService }: HttpsWebhookCallerOptions,
): Target {
  const service = objectAt(clientConfig, 'service');
  if (service === undefined) {
    const url = new URL(stringAt(clientConfig, 'url'));
    url.searchParams.set('timeout', `${timeoutSeconds}s`);
    return { url, address: { host: url.hostname, port: url.port === '' ? HTTPS_PORT : Number(url.port) } };
  }
  const namespace = stringAt(service, 'namespace');
  const name = stringAt(service, 'name');
  const port = numberAt(service, 'port') ?? HTTPS_PORT;
  const path = stringAt(service, 'path');
  const url = new URL(`https://${name}.${namespace}.svc${path.startsWith('/') ? path : `/${path}`}`);
  url.port = String(port);
  url.searchParams.set('timeout', `${timeoutSeconds}s`);
  const address = findService?.(namespace, name, port);
  if (address === undefined) throw failedPost(shownUrl(url, port), `service ${JSON.stringify(name)} not found`);
  return { url, address };
}

/** With the port of a service, which URLs leave out where it is the usual one. */
function shownUrl(url: URL, port: number): string {
  return url.port === '' && url.hostname.endsWith('.svc')
    ? url.href.replace(url.host, `${url.host}:${port}`)
    : url.href;
}

interface PostOptions {
  readonly ca?: string;
  readonly timeoutSeconds: number;
  readonly maximumBytes: number;
}

function post(
  { url, address }: Target,
  body: string,
  { ca, timeoutSeconds, maximumBytes }: PostOptions,
): Promise<string> {
  const shown = shownUrl(url, address.port);
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    const outgoing = httpsRequest(
      {
        method: 'POST',
        host: unbracketed(address.host),
        port: address.port,
        path: `${url.pathname}${url.search}`,
        agent,
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
        headers: {
          host: url.host,
          'user-agent': 'kube-apiserver-admission',
          accept: 'application/json, */*',
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        ...(ca === undefined ? {} : { ca }),
        ...(url.hostname === address.host ? {} : { servername: url.hostname }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > maximumBytes) {
            outgoing.destroy();
            reject(new WebhookCallFailed('failed to call webhook: http: response body too large'));
          }
        });
        response.on('error', (error) => reject(failedPost(shown, causeText(error, address))));
        response.on('end', () => {
          const code = response.statusCode ?? 0;
          const type = response.headers['content-type'] ?? '';
          const text = Buffer.concat(chunks).toString('utf8');
          if (code < 200 || code > 206) reject(new WebhookCallFailed(`failed to call webhook: ${codeText(code)}`));
          else if (text === '') reject(new WebhookCallFailed(`failed to call webhook: ${emptyText(code, type)}`));
          else resolve(text);
        });
      },
    );
    outgoing.on('error', (error) => reject(failedPost(shown, causeText(error, address))));
    outgoing.end(body);
  });
}

function failedPost(url: string, cause: string): WebhookCallFailed {
  return new WebhookCallFailed(`failed to call webhook: Post ${JSON.stringify(url)}: ${cause}`);
}

function emptyText(code: number, type: string): string {
  return `0-length response with status code: ${code} and content type: ${type}`;
}

function codeText(code: number): string {
  const known = CODE_TEXTS[code];
  if (known !== undefined) return known;
  if (code >= 500) return 'an error on the server ("unknown") has prevented the request from succeeding';
  return `the server responded with the status code ${code} but did not return more details`;
}

const TLS_CODES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate signed by unknown authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate signed by unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate signed by unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate signed by unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate signed by unknown authority',
  CERT_HAS_EXPIRED: 'certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'certificate has expired or is not yet valid',
};

/** Node's errors in the words of the real server. */
function causeText(error: Error & { readonly code?: unknown }, { host, port }: ServiceAddress): string {
  const code = typeof error.code === 'string' ? error.code : '';
  const untrusted = TLS_CODES[code];
  if (untrusted !== undefined) return `tls: failed to verify certificate: x509: ${untrusted}`;
  switch (code) {
    case 'ABORT_ERR':
    case 'ETIMEDOUT':
      return 'context deadline exceeded';
    case 'ECONNREFUSED':
      return `dial tcp ${host}:${port}: connect: connection refused`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${host}: no such host`;
    case 'ECONNRESET':
      return 'EOF';
    default:
      return error.message;
  }
}

function unbracketed(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

function parsed(text: string): JsonObject {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    value = undefined;
  }
  if (isJsonObject(value)) return value;
  throw new WebhookCallFailed(
    "failed to call webhook: couldn't get version/kind; json parse error: it is no JSON object",
  );
}
