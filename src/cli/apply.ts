/** `adra apply`: objects from files, sent by server-side apply. */
import { Option } from 'commander';
import type { Manifest } from '../api/object';
import { AdrasteiaError } from '../errors';
import { namespaceWithoutCluster, withCluster } from './cluster/open-cluster';
import { type CommandContext, type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { listOption } from './environment-variables';
import { reportErrors } from './failures';
import { prepare } from './manifests/prepare';
import { readInput } from './manifests/read-input';
import { type Sent, sendAll } from './manifests/send';
import type { Output } from './output';
import { jsonObjects, nameLines, outputOption, resourceName, yamlDocuments } from './print/formats';

interface ApplyOptions extends SharedOptions {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
  readonly dryRun?: 'client' | 'server';
  readonly forceConflicts?: boolean;
  readonly output: 'lines' | 'json' | 'yaml' | 'name';
}

const HELP = `
Objects are checked by the rules of their kind before they are sent: what is wrong is said with object and field, and the
other objects are sent all the same. Where an API's published examples are known to be wrong, they are put right, and each
correction is said on stderr. Namespaces and CRDs go first, environments last.`;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description('Create or change objects from YAML or JSON files, by server-side apply as field manager "adra".')
    .argument('[files...]', 'files or folders; - is standard input')
    .addOption(listOption('-f, --filename <path>', 'file or folder; - is standard input'))
    .option('-R, --recursive', 'also folders below folders')
    .addOption(
      new Option(
        '--dry-run <where>',
        'client: check and print only; server: let the server say what it would store',
      ).choices(['client', 'server']),
    )
    .option('--force-conflicts', 'take fields over from other field managers')
    .addOption(outputOption(['lines', 'json', 'yaml', 'name']))
    .addHelpText('after', HELP)
    .action(async (files: readonly string[]) => {
      const { options, output } = settingsOf<ApplyOptions>(command, context);
      await apply([...(options.filename ?? []), ...files], options, output, context);
    });
};

async function apply(
  paths: readonly string[],
  options: ApplyOptions,
  output: Output,
  context: CommandContext,
): Promise<void> {
  if (paths.length === 0)
    throw new AdrasteiaError('UsageInvalid', 'there is nothing to apply: name files or folders by -f');
  const { clock, signal, stdin } = context.surroundings;
  const input = await readInput(paths, { stdin, recursive: options.recursive === true });
  if (options.dryRun === 'client') {
    const { notices, manifests, problems } = prepare(input, namespaceWithoutCluster(options));
    notices.forEach((notice) => output.note(notice));
    printObjects(
      manifests.map(({ manifest }) => ({ object: manifest, outcome: 'applied' })),
      options,
      output,
    );
    reportErrors(problems, output, context);
    return;
  }
  await withCluster(options, async (open) => {
    const { notices, manifests, problems } = prepare(input, open.namespace);
    notices.forEach((notice) => output.note(notice));
    const settings = { dryRun: options.dryRun === 'server', force: options.forceConflicts === true, clock, signal };
    const { sent, errors } = await sendAll(manifests, open, settings, (one) => {
      if (options.output === 'lines') output.print(sentLine(one, options.dryRun));
    });
    if (options.output !== 'lines') printObjects(sent, options, output);
    reportErrors([...problems, ...errors], output, context);
  });
}

interface Printable {
  readonly object: Manifest;
  readonly outcome: Sent['outcome'];
}

function printObjects(sent: readonly Printable[], { output: form, dryRun }: ApplyOptions, output: Output): void {
  const objects = sent.map(({ object }) => object);
  switch (form) {
    case 'lines':
      for (const one of sent) output.print(sentLine(one, dryRun));
      return;
    case 'json':
      output.print(jsonObjects(objects));
      return;
    case 'yaml':
      output.print(yamlDocuments(objects));
      return;
    case 'name':
      output.print(nameLines(objects));
  }
}

/** `kind.group/name applied`. */
export function sentLine({ object, outcome }: Printable, dryRun?: 'client' | 'server'): string {
  const name = resourceName({ apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name });
  return `${name} ${outcome}${dryRun === undefined ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)'}`;
}
