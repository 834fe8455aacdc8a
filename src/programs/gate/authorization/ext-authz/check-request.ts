/**
 * envoy.service.auth.v3.CheckRequest: what a proxy asks. Only what is asked of and by the gate is read and written; other
 * fields are skipped, as Protocol Buffers has it.
 * @see https://github.com/envoyproxy/envoy/blob/v1.36.2/api/envoy/service/auth/v3/attribute_context.proto
 */
import { MessageWriter, messageOf, readFields, textOf } from './wire';

/** A request that somebody asks about. */
export interface CheckRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly host: string;
  readonly scheme: string;
  /** By lower-case name; those of HTTP/2 itself, such as `:path`, are left out where they are read. */
  readonly headers: Readonly<Record<string, string>>;
  /** Address of who opened the connection to the proxy; empty where the proxy doesn't say. */
  readonly sourceAddress: string;
  /** What the proxy is configured to say of itself. */
  readonly contextExtensions: Readonly<Record<string, string>>;
}

interface Draft {
  method: string;
  path: string;
  host: string;
  scheme: string;
  headers: Record<string, string>;
  sourceAddress: string;
  contextExtensions: Record<string, string>;
}

/** Reads a CheckRequest. What is missing is empty. Throws where the bytes are no message. */
export function readCheckRequest(bytes: Uint8Array): CheckRequest {
  const draft: Draft = {
    method: '',
    path: '',
    host: '',
    scheme: '',
    headers: emptyMap(),
    sourceAddress: '',
    contextExtensions: emptyMap(),
  };
  readFields(bytes, (field, value) => {
    if (field === 1) readAttributes(messageOf(value), draft);
  });
  return draft;
}

function readAttributes(bytes: Buffer, draft: Draft): void {
  readFields(bytes, (field, value) => {
    if (field === 1) readPeer(messageOf(value), draft);
    else if (field === 4) readRequest(messageOf(value), draft);
    else if (field === 10) readEntry(messageOf(value), draft.contextExtensions);
  });
}

function readPeer(bytes: Buffer, draft: Draft): void {
  readFields(bytes, (ofPeer, address) => {
    if (ofPeer !== 1) return;
    readFields(messageOf(address), (ofAddress, socketAddress) => {
      if (ofAddress !== 1) return;
      readFields(messageOf(socketAddress), (field, value) => {
        if (field === 2) draft.sourceAddress = textOf(value);
      });
    });
  });
}

function readRequest(bytes: Buffer, draft: Draft): void {
  readFields(bytes, (ofRequest, http) => {
    if (ofRequest !== 2) return;
    readFields(messageOf(http), (field, value) => {
      if (field === 2) draft.method = textOf(value);
      else if (field === 3) readHeader(messageOf(value), draft.headers);
      else if (field === 4) draft.path = textOf(value);
      else if (field === 5) draft.host = textOf(value);
      else if (field === 6) draft.scheme = textOf(value);
    });
  });
}

function readHeader(bytes: Buffer, headers: Record<string, string>): void {
  const [name, value] = entryOf(bytes);
  if (!name.startsWith(':')) headers[name.toLowerCase()] = value;
}

function readEntry(bytes: Buffer, map: Record<string, string>): void {
  const [key, value] = entryOf(bytes);
  map[key] = value;
}

function entryOf(bytes: Buffer): readonly [key: string, value: string] {
  let key = '';
  let text = '';
  readFields(bytes, (field, value) => {
    if (field === 1) key = textOf(value);
    else if (field === 2) text = textOf(value);
  });
  return [key, text];
}

/** A map whose keys come from outside: without a prototype, so that `__proto__` is a key like any other. */
function emptyMap(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

/** The bytes of a CheckRequest. */
export function writeCheckRequest(request: CheckRequest): Uint8Array {
  return new MessageWriter()
    .message(1, (attributes) => {
      if (request.sourceAddress !== '') {
        attributes.message(1, (peer) =>
          peer.message(1, (address) => address.message(1, (socket) => socket.text(2, request.sourceAddress))),
        );
      }
      attributes.message(4, (outer) =>
        outer.message(2, (http) => {
          http.text(2, request.method);
          writeEntries(http, 3, request.headers);
          http.text(4, request.path).text(5, request.host).text(6, request.scheme).text(10, 'HTTP/1.1');
        }),
      );
      writeEntries(attributes, 10, request.contextExtensions);
    })
    .finish();
}

function writeEntries(writer: MessageWriter, field: number, map: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(map)) {
    writer.message(field, (entry) => entry.text(1, key).text(2, value));
  }
}
