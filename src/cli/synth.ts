/** `adra synth`: manifests as the GitOps door writes them, to stdout or to files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { kinds } from '../../constructs/kinds';
import { platformTree } from '../../constructs/platform';
import { packageVersion } from '../adapters/files/package-version';
import type { Manifest } from '../api/object';
import { AdrasteiaError } from '../errors';
import { renderTree } from '../synth';
import { inForm } from '../synth/written-form';
import { type CommandContext, type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { readInput } from './manifests/read-input';
import type { Output } from './output';
import { jsonObjects, outputOption, yamlDocuments } from './print/formats';

interface SynthOptions extends SharedOptions {
  readonly expanded?: boolean;
  readonly platform?: boolean;
  readonly image?: string;
  readonly output: 'yaml' | 'json';
  readonly outputDir?: string;
}

const HELP = `
Nothing is asked of a cluster, so the same input gives the same bytes. With --expanded, whatever an environment refers to has to be
among the files.

Examples:
  adra synth --platform > platform.yaml
  adra synth --expanded --output-dir dist examples/jupyterlab`;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description(
      'Write manifests for GitOps: the platform, and environments as they are or expanded to what the controller would make.',
    )
    .argument('[files...]', 'files or folders; - is standard input')
    .option('--expanded', 'write what the controller would make of environments, instead of them')
    .option('--platform', 'write the platform too: namespace, CRDs, rights, controller')
    .option('--image <image>', "the controller's image (default: that of this version)")
    .option('--output-dir <folder>', 'write files into this folder: platform, and one for each argument')
    .addOption(outputOption(['yaml', 'json']))
    .addHelpText('after', HELP)
    .action(async (files: readonly string[]) => {
      const { options, output } = settingsOf<SynthOptions>(command, context);
      await synth(files, options, output, context);
    });
};

interface Group {
  readonly name: string;
  readonly manifests: readonly Manifest[];
}

async function synth(
  files: readonly string[],
  options: SynthOptions,
  output: Output,
  context: CommandContext,
): Promise<void> {
  if (files.length === 0 && options.platform !== true)
    throw new AdrasteiaError('UsageInvalid', 'there is nothing to write: name files or folders, or ask for --platform');
  const groups: Group[] = options.platform === true ? [{ name: 'platform', manifests: platform(options) }] : [];
  const form = options.expanded === true ? 'Expanded' : 'CustomResources';
  // One look at all arguments: an environment may refer to a template of another one. Written apart where files are asked for.
  if (options.outputDir === undefined)
    groups.push({ name: 'objects', manifests: inForm(form, await objectsIn(files, context), kinds) });
  else
    for (const file of files)
      groups.push({ name: groupName(file), manifests: inForm(form, await objectsIn([file], context), kinds) });

  if (options.outputDir === undefined) {
    const manifests = groups.flatMap((group) => group.manifests);
    output.print(options.output === 'json' ? jsonObjects(manifests) : yamlDocuments(manifests));
    return;
  }
  mkdirSync(options.outputDir, { recursive: true });
  for (const { name, manifests } of groups) {
    const path = join(options.outputDir, `${name}.k8s.${options.output}`);
    writeFileSync(path, options.output === 'json' ? jsonObjects(manifests) : yamlDocuments(manifests));
    output.note(`wrote ${path}`);
  }
}

async function objectsIn(
  files: readonly string[],
  { surroundings: { stdin } }: CommandContext,
): Promise<readonly Manifest[]> {
  if (files.length === 0) return [];
  return (await readInput(files, { stdin, recursive: true })).map(({ manifest }) => manifest);
}

function groupName(file: string): string {
  return file === '-' ? 'stdin' : basename(file, extname(file));
}

function platform({ image, namespace }: SynthOptions): readonly Manifest[] {
  const props = { ...(image === undefined ? {} : { image }), ...(namespace === undefined ? {} : { namespace }) };
  return renderTree(platformTree({ kinds, version: packageVersion(), ...props })).map(({ manifest }) => manifest);
}
