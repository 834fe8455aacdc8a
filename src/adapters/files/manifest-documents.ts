/**
 * Kubernetes objects in a text: YAML, also several documents, or JSON. Every problem of every document is found, so that a
 * file is mended once.
 */
import { type Document, parseAllDocuments } from 'yaml';
import { isJsonObject } from '../../api/json';
import type { Manifest } from '../../api/object';
import { AdrasteiaError } from '../../errors';

/** An object, and where it was written. */
export interface SourcedManifest {
  readonly manifest: Manifest;
  /** For messages: `team.yaml, document 2`; without the number where there is one document only. */
  readonly where: string;
}

export interface ManifestDocuments {
  readonly manifests: readonly SourcedManifest[];
  /** `ManifestUnreadable` each, naming source and document. */
  readonly problems: readonly AdrasteiaError[];
}

/** Levels of nesting of the deepest value that is read. */
const DEPTH_MAX = 256;

/**
 * The objects in a text. A `List` counts as its items; empty documents are skipped. Never throws: YAML that blows up by its
 * aliases, is nested without end, or has a member `__proto__` is a problem like any other.
 */
export function manifestDocuments(text: string, source: string): ManifestDocuments {
  const manifests: SourcedManifest[] = [];
  const problems: AdrasteiaError[] = [];
  const take = (where: string, read: () => readonly SourcedManifest[]): void => {
    try {
      manifests.push(...read());
    } catch (error) {
      problems.push(error instanceof AdrasteiaError ? error : unreadable(where, reasonOf(error), error));
    }
  };
  take(source, () => {
    // For an empty text the library gives an empty object instead of a list.
    const documents: readonly Document[] = [...parseAllDocuments(text)];
    documents.forEach((document, index) => {
      const where = documents.length === 1 ? source : `${source}, document ${index + 1}`;
      take(where, () => manifestsOf(document, where, take));
    });
    return [];
  });
  return { manifests, problems };
}

/** The error for a source that holds no objects. */
export function unreadable(where: string, why: string, cause?: unknown): AdrasteiaError {
  return new AdrasteiaError('ManifestUnreadable', `cannot read objects from "${where}": ${why}`, { cause });
}

type Take = (where: string, read: () => readonly SourcedManifest[]) => void;

function manifestsOf(document: Document, where: string, take: Take): readonly SourcedManifest[] {
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(where, error.message.split('\n')[0] ?? error.code, error);
  const value: unknown = document.toJS();
  assertSafe(value, where, 0);
  return objectsIn(value, where, take);
}

function objectsIn(value: unknown, where: string, take: Take): readonly SourcedManifest[] {
  if (value === null || value === undefined) return [];
  if (!isJsonObject(value)) throw unreadable(where, 'it holds no object');
  if (value['kind'] === 'List' && Array.isArray(value['items'])) {
    value['items'].forEach((item, index) => {
      const place = `${where}, item ${index + 1}`;
      take(place, () => objectsIn(item, place, take));
    });
    return [];
  }
  const { apiVersion, kind, metadata } = value;
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  const missing = Object.entries({ apiVersion, kind, 'metadata.name': name })
    .filter(([, field]) => typeof field !== 'string' || field === '')
    .map(([field]) => field);
  if (missing.length > 0) throw unreadable(where, `it has no ${missing.join(', no ')}`);
  return [{ manifest: value as unknown as Manifest, where }];
}

/** Refuses what copying or walking the value would trip over. */
function assertSafe(value: unknown, where: string, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEPTH_MAX) throw unreadable(where, `it is nested deeper than ${DEPTH_MAX} levels`);
  if (Object.hasOwn(value, '__proto__'))
    throw unreadable(where, 'it has a member "__proto__", which no object of Kubernetes has');
  for (const member of Object.values(value)) assertSafe(member, where, depth + 1);
}

function reasonOf(error: unknown): string {
  // The parser recurses: text that is nothing but brackets ends its stack.
  if (error instanceof RangeError) return 'it is nested too deeply';
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
}
