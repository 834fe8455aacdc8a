/**
 * The paths beside the API: discovery, OpenAPI, health, version, and the list of paths itself.
 */

import { methodNotAllowed } from '../status-error';
import type { Discovery } from './discovery-documents';
import type { Exchange } from './exchange';
import { answerHealth } from './health';
import { clausesOf } from './media-types';

/** A document with its entity tag. */
export interface TaggedText {
  readonly text: string;
  /** With quotes. */
  readonly etag: string;
}

export interface OpenApi {
  v2(): TaggedText;
  /** `/openapi/v2` in protobuf, for clients that ask for it; undefined where it can't be had. */
  v2Protobuf?(): { readonly bytes: Buffer; readonly etag: string };
  v3Index(): TaggedText;
  /** `api/v1`, `apis/apps/v1`; undefined where nothing is served there. */
  v3(path: string): TaggedText | undefined;
}

export interface PathDependencies {
  readonly discovery: Discovery;
  readonly openApi: OpenApi;
  /** `/version`, as it is sent. */
  readonly version: string;
  /** JSON documents at fixed paths: `/.well-known/openid-configuration`, … */
  readonly documents: ReadonlyMap<string, () => { readonly text: string; readonly contentType: string }>;
  isReady(): boolean;
}

const PLAIN = 'text/plain; charset=utf-8';

/** Where the real server doesn't look at the method. */
const ANSWERS_ANY_METHOD: ReadonlySet<string> = new Set(['/', '/apis', '/openapi/v2', '/metrics']);

/** Answers; false where the path is nobody's. */
export async function answerPath(exchange: Exchange, deps: PathDependencies): Promise<boolean> {
  const { info } = exchange;
  const path = info.path.length > 1 ? info.path.replace(/\/$/, '') : info.path;
  if (await answerHealth(exchange, path, deps.isReady())) return true;
  const text =
    path === '/version' ? { text: deps.version, contentType: 'application/json' } : deps.documents.get(path)?.();
  if (text !== undefined) {
    if (!ANSWERS_ANY_METHOD.has(path)) requireGet(exchange, path !== '/version');
    await exchange.send(200, text.text, text.contentType);
    return true;
  }
  if (path === '/openapi/v2' || path === '/openapi/v3' || path.startsWith('/openapi/v3/'))
    return answerOpenApi(exchange, path, deps.openApi);
  if (path === '/') {
    const paths = [
      ...deps.documents.keys(),
      ...deps.discovery.paths(),
      '/healthz',
      '/livez',
      '/openapi/v2',
      '/openapi/v3',
      '/readyz',
      '/version',
    ];
    await exchange.send(200, JSON.stringify({ paths: paths.sort() }, undefined, 2));
    return true;
  }
  const document = deps.discovery.document(path, exchange.header('accept'));
  if (document === undefined) return false;
  if (!ANSWERS_ANY_METHOD.has(path)) requireGet(exchange, false);
  if (document.etag !== undefined) {
    if (exchange.header('if-none-match') === document.etag) return notModified(exchange, document.etag);
    exchange.response.setHeader('etag', document.etag);
  }
  exchange.response.setHeader('vary', 'Accept');
  await exchange.send(200, `${document.text}\n`, document.contentType);
  return true;
}

function requireGet({ request }: Exchange, takesHead = true): void {
  const isRead = request.method === 'GET' || (takesHead && request.method === 'HEAD');
  if (!isRead) throw methodNotAllowed();
}

async function answerOpenApi(exchange: Exchange, path: string, openApi: OpenApi): Promise<boolean> {
  if (!ANSWERS_ANY_METHOD.has(path)) requireGet(exchange);
  if (path === '/openapi/v2') {
    const wantsProtobuf =
      clausesOf(exchange.header('accept'))[0]?.type.startsWith('application/com.github.proto-openapi') === true;
    const protobuf = wantsProtobuf ? openApi.v2Protobuf?.() : undefined;
    if (protobuf !== undefined) {
      if (exchange.header('if-none-match') === protobuf.etag) return notModified(exchange, protobuf.etag);
      exchange.response.setHeader('etag', protobuf.etag);
      exchange.response.setHeader('content-type', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
      exchange.response.end(protobuf.bytes);
      return true;
    }
    return sendTagged(exchange, openApi.v2());
  }
  if (path === '/openapi/v3') {
    // As the real server labels it.
    await exchange.send(200, openApi.v3Index().text, PLAIN);
    return true;
  }
  const document = openApi.v3(path.slice('/openapi/v3/'.length));
  if (document === undefined) return false;
  return sendTagged(exchange, document);
}

async function sendTagged(exchange: Exchange, { text, etag }: TaggedText): Promise<boolean> {
  if (exchange.header('if-none-match') === etag) return notModified(exchange, etag);
  exchange.response.setHeader('etag', etag);
  exchange.response.setHeader('vary', 'Accept-Encoding, Accept');
  await exchange.send(200, text);
  return true;
}

function notModified({ response }: Exchange, etag: string): boolean {
  response.statusCode = 304;
  response.setHeader('etag', etag);
  response.end();
  return true;
}
