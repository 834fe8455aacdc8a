/**
 * This package as it lies on disk, from its own `package.json`: the same in the source tree and in the built one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** As in `1.2.3`. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }).version;
}

/** The folder with the package's files. */
export function packageFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  // A package without package.json can't have been installed.
  throw new Error(`no package.json above ${__dirname}`);
}
