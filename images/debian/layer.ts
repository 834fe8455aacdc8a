/**
 * Debian 12 with next to nothing in it: the lowest layer of the environments' images, shared by all of them.
 *
 * debootstrap makes it of the suite's packages, then apt brings each to the version of this machine's lists, security updates
 * included: those versions decide what it holds. What containers have no use for is left out, here and in the layers above.
 */
import { readFileSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../../src/adapters/files/package-version';
import { debianClosure, installDebianPackages } from '../builder/debian-packages';
import { execute } from '../builder/execute';
import type { LayerDefinition } from '../builder/image';
import { SOURCE_DATE_EPOCH } from '../builder/source-date';

const SUITE = 'bookworm';

/** Beside what Debian can't do without. */
const FURTHER = ['apt', 'ca-certificates'];

/** Never unpacked in an image, as dpkg's patterns; copyright files stay, as their licences ask. */
const EXCLUDED = `path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/info/*
path-exclude=/usr/share/lintian/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/man/*
`;

const EXCLUDED_FOLDERS = ['info', 'lintian', 'locale', 'man'];

const SECONDS_A_DAY = 86_400;

/** The base of an image. Needs root, and apt's lists of Debian 12. */
export const debian: LayerDefinition = {
  name: 'debian',
  inputs: async () => ({ suite: SUITE, packages: await debianClosure(await baseNames()) }),
  code: [join(packageFolder(), 'images/debian/layer.ts')],
  build: async (layer) => {
    await execute(['debootstrap', '--variant=minbase', `--include=${FURTHER.join(',')}`, SUITE, layer.root], {
      env: { SOURCE_DATE_EPOCH: String(SOURCE_DATE_EPOCH) },
      title: `debootstrap of ${SUITE}`,
    });
    await layer.write('/etc/dpkg/dpkg.cfg.d/trimmed', EXCLUDED);
    await installDebianPackages(layer, await baseNames());
    await trim(layer.root);
    // Days on which accounts got their passwords, which none of them has.
    const shadow = readFileSync(join(layer.root, 'etc/shadow'), 'utf8');
    const day = String(Math.floor(SOURCE_DATE_EPOCH / SECONDS_A_DAY));
    await layer.write('/etc/shadow', shadow.replace(/^([^:]*:[^:]*:)\d+/gm, `$1${day}`), { mode: 0o640, gid: 42 });
  },
};

/** Names of the packages that every Debian system has, by apt's lists, and of `FURTHER`. */
async function baseNames(): Promise<readonly string[]> {
  const records = (await execute(['apt-cache', 'dumpavail'])).split('\n\n');
  const names = records
    .filter((record) => /^(?:Priority: required|Essential: yes)$/m.test(record))
    .flatMap((record) => /^Package: (\S+)$/m.exec(record)?.[1] ?? []);
  return [...new Set([...names, ...FURTHER])].sort();
}

async function trim(root: string): Promise<void> {
  const share = join(root, 'usr/share');
  for (const name of EXCLUDED_FOLDERS) rmSync(join(share, name), { recursive: true, force: true });
  for (const path of await readdir(join(share, 'doc'), { recursive: true, withFileTypes: true })) {
    if (!path.isDirectory() && path.name !== 'copyright') rmSync(join(path.parentPath, path.name));
  }
  // The host's, copied by debootstrap; a container has its own. The others are copies that tools made before a change.
  for (const path of ['etc/resolv.conf', 'etc/hostname', 'etc/passwd-', 'etc/group-', 'etc/shadow-', 'etc/gshadow-']) {
    rmSync(join(root, path), { force: true });
  }
}
