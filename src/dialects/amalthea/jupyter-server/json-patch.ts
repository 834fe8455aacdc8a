/**
 * One patch on a document: RFC 6902 by a library, RFC 7386 here. The document and the patch are left as they are.
 */
import { applyPatch, type Operation } from 'rfc6902';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import { valueAt } from '../../../api/object';

/** A document after a patch, or why it couldn't be applied and at which operation. */
export type Patched = { readonly document: JsonObject } | { readonly operation?: number; readonly message: string };

const OPERATIONS: ReadonlySet<unknown> = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);
const OPERATIONS_MAX = 1_000;
/** What copies may swell a document to, as JSON: each could double it. */
const DOCUMENT_MAX_CHARACTERS = 1_500_000;

/** The document after all operations of a JSON patch, RFC 6902. */
export function withJsonPatch(document: JsonObject, patch: JsonValue | undefined): Patched {
  if (!Array.isArray(patch)) return { message: 'must be a list of operations' };
  const operations: readonly unknown[] = patch;
  if (operations.length > OPERATIONS_MAX) return { message: `has more than ${OPERATIONS_MAX} operations` };
  const current = structuredClone(document);
  for (const [index, operation] of operations.entries()) {
    const problem = shapeProblem(operation) ?? applied(current, operation as Operation);
    if (problem !== undefined) return { operation: index, message: problem };
    if ((operation as Operation).op === 'copy' && JSON.stringify(current).length > DOCUMENT_MAX_CHARACTERS)
      return { operation: index, message: 'copies more than the objects may hold' };
  }
  return { document: current };
}

/** The document with a merge patch laid over it, RFC 7386: null takes a member away, a list replaces the list. */
export function withMergePatch(document: JsonObject, patch: JsonValue | undefined): Patched {
  if (!isJsonObject(patch)) return { message: 'must be an object' };
  return { document: merged(document, patch) };
}

function merged(document: JsonObject, patch: JsonObject): JsonObject {
  // Entries rather than assignment: a member called `__proto__` stays a member.
  const members = new Map(Object.entries(document));
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) members.delete(name);
    else if (isJsonObject(value)) {
      const before = members.get(name);
      members.set(name, merged(isJsonObject(before) ? before : {}, value));
    } else members.set(name, value);
  }
  return Object.fromEntries(members);
}

function shapeProblem(operation: unknown): string | undefined {
  if (!isJsonObject(operation)) return 'must be an object';
  const { op, path, from } = operation;
  if (!OPERATIONS.has(op)) return `has no op of ${[...OPERATIONS].join(', ')}`;
  if (!isPointer(path)) return 'must have a path below the root, such as /statefulset/spec';
  if ((op === 'move' || op === 'copy') && !isPointer(from)) return 'must have a from below the root';
  if ((op === 'add' || op === 'replace' || op === 'test') && operation['value'] === undefined)
    return 'must have a value';
  return undefined;
}

function isPointer(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('/');
}

/** Applies one operation to the document itself; what keeps it from being done, in words. */
function applied(document: JsonObject, operation: Operation): string | undefined {
  const { op, path } = operation;
  const isReached =
    isReachable(document, path, op === 'add' || op === 'move' || op === 'copy') &&
    (!('from' in operation) || isReachable(document, operation.from, false));
  const [error] = isReached ? applyPatch(document, [operation]) : [undefined];
  if (error === null) return undefined;
  return op === 'test' && error !== undefined
    ? `finds another value at ${path}`
    : `can't ${op} ${path}: the path leads nowhere in the objects as they are here`;
}

/** Names that JavaScript's own objects answer to, and the library takes for them. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * True where each step but the last leads to an object or a list, and steps into lists are indexes. The library is less
 * strict: it would take `length` for one.
 */
function isReachable(document: JsonObject, path: string, mayAppend: boolean): boolean {
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let current: JsonValue | undefined = document;
  for (const [index, step] of steps.entries()) {
    if (typeof current !== 'object' || current === null || PROTOTYPE_NAMES.has(step)) return false;
    if (Array.isArray(current)) {
      const isEnd = mayAppend && step === '-' && index === steps.length - 1;
      if (!isEnd && !/^(0|[1-9][0-9]*)$/.test(step)) return false;
    }
    current = valueAt(current, [step]);
  }
  return true;
}
