/** Files of a volume that would be written over one another. */
import type { JsonObject } from '../../../api/json';
import { listAt, objectAt, textAt } from '../json-members';

interface SourcedPath {
  readonly path: string;
  /** Empty where all paths of the volume have one source. */
  readonly source: string;
}

/** Texts for volumes whose paths lie on, or inside, one another. */
export function overlappingPathWarnings(volumes: readonly JsonObject[]): string[] {
  return volumes.flatMap((volume) => {
    const name = JSON.stringify(textAt(volume, 'name'));
    const configMap = objectAt(volume, 'configMap');
    const secret = objectAt(volume, 'secret');
    const warn = (kind: string, paths: readonly SourcedPath[]) =>
      overlaps(paths).map((overlap) => `volume ${name} (${kind}): overlapping paths: ${overlap}`);
    return [
      ...warn(`ConfigMap ${quoted(configMap, 'name')}`, itemPaths(configMap, '')),
      ...warn(`Secret ${quoted(secret, 'secretName')}`, itemPaths(secret, '')),
      ...warn('DownwardAPI', itemPaths(objectAt(volume, 'downwardAPI'), '')),
      ...projectedWarnings(objectAt(volume, 'projected'), name),
    ];
  });
}

function projectedWarnings(projected: JsonObject | undefined, name: string): string[] {
  const warnings: string[] = [];
  const paths: SourcedPath[] = [];
  for (const source of listAt(projected, 'sources')) {
    if (Object.keys(source).length === 0) warnings.push(`volume ${name} (Projected) has no sources provided`);
    for (const added of projectionPaths(source)) {
      for (const overlap of overlapsWith(paths, added)) {
        warnings.push(`volume ${name} (Projected): overlapping paths: ${overlap}`);
      }
      paths.push(added);
    }
  }
  return warnings;
}

/** The first kind of source that names paths. */
function projectionPaths(source: JsonObject): SourcedPath[] {
  const configMap = objectAt(source, 'configMap');
  const secret = objectAt(source, 'secret');
  const downward = objectAt(source, 'downwardAPI');
  const token = objectAt(source, 'serviceAccountToken');
  if (configMap?.['items'] !== undefined) return itemPaths(configMap, `ConfigMap ${quoted(configMap, 'name')}`);
  if (secret?.['items'] !== undefined) return itemPaths(secret, `Secret ${quoted(secret, 'name')}`);
  if (downward?.['items'] !== undefined) return itemPaths(downward, 'DownwardAPI');
  return token === undefined ? [] : [trimmed({ path: textAt(token, 'path'), source: 'ServiceAccountToken' })];
}

function itemPaths(holder: JsonObject | undefined, source: string): SourcedPath[] {
  return listAt(holder, 'items').map((item) => trimmed({ path: textAt(item, 'path'), source }));
}

function trimmed({ path, source }: SourcedPath): SourcedPath {
  return { path: path.replace(/\/+$/, ''), source };
}

function overlaps(paths: readonly SourcedPath[]): string[] {
  return paths.flatMap((path, index) => overlapsWith(paths.slice(0, index), path));
}

function overlapsWith(known: readonly SourcedPath[], added: SourcedPath): string[] {
  if (added.path === '') return [];
  const inside = (inner: string, outer: string) => `${inner}/`.startsWith(`${outer}/`);
  return known
    .filter(({ path }) => path !== '' && (inside(path, added.path) || inside(added.path, path)))
    .map((other) => `${shown(added)} with ${shown(other)}`);
}

function shown({ path, source }: SourcedPath): string {
  return source === '' ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`;
}

function quoted(holder: JsonObject | undefined, key: string): string {
  return JSON.stringify(textAt(holder, key));
}
