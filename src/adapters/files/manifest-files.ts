/**
 * Kubernetes objects in local files: YAML (also several documents in one file) or JSON. Reads only; nothing is fetched.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Manifest } from '../../api/object';
import { manifestDocuments, unreadable } from './manifest-documents';

const EXTENSIONS = new Set(['.yaml', '.yml', '.json']);

/**
 * The objects of a file, or of all YAML and JSON files below a folder in the order of their paths. A `List` counts as its
 * items; empty documents are skipped.
 *
 * Throws `ManifestUnreadable` where a path can't be read, a document is no YAML or JSON, or holds something that lacks
 * apiVersion, kind or a name.
 */
export function readManifests(path: string): readonly Manifest[] {
  return manifestPaths(path).flatMap(manifestsIn);
}

/** The files that `readManifests` reads for a path, in its order; those of folders below a folder unless told otherwise. */
export function manifestPaths(
  path: string,
  { recursive = true }: { readonly recursive?: boolean } = {},
): readonly string[] {
  const stats = attempt(path, () => statSync(path));
  if (!stats.isDirectory()) return [path];
  const names = attempt(path, () => readdirSync(path)).sort();
  return names
    .map((name) => join(path, name))
    .flatMap((inner) => {
      // A link to nothing is said by its name, as a file that is named and isn't there.
      if (attempt(inner, () => statSync(inner)).isDirectory()) return recursive ? manifestPaths(inner) : [];
      return EXTENSIONS.has(extname(inner)) ? [inner] : [];
    });
}

function manifestsIn(path: string): readonly Manifest[] {
  const { manifests, problems } = manifestDocuments(readText(path), path);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  return manifests.map(({ manifest }) => manifest);
}

/** The text of a file. `ManifestUnreadable` where it can't be read. */
export function readText(path: string): string {
  return attempt(path, () => readFileSync(path, 'utf8'));
}

function attempt<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw unreadable(path, code === 'ENOENT' ? 'there is no such file' : (code ?? String(cause)), cause);
  }
}
