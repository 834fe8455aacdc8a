/**
 * Python modules, compiled once when a layer is built: containers can't write what they compile where the root is read-only.
 */
import type { LayerBuild } from '../builder/image';

/**
 * Compiles all modules below these folders. The bytecode is taken as it is at run time: it can't be told from its source's
 * time, which every file of an image has alike.
 */
export async function compileBytecode(layer: LayerBuild, folders: readonly string[]): Promise<void> {
  await layer.run([
    'python3',
    '-m',
    'compileall',
    '-f',
    '-q',
    '--invalidation-mode=unchecked-hash',
    '-x',
    '/(?:lib2to3/tests|test|tests|bad_)',
    ...folders,
  ]);
}
