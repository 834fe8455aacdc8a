/**
 * Envoy, for nodes that reach no registry with its maker's images: the same binary path, so that it can stand for them as
 * the image of a Gate's sidecars.
 *
 * Nothing is in it but Envoy and the C library: no shell, no configuration, no files that it writes to.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../src/adapters/files/package-version';
import { debianClosure, fetchDebianPackages } from '../builder/debian-packages';
import { execute } from '../builder/execute';
import type { ImageDefinition, LayerDefinition } from '../builder/image';
import { ENVOY_RELEASES, fetchEnvoy } from './envoy-release';

const SOURCES = join(packageFolder(), 'images/envoy');

/** Folders that something is mounted on, so that this works with a root that can't be written to. */
const MOUNT_POINTS = ['/dev', '/proc', '/run', '/sys'];

/** Of the C library: conversions between character sets and what only people read; copyright files stay. */
const LEFT_OUT = [
  'usr/lib/x86_64-linux-gnu/gconv',
  'usr/share/bug',
  'usr/share/gcc',
  'usr/share/gdb',
  'usr/share/lintian',
];

const ACCOUNTS = {
  '/etc/passwd': 'root:x:0:0:root:/:/usr/sbin/nologin\nenvoy:x:19902:19902:envoy:/:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\nenvoy:x:19902:\n',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

const proxy: LayerDefinition = {
  name: 'envoy',
  inputs: async () => ({ release: ENVOY_RELEASES.current, packages: await debianClosure(['libc6']) }),
  code: [SOURCES],
  build: async (layer) => {
    for (const path of MOUNT_POINTS) await layer.makeDirectory(path);
    await layer.makeDirectory('/tmp', { mode: 0o1777 });
    const packages = await debianClosure(['libc6']);
    for (const [index, archive] of (await fetchDebianPackages(packages, layer.downloads)).entries()) {
      await execute(['dpkg-deb', '--extract', archive, layer.root]);
      const record = await execute(['dpkg-deb', '--field', archive]);
      await layer.write(`/var/lib/dpkg/status.d/${packages[index]?.name ?? ''}`, record);
    }
    for (const path of LEFT_OUT) rmSync(join(layer.root, path), { recursive: true, force: true });
    const documents = join(layer.root, 'usr/share/doc');
    for (const entry of readdirSync(documents, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.name !== 'copyright') rmSync(join(entry.parentPath, entry.name));
    }
    for (const [path, content] of Object.entries(ACCOUNTS)) await layer.write(path, content);
    const binary = await fetchEnvoy(ENVOY_RELEASES.current, layer.downloads);
    await layer.write('/usr/local/bin/envoy', readFileSync(binary), { mode: 0o755 });
  },
};

/** Envoy. */
export const envoy: ImageDefinition = {
  name: 'envoy',
  description: 'Envoy, the sidecar before environments.',
  tag: ENVOY_RELEASES.current.version,
  layers: [proxy],
  config: {
    entrypoint: ['/usr/local/bin/envoy'],
    user: '19902:19902',
  },
};
