/**
 * Where built layers and images lie: `${XDG_CACHE_HOME:-~/.cache}/adrasteia/images`. Everything in it can be made again.
 *
 *     layout/      an OCI image layout: index.json, blobs/sha256/…
 *     layers/      one record for each layer, by its key
 *     trees/       the files of each layer, by its key; layers above are built over them
 *     downloads/   what was fetched, by its digest
 *     building/    layers under way
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ImageProblem } from './problem';

/** The folders of a cache. */
export interface ImageCache {
  readonly layout: string;
  readonly layers: string;
  readonly trees: string;
  readonly downloads: string;
  readonly building: string;
}

/** The cache in a folder, with its folders made. Default: the user's. */
export function openImageCache(folder: string = defaultFolder()): ImageCache {
  const inside = (name: string): string => join(resolve(folder), name);
  const cache = {
    layout: inside('layout'),
    layers: inside('layers'),
    trees: inside('trees'),
    downloads: inside('downloads'),
    building: inside('building'),
  };
  for (const path of Object.values(cache)) mkdirSync(path, { recursive: true });
  sweep(cache.building);
  return cache;
}

/** The folder of something that is made by this process and moved or removed when it is done. It isn't made here. */
export function passingFolder({ building }: ImageCache, name: string): string {
  return join(building, `${name}.${process.pid}.${randomBytes(4).toString('hex')}`);
}

/**
 * Removes a folder with all that is in it. Throws `ImageProblem` where something is mounted there: a program that was ended may
 * have left this machine's own devices in it.
 */
export function removeFolder(folder: string): void {
  const mount = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .find((path) => path === folder || path.startsWith(`${folder}/`));
  if (mount !== undefined) throw new ImageProblem(`something is mounted at ${mount}: unmount it`);
  rmSync(folder, { recursive: true, force: true });
}

/** Removes what processes have left behind that were ended in the middle. */
function sweep(building: string): void {
  for (const name of readdirSync(building)) {
    const [, pid = '0'] = /\.(\d+)\.[0-9a-f]+$/.exec(name) ?? [];
    if (!existsSync(`/proc/${pid}`)) removeFolder(join(building, name));
  }
}

function defaultFolder(): string {
  const chosen = process.env['XDG_CACHE_HOME'];
  return join(chosen === undefined || chosen === '' ? join(homedir(), '.cache') : chosen, 'adrasteia', 'images');
}
