/**
 * Node and what it needs to run, and nothing else: no shell, no package manager. The lowest layer of this project's own programs.
 *
 * The binary is the one that builds the image, which the tests have run on. The C and C++ libraries come from Debian's packages;
 * each leaves its record where scanners look for it in images without dpkg. Node brings its own time zones and root certificates.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../src/adapters/files/package-version';
import { type DebianPackage, debianClosure, fetchDebianPackages } from '../builder/debian-packages';
import { execute } from '../builder/execute';
import type { LayerDefinition } from '../builder/image';

/** The account that programs run as: the number that the platform's Deployment asks for. */
export const NONROOT = '65532:65532';

/** Where Node is in the image. */
export const NODE = '/usr/bin/node';

/** Of the packages: conversions between character sets, manuals and the like, which Node never opens. */
const LEFT_OUT = [
  'usr/lib/x86_64-linux-gnu/gconv',
  'usr/lib/aarch64-linux-gnu/gconv',
  'usr/share/bug',
  'usr/share/gcc',
  'usr/share/gdb',
  'usr/share/lintian',
];

const ACCOUNTS = {
  '/etc/passwd': 'root:x:0:0:root:/:/usr/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\nnonroot:x:65532:\n',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

/** Folders that something is mounted on, so that this works with a root that can't be written to. */
const MOUNT_POINTS = ['/dev', '/proc', '/run', '/sys'];

export const node: LayerDefinition = {
  name: 'node',
  inputs: async () => ({
    version: process.version,
    binary: createHash('sha256').update(readFileSync(process.execPath)).digest('hex'),
    packages: await libraries(),
  }),
  code: [join(packageFolder(), 'images/node/layer.ts')],
  build: async (layer) => {
    for (const path of MOUNT_POINTS) await layer.makeDirectory(path);
    await layer.makeDirectory('/tmp', { mode: 0o1777 });
    const packages = await libraries();
    const archives = await fetchDebianPackages(packages, layer.downloads);
    for (const [index, archive] of archives.entries()) {
      await execute(['dpkg-deb', '--extract', archive, layer.root]);
      const record = await execute(['dpkg-deb', '--field', archive]);
      await layer.write(`/var/lib/dpkg/status.d/${packages[index]?.name ?? ''}`, record);
    }
    for (const path of LEFT_OUT) rmSync(join(layer.root, path), { recursive: true, force: true });
    removeDocumentation(join(layer.root, 'usr/share/doc'));
    for (const [path, content] of Object.entries(ACCOUNTS)) await layer.write(path, content);
    await layer.write(NODE, readFileSync(process.execPath), { mode: 0o755 });
  },
};

/** Licences stay, as they ask; links between packages' folders lead to them. */
function removeDocumentation(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name !== 'copyright') rmSync(join(entry.parentPath, entry.name));
  }
}

async function libraries(): Promise<readonly DebianPackage[]> {
  return debianClosure(['libstdc++6']);
}
