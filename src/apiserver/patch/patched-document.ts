/**
 * A JSON document under the operations of a patch. The source stays as it is: a container is copied when it is first changed.
 * @see https://www.rfc-editor.org/rfc/rfc6901
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { Draft, DraftObject } from '../draft';
import { setMember } from '../fields/member';
import { rejectedPatch } from './patch-error';

type Container = Draft[] | DraftObject;

/** Every method throws `StatusError` 422 where a path leads nowhere. */
export class PatchedDocument {
  #root: JsonValue;
  /** Containers that this document made, and may change in place. */
  readonly #own = new WeakSet<object>();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  get root(): JsonValue {
    return this.#root;
  }

  /** The value at a path; undefined for a member that isn't there. The empty path is the root, where that may be asked for. */
  get(path: string, range: 'anywhere' | 'below the root' = 'anywhere'): JsonValue | undefined {
    if (path === '' && range === 'anywhere') return this.#root;
    const { parents, key } = parsedPath(path);
    let container = this.#root;
    for (const parent of parents) container = containerIn(container, parent);
    return childOf(container, key);
  }

  add(path: string, value: JsonValue): void {
    const { container, key } = this.#writable(path);
    const draft = value as Draft;
    if (!Array.isArray(container)) setMember(container, key, draft);
    else if (key === '-') container.push(draft);
    else container.splice(getIndex(key, container.length + 1), 0, draft);
  }

  remove(path: string): void {
    const { container, key } = this.#writable(path);
    if (Array.isArray(container)) container.splice(getIndex(key, container.length), 1);
    else if (Object.hasOwn(container, key)) Reflect.deleteProperty(container, key);
    else throw rejectedPatch();
  }

  replace(path: string, value: JsonValue): void {
    if (path === '') {
      // A scalar doesn't take the root's place, and nobody is told.
      if (typeof value === 'object' && value !== null) this.#root = value;
      return;
    }
    const { container, key } = this.#writable(path);
    const draft = value as Draft;
    if (Array.isArray(container)) container[getIndex(key, container.length)] = draft;
    else setMember(container, key, draft);
  }

  /** The container of a path's end, with all above it this document's own. */
  #writable(path: string): { readonly container: Container; readonly key: string } {
    const { parents, key } = parsedPath(path);
    let container = this.#owned(this.#root);
    this.#root = container;
    for (const parent of parents) {
      const child = this.#owned(containerIn(container, parent));
      if (Array.isArray(container)) container[getIndex(parent, container.length)] = child;
      else setMember(container, parent, child);
      container = child;
    }
    return { container, key };
  }

  #owned(value: JsonValue): Container {
    if (typeof value !== 'object' || value === null) throw rejectedPatch();
    if (this.#own.has(value)) return value as Container;
    const copy = isJsonObject(value) ? { ...value } : [...value];
    this.#own.add(copy);
    return copy as Container;
  }
}

interface ParsedPath {
  readonly parents: readonly string[];
  readonly key: string;
}

function parsedPath(path: string): ParsedPath {
  const [, ...steps] = path.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = steps.pop();
  if (key === undefined) throw rejectedPatch();
  return { parents: steps, key };
}

function containerIn(container: JsonValue, key: string): JsonValue {
  const child = childOf(container, key);
  if (typeof child !== 'object' || child === null) throw rejectedPatch();
  return child;
}

function childOf(container: JsonValue, key: string): JsonValue | undefined {
  if (Array.isArray(container)) return (container as readonly JsonValue[])[getIndex(key, container.length)];
  if (!isJsonObject(container)) throw rejectedPatch();
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

const INDEX = /^[+-]?\d+$/;

/** A place in a list with this many places; negative ones count from the end. */
function getIndex(key: string, places: number): number {
  const index = INDEX.test(key) ? Number(key) : Number.NaN;
  const place = index < 0 ? index + places : index;
  if (place >= 0 && place < places) return place;
  throw rejectedPatch();
}
