/** `adra plan`: what applying files would change in the cluster. */
import { AdrasteiaError } from '../errors';
import { withCluster } from './cluster/open-cluster';
import { type CommandContext, type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { listOption } from './environment-variables';
import { errorLines } from './error-lines';
import { EXIT_CODES, exitOfAll } from './exit-codes';
import { prepare } from './manifests/prepare';
import { readInput } from './manifests/read-input';
import type { Output } from './output';
import { differs, type ObjectPlan, planObject } from './plan/object-plan';
import { planText } from './plan/plan-text';
import { jsonText, outputOption, yamlText } from './print/formats';

interface PlanOptions extends SharedOptions {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
  readonly output: 'text' | 'json' | 'yaml';
}

const HELP = `
Every object is planned as the controller would plan it, against the live cluster, and each child is sent as a dry run: nothing is
written. Exit codes are those of a diff: ${EXIT_CODES.ok.code} nothing would change, ${EXIT_CODES.failure.code} something would, more than ${EXIT_CODES.failure.code} it failed.`;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description(
      'Show what applying files would change: the objects themselves, and all that the controller makes of them.',
    )
    .argument('[files...]', 'files or folders; - is standard input')
    .addOption(listOption('-f, --filename <path>', 'file or folder; - is standard input'))
    .option('-R, --recursive', 'also folders below folders')
    .addOption(outputOption(['text', 'json', 'yaml']))
    .addHelpText('after', HELP)
    .action(async (files: readonly string[]) => {
      const { options, output } = settingsOf<PlanOptions>(command, context);
      try {
        await plan([...(options.filename ?? []), ...files], options, output, context);
      } catch (error) {
        reportTrouble(error instanceof AggregateError ? error.errors : [error], output, context);
      }
    });
};

async function plan(
  paths: readonly string[],
  options: PlanOptions,
  output: Output,
  context: CommandContext,
): Promise<void> {
  if (paths.length === 0)
    throw new AdrasteiaError('UsageInvalid', 'there is nothing to plan: name files or folders by -f');
  const { stdin, clock } = context.surroundings;
  const input = await readInput(paths, { stdin, recursive: options.recursive === true });
  await withCluster(options, async (open) => {
    const { notices, manifests, problems } = prepare(input, open.namespace);
    notices.forEach((notice) => output.note(notice));
    const given = manifests.map(({ manifest }) => manifest);
    const plans: ObjectPlan[] = [];
    for (const manifest of given) plans.push(await planObject(manifest, { open, given, now: clock.now() }));
    output.print(textOf(plans, options.output));
    if (plans.some(differs)) context.endWith('failure');
    if (problems.length > 0) reportTrouble(problems, output, context);
  });
}

function textOf(plans: readonly ObjectPlan[], form: PlanOptions['output']): string {
  if (form === 'text') return planText(plans);
  const list = { apiVersion: 'cli.adrasteia.dev/v1', kind: 'PlanList', items: plans };
  return form === 'json' ? jsonText(list) : yamlText(list);
}

/** As everywhere, except that 1 says something else here. */
function reportTrouble(errors: readonly unknown[], output: Output, { endWith }: CommandContext): void {
  for (const error of errors) for (const line of errorLines(error, { verbose: output.isVerbose })) output.note(line);
  const exit = exitOfAll(errors);
  endWith(exit === 'failure' ? 'trouble' : exit);
}
