/** CheckResponse as Envoy reads it. */
import { messageOf, readFields, textOf } from '../../../../src/programs/gate/authorization/ext-authz/wire';

export interface ReadHeader {
  readonly name: string;
  readonly value: string;
  /** Undefined where the option isn't set. */
  readonly append: boolean | undefined;
}

export interface ReadResponse {
  readonly code: number;
  readonly kind: 'Ok' | 'Denied' | 'Neither';
  readonly status: number;
  readonly body: string;
  /** Of an OK for the app, of a denial for the browser. */
  readonly headers: readonly ReadHeader[];
  readonly removed: readonly string[];
  readonly toBrowser: readonly ReadHeader[];
}

export function readCheckResponse(bytes: Buffer): ReadResponse {
  let [code, status, body] = [0, 0, ''];
  let kind: ReadResponse['kind'] = 'Neither';
  const headers: ReadHeader[] = [];
  const removed: string[] = [];
  const toBrowser: ReadHeader[] = [];
  readFields(bytes, (field, value) => {
    if (field === 1) readFields(messageOf(value), (_field, number) => (code = Number(number)));
    if (field === 2) {
      kind = 'Denied';
      readFields(messageOf(value), (of, part) => {
        if (of === 1) readFields(messageOf(part), (_field, number) => (status = Number(number)));
        if (of === 2) headers.push(readHeader(messageOf(part)));
        if (of === 3) body = textOf(part);
      });
    }
    if (field === 3) {
      kind = 'Ok';
      readFields(messageOf(value), (of, part) => {
        if (of === 2) headers.push(readHeader(messageOf(part)));
        if (of === 5) removed.push(textOf(part));
        if (of === 6) toBrowser.push(readHeader(messageOf(part)));
      });
    }
  });
  return { code, kind, status, body, headers, removed, toBrowser };
}

function readHeader(bytes: Buffer): ReadHeader {
  let [name, value] = ['', ''];
  let append: boolean | undefined;
  readFields(bytes, (field, option) => {
    if (field === 1) {
      readFields(messageOf(option), (of, text) => {
        if (of === 1) name = textOf(text);
        if (of === 2) value = textOf(text);
      });
    }
    if (field === 2) {
      append = false;
      readFields(messageOf(option), (_field, number) => (append = number === 1));
    }
  });
  return { name, value, append };
}
