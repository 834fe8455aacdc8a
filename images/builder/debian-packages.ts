/**
 * Debian packages for layers, by this machine's apt: which ones are needed, at which version, from its signed lists; fetched
 * and checked by apt's own downloader.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/api/json';
import { execute } from './execute';
import type { LayerBuild } from './image';
import { openImageCache } from './image-cache';
import { ImageProblem } from './problem';

/** One package at one version. It is JSON, so that it can stand in a layer's key. */
export interface DebianPackage extends JsonObject {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly url: string;
}

/** Apt of this machine, as if nothing were installed here, and without writing anywhere. */
function aptOptions(folder: string): readonly string[] {
  const status = join(folder, 'status');
  writeFileSync(status, '');
  return [
    `Dir::State::status=${status}`,
    `Dir::State::extended_states=${join(folder, 'extended_states')}`,
    `Dir::Cache=${folder}`,
    `Dir::Etc::preferences=${status}`,
    `Dir::Etc::preferencesparts=${folder}/none`,
    'Acquire::ForceHash=SHA256',
    'APT::Install-Recommends=false',
    'APT::Install-Suggests=false',
    'Debug::NoLocking=1',
  ].flatMap((option) => ['-o', option]);
}

/**
 * The packages with these names and all that they depend on, without what they only recommend, sorted by name. It depends on
 * nothing but apt's lists of this machine: not on what is installed here. Fit for a layer's `inputs`.
 * Throws `ImageProblem` where a package is in no list.
 */
export async function debianClosure(names: readonly string[]): Promise<readonly DebianPackage[]> {
  const folder = mkdtempSync(join(tmpdir(), 'adrasteia-apt-'));
  try {
    const lines = await execute(
      ['apt-get', ...aptOptions(folder), '--quiet=2', '--print-uris', '--yes', 'install', ...names],
      { title: `apt-get, looking for ${names.join(', ')} (apt-get update brings its lists up to date)` },
    );
    const packages = lines
      .split('\n')
      .filter((line) => line !== '')
      .map(packageIn)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (packages.length === 0) throw new ImageProblem(`apt names nothing to install for ${names.join(', ')}`);
    return packages;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A line as `'http://…/a_1%3a2_amd64.deb' a_1%3a2_amd64.deb 123 SHA256:…`. */
function packageIn(line: string): DebianPackage {
  const [, url, name, version, architecture, sha256] =
    /^'([^']+)' ([^_ ]+)_([^_ ]+)_([^_ ]+)\.deb \d+ SHA256:([0-9a-f]{64})$/.exec(line) ?? [];
  if (
    url === undefined ||
    name === undefined ||
    version === undefined ||
    architecture === undefined ||
    sha256 === undefined
  ) {
    throw new ImageProblem(`apt's line can't be read: ${line}`);
  }
  return { name, version: decodeURIComponent(version), architecture, sha256, url };
}

/**
 * Installs packages of `debianClosure` in a layer, over layers that have apt and dpkg: those that aren't there at that version.
 * Give `inputs: () => debianClosure(names)` with the same names, so that new versions make a new layer.
 */
export async function installDebianPackages(layer: LayerBuild, names: readonly string[]): Promise<void> {
  const closure = await debianClosure(names);
  const installed = await installedVersions(layer);
  const missing = closure.filter(({ name, version }) => installed.get(name) !== version);
  if (missing.length === 0) return;
  const archives = await fetchDebianPackages(missing, layer.downloads);
  // Apt tells archives from names of packages by their ending and a slash, and wants one folder that it can read.
  const folder = mkdtempSync(join(layer.downloads, '.archives-'));
  try {
    const files = archives.map((archive, index) => {
      linkSync(archive, join(folder, `${index}.deb`));
      return `/tmp/archives/${index}.deb`;
    });
    await layer.run(['apt-get', ...INSTALL_OPTIONS, 'install', ...files], { binds: { '/tmp/archives': folder } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const INSTALL_OPTIONS = [
  '--quiet=2',
  '--yes',
  '--no-install-recommends',
  '--allow-downgrades',
  '--option=APT::Sandbox::User=root',
  '--option=Dpkg::Use-Pty=0',
  '--option=Dpkg::Options::=--force-confold',
];

async function installedVersions(layer: LayerBuild): Promise<ReadonlyMap<string, string>> {
  const lines = await layer.run(['dpkg-query', '--show', '--showformat=${db:Status-Abbrev}${Package} ${Version}\\n']);
  const installed = lines.split('\n').filter((line) => line.startsWith('ii '));
  return new Map(
    installed.map((line) => {
      const [name = '', version = ''] = line.slice('ii '.length).split(' ');
      return [name, version];
    }),
  );
}

/**
 * The archives of packages on this machine, in the order given; those that aren't there yet are fetched and checked.
 * `downloads` is the folder for them, by default that of the user's image cache.
 */
export async function fetchDebianPackages(
  packages: readonly DebianPackage[],
  downloads: string = openImageCache().downloads,
): Promise<readonly string[]> {
  const pathOf = ({ sha256 }: DebianPackage): string => join(downloads, `${sha256}.deb`);
  const missing = packages.filter((one) => !existsSync(pathOf(one)));
  for (const one of missing) {
    const temporary = join(downloads, `.${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      await execute(['/usr/lib/apt/apt-helper', 'download-file', one.url, temporary, `SHA256:${one.sha256}`], {
        title: `fetching ${one.name} ${one.version}`,
      });
      const digest = createHash('sha256').update(readFileSync(temporary)).digest('hex');
      if (digest !== one.sha256)
        throw new ImageProblem(`${one.url} isn't what apt's lists say: its digest is ${digest}`);
      renameSync(temporary, pathOf(one));
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  return packages.map(pathOf);
}
