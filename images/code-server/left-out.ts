/**
 * What of code-server's packages has no use in a Linux container on this machine's processor: other platforms' programs, what
 * native modules are built from, and Copilot, which works only with an account of its service and brings 180 MB along.
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Native modules of VS Code's server that npm builds; each is one file in `build/Release`. */
export const NATIVE_MODULES = {
  // Without it neither terminals nor extensions start: their processes write their log by it.
  '@vscode/spdlog': 'spdlog.node',
  // Without it extensions don't start: their process ends by it with the server's.
  '@vscode/native-watchdog': 'watchdog.node',
} as const;

/** Paths below `lib/vscode`. */
const FOLDERS = [
  'extensions/copilot',
  'node_modules/@github/copilot-sdk-linux-x64',
  'node_modules/@github/copilot-sdk/node_modules/@koromix',
  'node_modules/@microsoft/mxc-sdk/bin',
  'node_modules/@parcel/watcher-linux-x64-musl',
  'node_modules/@vscode/sqlite3/deps',
  'node_modules/@vscode/windows-process-tree/build',
  'node_modules/cpu-features/deps',
  'node_modules/node-pty/deps',
  'node_modules/node-pty/third_party',
];

/** Folders with a folder for each platform, by what their path ends with. */
const BY_PLATFORM = /\/(?:prebuilds|ripgrep-universal\/bin)\/([^/]+)$/;

/** Files that say how a tree was installed, and maps to sources that aren't there. */
const FILES = /(?:\.map|\/node_modules\/\.package-lock\.json|\.musl\.node)$/;

/** Takes it away, from code-server's folder with all its packages. */
export function removeLeftOut(codeServer: string): void {
  for (const folder of FOLDERS) rmSync(join(codeServer, 'lib/vscode', folder), { recursive: true, force: true });
  for (const [name, file] of Object.entries(NATIVE_MODULES))
    keepBuilt(join(codeServer, 'lib/vscode/node_modules', name), file);
  visit(codeServer, codeServer);
}

/** Of a native module: its JavaScript and what was built. */
function keepBuilt(module: string, file: string): void {
  for (const name of ['deps', 'src', 'binding.gyp']) rmSync(join(module, name), { recursive: true, force: true });
  keepOnly(join(module, 'build'), 'Release');
  keepOnly(join(module, 'build/Release'), file);
}

function keepOnly(folder: string, kept: string): void {
  for (const name of readdirSync(folder)) if (name !== kept) rmSync(join(folder, name), { recursive: true });
}

function visit(folder: string, top: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const [, platform] = BY_PLATFORM.exec(path) ?? [];
    const isOther = platform !== undefined && platform !== `linux-${process.arch}`;
    if (isOther || FILES.test(`/${relative(top, path)}`)) rmSync(path, { recursive: true });
    else if (lstatSync(path).isDirectory()) visit(path, top);
  }
}
