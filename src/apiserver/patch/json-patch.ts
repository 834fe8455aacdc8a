/**
 * Patches of type `application/json-patch+json`: RFC 6902 with the liberties of the real server.
 *
 * These are: `replace` makes a member that isn't there, `test` takes a missing member for null, indexes may be negative, and
 * what stands before the first slash of a path doesn't count.
 * @see https://www.rfc-editor.org/rfc/rfc6902 gopkg.in/evanphx/json-patch.v4, v4.12
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { equalValues } from '../fields/equality';
import { jsonText, parseJson } from '../json/json-text';
import { requestEntityTooLarge } from '../status-error';
import { type FieldValidation, rejectedPatch, wrongShape } from './patch-error';
import { PatchedDocument } from './patched-document';

const MAXIMUM_OPERATIONS = 10_000;

/** What the values copied by one patch may come to, as JSON. */
const MAXIMUM_COPIED_BYTES = 3 * 1024 * 1024;

/**
 * The document after all operations; it shares what no operation changes. It may be anything, if an operation replaces the root.
 * Throws `StatusError` 400 where the patch isn't one, 413 where it is too long, 422 where an operation fails.
 */
export function jsonPatch(document: JsonObject, patch: JsonValue, validation: FieldValidation = 'Warn'): JsonValue {
  checkShape(patch, validation);
  if (!Array.isArray(patch)) return document;
  const operations = patch as readonly JsonValue[];
  if (operations.length > MAXIMUM_OPERATIONS) {
    const told = `maximum operations in a JSON patch is ${MAXIMUM_OPERATIONS}, got ${operations.length}`;
    throw requestEntityTooLarge(`Request entity too large: The allowed ${told}`);
  }
  const patched = new PatchedDocument(document);
  let copiedBytes = 0;
  for (const operation of operations) {
    copiedBytes += applyOperation(patched, isJsonObject(operation) ? operation : {});
    if (copiedBytes > MAXIMUM_COPIED_BYTES) throw rejectedPatch();
  }
  return patched.root;
}

/** Members of operations that mean nothing, as warnings or strict validation tell them; empty where there are none. */
export function jsonPatchProblems(patch: JsonValue): readonly string[] {
  if (!Array.isArray(patch)) return [];
  return (patch as readonly JsonValue[]).flatMap((operation, index) =>
    Object.keys(isJsonObject(operation) ? operation : {})
      .filter((name) => !OPERATION_MEMBERS.has(name))
      .map((name) => `json patch unknown field "[${index}].${name}"`),
  );
}

const OPERATION_MEMBERS: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value']);

function checkShape(patch: JsonValue, validation: FieldValidation): void {
  const isChecked = validation !== 'Ignore';
  const prefix = isChecked ? 'error decoding patch: ' : '';
  if (patch === null) return;
  if (!Array.isArray(patch)) {
    throw wrongShape(patch, `value of type ${isChecked ? '[]handlers.jsonPatchOp' : 'jsonpatch.Patch'}`, prefix);
  }
  for (const operation of patch as readonly JsonValue[]) {
    if (operation === null) continue;
    if (!isJsonObject(operation)) {
      throw wrongShape(
        operation,
        `value of type ${isChecked ? 'handlers.jsonPatchOp' : 'jsonpatch.Operation'}`,
        prefix,
      );
    }
    if (!isChecked) continue;
    for (const [name, value] of Object.entries(operation)) {
      if (!TEXT_MEMBERS.has(name) || typeof value === 'string' || value === null || value === undefined) continue;
      throw wrongShape(value, `struct field jsonPatchOp.${name} of type string`, prefix);
    }
  }
}

const TEXT_MEMBERS: ReadonlySet<string> = new Set(['op', 'path', 'from']);

/** Applies one operation and returns the bytes that it copies. */
function applyOperation(document: PatchedDocument, operation: JsonObject): number {
  const path = getText(operation, 'path');
  const value = operation['value'];
  switch (operation['op']) {
    case 'add':
      document.add(path, value ?? null);
      return 0;
    case 'remove':
      document.remove(path);
      return 0;
    case 'replace':
      document.replace(path, value ?? null);
      return 0;
    case 'test':
      if (value === undefined || !equalValues(document.get(path) ?? null, value)) throw rejectedPatch();
      return 0;
    case 'move': {
      const from = getText(operation, 'from');
      const moved = document.get(from, 'below the root') ?? null;
      document.remove(from);
      document.add(path, moved);
      return 0;
    }
    case 'copy': {
      const text = jsonText(document.get(getText(operation, 'from'), 'below the root') ?? null);
      document.add(path, parseJson(text) as JsonValue);
      return Buffer.byteLength(text);
    }
    default:
      throw rejectedPatch();
  }
}

function getText(operation: JsonObject, member: string): string {
  const text = operation[member];
  if (typeof text !== 'string') throw rejectedPatch();
  return text;
}
