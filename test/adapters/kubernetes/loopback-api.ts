/**
 * A server on loopback that answers as a test says, and remembers what it was asked.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ClusterConnection } from '../../../src/adapters/kubernetes/connection';

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** Counts requests on this server, from 1. */
  readonly number: number;
  readonly socket: Socket;
}

export interface LoopbackApi {
  readonly server: string;
  readonly received: readonly Received[];
  /** How many connections were opened so far. */
  readonly connectionsOpened: () => number;
  /** A connection to this server, with nothing to prove. */
  readonly connection: (more?: Partial<ClusterConnection>) => ClusterConnection;
  readonly close: () => Promise<void>;
}

export type Answerer = (request: Received, response: ServerResponse) => void;

export async function startApi(answer: Answerer, tls?: ServerOptions): Promise<LoopbackApi> {
  const received: Received[] = [];
  let opened = 0;
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry: Received = {
        method: request.method ?? '',
        url: new URL(request.url ?? '/', 'http://loopback'),
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks).toString('utf8'),
        number: received.length + 1,
        socket: request.socket,
      };
      received.push(entry);
      answer(entry, response);
    });
  };
  const http: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  http.on(tls === undefined ? 'connection' : 'secureConnection', () => {
    opened += 1;
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    server,
    received,
    connectionsOpened: () => opened,
    connection: (more = {}) => ({
      server,
      context: 'loopback',
      namespace: 'default',
      insecureSkipTlsVerify: false,
      user: {},
      ...more,
    }),
    close: () =>
      new Promise((resolve) => {
        http.close(() => {
          resolve();
        });
        http.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** A refusal as API servers word it. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: unknown;
}

/** Answers with a refusal. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  json(response, refusal.code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', ...refusal });
}

/** The value a rejected promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('the promise was fulfilled');
}

export const CONFIG_MAPS = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
} as const;

export function configMap(
  name: string,
  data: Readonly<Record<string, string>> = {},
): {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly data: Readonly<Record<string, string>>;
} {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data };
}

/** What a function throws. */
export function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
