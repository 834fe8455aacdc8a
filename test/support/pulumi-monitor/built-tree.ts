/**
 * The compiled tree in a folder of its own, for suites that start programs of it and may not count on `lib/`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../../..');

export interface BuiltTree {
  /** Relative to the repository: what `Pulumi.yaml` would have for `main`. */
  readonly pulumiMain: string;
  remove(): void;
}

/** Compiles the sources as `npm run build` does. Below `node_modules`, where packages are found and nothing looks for sources. */
export function buildTree(): BuiltTree {
  const cache = join(ROOT, 'node_modules/.cache/adrasteia');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'tree-'));
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.emit.json'), '--outDir', folder], {
    stdio: 'pipe',
  });
  return {
    pulumiMain: relative(ROOT, join(folder, 'stacks/index.js')),
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
