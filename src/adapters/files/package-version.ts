/**
 * The version of this package, from its own `package.json`: the same in the source tree and in the built one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** As in `1.2.3`. */
export function packageVersion(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  }
  // A package without package.json can't have been installed.
  throw new Error(`no package.json above ${__dirname}`);
}
