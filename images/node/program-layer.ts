/** A program of this project as a layer over Node: its bundle, what it is, and the licences of what is in it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder, packageVersion } from '../../src/adapters/files/package-version';
import type { LayerDefinition } from '../builder/image';
import { type Bundle, type BundleSource, bundle } from './bundle';

const FOLDER = '/adrasteia';

/** The file that Node is to be started with in an image with the layer of this name. */
export function programPath(name: string): string {
  return `${FOLDER}/${name}.js`;
}

/** The layer of a program. Its key is what the bundle holds, so that only a change that reaches the program makes a new one. */
export function programLayer(name: string, source: BundleSource): LayerDefinition {
  let bundled: Promise<Bundle> | undefined;
  const bundleOnce = async (): Promise<Bundle> => (bundled ??= bundle(source));
  return {
    name,
    inputs: async () => {
      const { code, licences } = await bundleOnce();
      return { version: packageVersion(), content: createHash('sha256').update(code).update(licences).digest('hex') };
    },
    code: [join(packageFolder(), 'images/node/program-layer.ts')],
    build: async (layer) => {
      const { code, licences } = await bundleOnce();
      await layer.write(programPath(name), code);
      // Programs look their version up there.
      await layer.write(
        `${FOLDER}/package.json`,
        `${JSON.stringify({ name: 'adrasteia', version: packageVersion() })}\n`,
      );
      await layer.write(`${FOLDER}/LICENSE`, readFileSync(join(packageFolder(), 'LICENSE')));
      await layer.write(`${FOLDER}/licences.txt`, licences);
    },
  };
}
