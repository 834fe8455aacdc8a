/**
 * code-server with all its packages, as its own install script puts them together, apart from what that fetches from elsewhere.
 *
 * npm installs what code-server's three lock files name, by digest, without running their scripts. Of the native modules most
 * come built; the rest is built here, inside the image's tree, by the compiler and the headers of the Node that will run them.
 */
import { mkdtempSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '../builder/execute';
import type { LayerBuild } from '../builder/image';
import { NATIVE_MODULES, removeLeftOut } from './left-out';
import { type NpmPackage, unpackNpmPackage } from './npm-package';

/** What it is made of. */
export interface CodeServerParts {
  readonly codeServer: NpmPackage;
  /** With the binary and its headers. */
  readonly node: NpmPackage;
  /** Installs the packages, and brings node-gyp along. */
  readonly npm: NpmPackage;
}

/** Folders of code-server with a lock file. */
const LOCKED_FOLDERS = ['.', 'lib/vscode', 'lib/vscode/extensions'];

/** Where the tree of this image sees the folder that it is put together in. */
const INSIDE = '/run/assembly';

/**
 * Puts code-server together and copies it to a path of the image, with Node as its `lib/node`. The image's tree must have a
 * compiler, make and Python until `beforeCopy`, which may take them away. Throws `ImageProblem`.
 */
export async function assembleCodeServer(
  layer: LayerBuild,
  { codeServer, node, npm }: CodeServerParts,
  { path, beforeCopy }: { readonly path: string; readonly beforeCopy: () => Promise<void> },
): Promise<void> {
  const folder = mkdtempSync(join(layer.downloads, '.code-server-'));
  const tree = join(folder, 'code-server');
  try {
    await unpackNpmPackage(codeServer, layer.downloads, tree);
    await unpackNpmPackage(node, layer.downloads, join(folder, 'node'));
    await unpackNpmPackage(npm, layer.downloads, join(folder, 'npm'));
    for (const locked of LOCKED_FOLDERS) await installLocked(join(tree, locked), join(folder, 'npm/bin/npm-cli.js'));
    for (const name of Object.keys(NATIVE_MODULES)) await buildNativeModule(layer, folder, name);
    removeLeftOut(tree);
    const scripts = join(tree, 'lib/vscode/bin');
    await replaceByLink(join(scripts, 'remote-cli/code-server'), 'code-linux.sh');
    await replaceByLink(join(scripts, 'helpers/browser.sh'), 'browser-linux.sh');
    await beforeCopy();
    await layer.copy(tree, path);
    await layer.copy(join(folder, 'node/bin/node'), `${path}/lib/node`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function installLocked(folder: string, npm: string): Promise<void> {
  const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // A package asks for a peer that the lock file of VS Code doesn't name, nor anything there use.
  await execute([process.execPath, npm, 'ci', '--legacy-peer-deps', ...flags], {
    cwd: folder,
    title: `npm, installing the packages of ${folder}`,
  });
}

async function buildNativeModule(layer: LayerBuild, folder: string, name: string): Promise<void> {
  await layer.run(
    [
      'node',
      `${INSIDE}/npm/node_modules/node-gyp/bin/node-gyp.js`,
      'rebuild',
      '--release',
      '--loglevel=error',
      `--nodedir=${INSIDE}/node`,
    ],
    {
      binds: { [INSIDE]: folder },
      cwd: `${INSIDE}/code-server/lib/vscode/node_modules/${name}`,
      // Recipes of native modules call Node by its name.
      env: { PATH: `${INSIDE}/node/bin:/usr/bin:/bin` },
    },
  );
}

async function replaceByLink(path: string, target: string): Promise<void> {
  await rm(path, { force: true });
  await symlink(target, path);
}
