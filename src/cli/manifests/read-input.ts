/**
 * The objects that a command is given: files, folders, or standard input as `-`.
 */
import { manifestDocuments, type SourcedManifest } from '../../adapters/files/manifest-documents';
import { manifestPaths, readText } from '../../adapters/files/manifest-files';
import { AdrasteiaError } from '../../errors';

export interface InputSettings {
  readonly stdin: () => Promise<string>;
  /** Also folders below folders. */
  readonly recursive: boolean;
}

/**
 * All objects, in the order of the paths. Throws an `AggregateError` of every `ManifestUnreadable` there is, so that all are
 * mended at once and nothing is sent that may not be what was meant.
 */
export async function readInput(
  paths: readonly string[],
  { stdin, recursive }: InputSettings,
): Promise<readonly SourcedManifest[]> {
  const manifests: SourcedManifest[] = [];
  const problems: AdrasteiaError[] = [];
  const take = (text: string, source: string): void => {
    const found = manifestDocuments(text, source);
    manifests.push(...found.manifests);
    problems.push(...found.problems);
  };
  for (const path of paths) {
    if (path === '-') {
      take(await stdin(), 'stdin');
      continue;
    }
    try {
      for (const file of manifestPaths(path, { recursive })) take(readText(file), file);
    } catch (error) {
      if (!(error instanceof AdrasteiaError)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, 'the input cannot be read');
  if (manifests.length === 0) {
    throw new AdrasteiaError(
      'ManifestUnreadable',
      `cannot read objects from ${paths.map((path) => JSON.stringify(path)).join(', ')}: there are none`,
    );
  }
  return manifests;
}
