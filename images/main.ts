/**
 * `npm run images`: container images without a daemon. What the verbs do is in `builder/`, what the images are in
 * `definitions.ts`. Progress goes to stderr, data to stdout.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type BuiltImage, buildImages, compressedBytes } from './builder/build-images';
import type { ImageDefinition } from './builder/image';
import { ImageProblem } from './builder/problem';
import { pushImages } from './builder/push-image';
import { unpackImage } from './builder/unpack-image';
import { measureController, measurementLines } from './controller/measure';
import { IMAGES } from './definitions';

const USAGE = `Usage: npm run images -- COMMAND

  list                          print the images that there are
  build [NAME…]                 build images, by default all; what is built already is kept
  unpack NAME --to FOLDER       build an image and write its files to a new folder
  measure [--rounds N]          build the controller's image; print its size and how long it takes to start
  push [NAME…] --to REGISTRY    build them and push them; REGISTRY is HOST[:PORT][/PATH], with http:// before it where it has no TLS
`;

function note(line: string): void {
  process.stderr.write(`images: ${line}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Does what the words ask for. */
async function main(words: readonly string[]): Promise<void> {
  const [command, ...rest] = words;
  const { names, to, rounds } = parseOptions(rest);
  switch (command) {
    case 'list':
      for (const { name, description } of IMAGES) print(`${name.padEnd(20)} ${description}`);
      return;
    case 'build':
      for (const image of await build(names)) print(describe(image));
      return;
    case 'push':
      if (to === undefined) throw new ImageProblem(`push wants --to REGISTRY\n${USAGE}`);
      for (const { reference, digest } of await pushImages(await build(names), to)) print(`${reference}@${digest}`);
      return;
    case 'unpack':
      await unpack(names, to);
      return;
    case 'measure':
      for (const line of measurementLines(await measureController(roundsIn(rounds), note))) print(line);
      return;
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(USAGE);
      return;
    default:
      throw new ImageProblem(`there is no command "${command ?? ''}"\n${USAGE}`);
  }
}

async function build(names: readonly string[]): Promise<readonly BuiltImage[]> {
  return buildImages(definitionsOf(names), { note });
}

async function unpack(names: readonly string[], folder: string | undefined): Promise<void> {
  if (names.length !== 1 || folder === undefined)
    throw new ImageProblem(`unpack wants one NAME and --to FOLDER\n${USAGE}`);
  for (const image of await build(names)) {
    mkdirSync(folder);
    await unpackImage(image, folder);
  }
}

function definitionsOf(names: readonly string[]): readonly ImageDefinition[] {
  if (names.length === 0) return IMAGES;
  return names.map((name) => {
    const found = IMAGES.find((image) => image.name === name);
    if (found === undefined) {
      throw new ImageProblem(`there is no image "${name}"; there are ${IMAGES.map((image) => image.name).join(', ')}`);
    }
    return found;
  });
}

function roundsIn(text: string): number {
  const rounds = Number(text);
  if (!/^\d+$/.test(text) || rounds < 1 || rounds > 100)
    throw new ImageProblem('--rounds wants a whole number from 1 to 100');
  return rounds;
}

function describe(image: BuiltImage): string {
  const megabytes = (compressedBytes(image) / 1_000_000).toFixed(1);
  return `${image.repository}:${image.tag}@${image.manifest.digest}  ${megabytes} MB compressed`;
}

function parseOptions(args: readonly string[]): {
  readonly names: readonly string[];
  readonly to?: string;
  readonly rounds: string;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { to: { type: 'string' }, rounds: { type: 'string', default: '5' } },
    });
    return { names: positionals, ...values };
  } catch (error) {
    throw new ImageProblem(`${(error as Error).message}\n${USAGE}`);
  }
}

async function start(): Promise<void> {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    note(error.message);
    process.exitCode = 1;
  }
}

void start();
