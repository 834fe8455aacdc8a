/** The images that suites on a node run: built once, pushed to the cluster's own registry, and named to the suites. */
import { buildImages } from '../../../images/builder/build-images';
import { pushImages } from '../../../images/builder/push-image';
import { IMAGES } from '../../../images/definitions';

/** The variable that tells suites the images' references, as a JSON object by name. */
export const TEST_IMAGES = 'ADRA_TEST_IMAGES';

/**
 * Builds what isn't built yet, pushes it, and gives the reference of each image by its name. References hold digests, so that a
 * node never runs what it pulled earlier under the same tag.
 */
export async function provideImages(
  registry: string,
  names: readonly string[],
  note: (line: string) => void,
): Promise<Readonly<Record<string, string>>> {
  const definitions = IMAGES.filter(({ name }) => names.includes(name));
  const missing = names.filter((name) => !definitions.some((image) => image.name === name));
  if (missing.length > 0) throw new Error(`there is no image ${missing.join(', ')}`);
  const built = await buildImages(definitions, { note });
  const pushed = await pushImages(built, `http://${registry}`);
  return Object.fromEntries(
    definitions.flatMap(({ name }, index) => {
      const image = pushed[index];
      return image === undefined ? [] : [[name, `${image.reference}@${image.digest}`]];
    }),
  );
}

/** Reference of an image, as a pod's `image`. */
export function imageReference(name: string): string {
  const references = JSON.parse(process.env[TEST_IMAGES] ?? '{}') as Readonly<Record<string, string>>;
  const reference = references[name];
  if (reference === undefined)
    throw new Error(`${TEST_IMAGES} names no image "${name}": run the suite by "npm run test:node"`);
  return reference;
}
