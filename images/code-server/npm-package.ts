/** Packages of the npm registry at one version and with one content, fetched by npm and unpacked as they are. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../src/api/json';
import { execute } from '../builder/execute';
import { ImageProblem } from '../builder/problem';

/** One package. It is JSON, so that it can stand in a layer's key. */
export interface NpmPackage extends JsonObject {
  readonly name: string;
  readonly version: string;
  /** As the registry writes it: `sha512-…`. */
  readonly integrity: string;
}

/** Unpacks a package into a folder, which is made. Throws `ImageProblem` where its content isn't that of `integrity`. */
export async function unpackNpmPackage(one: NpmPackage, downloads: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = await fetchNpmPackage(one, downloads);
  await execute([
    'tar',
    '--extract',
    '--gzip',
    '--no-same-owner',
    '--strip-components=1',
    `--file=${archive}`,
    `--directory=${folder}`,
  ]);
}

async function fetchNpmPackage({ name, version, integrity }: NpmPackage, downloads: string): Promise<string> {
  const digest = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
  const path = join(downloads, `${digest}.tgz`);
  if (existsSync(path)) return path;
  const folder = join(downloads, `.${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(folder);
  try {
    await execute(['npm', 'pack', '--silent', `--pack-destination=${folder}`, `${name}@${version}`], {
      title: `fetching ${name} ${version}`,
    });
    const [packed = ''] = await readdir(folder);
    const found = createHash('sha512')
      .update(readFileSync(join(folder, packed)))
      .digest('hex');
    if (found !== digest) throw new ImageProblem(`${name} ${version} has another content than ${integrity}`);
    await rename(join(folder, packed), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return path;
}
