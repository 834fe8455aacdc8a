/** `adra workspace`: groups of tenants, and who is in them. */
import { type Command, Option } from 'commander';
import { hasCode } from '../errors';
import type { Cluster } from '../ports/cluster';
import { workspaceNamespace } from '../tenancy/names';
import type { Quota } from '../tenancy/quota';
import { withCluster } from './cluster/open-cluster';
import { type CommandContext, type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { listOption } from './environment-variables';
import { outputOption } from './print/formats';
import { changeEntry, type Role } from './tenancy/enrolment';
import { labelsOf, quotaOption } from './tenancy/pairs';
import { declareRemoval } from './tenancy/removal';
import { workspaceRow } from './tenancy/rows';
import {
  DESCRIPTION_FORMS,
  type DescriptionForm,
  workspaceDescription,
  workspaceText,
} from './tenancy/tenancy-descriptions';
import { TENANCY_LIST_FORMS, type TenancyListForm, workspaceListText } from './tenancy/tenancy-lists';
import { getWorkspace, listTenants, listWorkspaces, WORKSPACE_TYPE } from './tenancy/tenancy-objects';
import { createObject, type WriteForm, writeOutputOption, writtenText } from './tenancy/writes';

const HELP = `
Workspaces of our own API; those of another are listed by adra get, such as adra get workspaces.crownlabs.polito.it.

Examples:
  adra workspace show analysis
  adra workspace add analysis --display-name "Analysis 2026" --quota cpu=2,memory=4Gi,environments=2 --enrolment Approval
  adra workspace enrol analysis grace --role Manager
  adra workspace withdraw analysis grace --dry-run`;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description('List, explain, add and remove workspaces: groups of tenants. Say who is in them.')
    .helpCommand(false)
    .addHelpText('after', HELP);
  declareList(command.command('list'), context);
  declareShow(command.command('show'), context);
  declareAdd(command.command('add'), context);
  declareRemoval(
    command
      .command('remove')
      .summary('remove workspaces, with their namespaces')
      .description(
        'Remove workspaces: rights in them, then their namespaces with all that is shared in these. Not while volumes are in them, unless they are to go as well.',
      ),
    context,
    { type: WORKSPACE_TYPE, get: getWorkspace, namespaces: (name) => [workspaceNamespace(name)] },
  );
  declareEnrol(command.command('enrol'), context);
  declareWithdraw(command.command('withdraw'), context);
};

interface ListOptions extends SharedOptions {
  readonly selector?: string;
  readonly output: TenancyListForm;
}

function declareList(command: Command, context: CommandContext): void {
  command
    .summary('list workspaces')
    .description('List workspaces, with how many are in them.')
    .option('-l, --selector <labels>', 'only those with these labels: a=b,c!=d')
    .addOption(outputOption(TENANCY_LIST_FORMS))
    .action(async () => {
      const { options, output } = settingsOf<ListOptions>(command, context);
      const { selector, output: form } = options;
      await withCluster(options, async ({ cluster }) => {
        const [workspaces, tenants] = await Promise.all([listWorkspaces(cluster, selector), listTenants(cluster)]);
        const rows = workspaces.map((workspace) => workspaceRow(workspace, tenants));
        if (rows.length === 0 && (form === 'table' || form === 'wide')) output.note('there are no workspaces');
        else output.print(workspaceListText(rows, { form, output }));
      });
    });
}

interface ShowOptions extends SharedOptions {
  readonly output: DescriptionForm;
}

function declareShow(command: Command, context: CommandContext): void {
  command
    .summary('explain a workspace')
    .description('Explain a workspace: who is in it, what it adds to their quota, its namespace, conditions.')
    .argument('<name>', 'which')
    .addOption(outputOption(DESCRIPTION_FORMS))
    .action(async (name: string) => {
      const { options, output } = settingsOf<ShowOptions>(command, context);
      await withCluster(options, async ({ cluster }) => {
        const [workspace, tenants] = await Promise.all([getWorkspace(cluster, name), listTenants(cluster)]);
        const description = workspaceDescription(workspace, tenants);
        output.print(workspaceText(description, options.output, context.surroundings.clock.now()));
      });
    });
}

interface AddOptions extends SharedOptions {
  readonly displayName?: string;
  readonly quota?: Quota;
  readonly enrolment: string;
  readonly label?: readonly string[];
  readonly dryRun?: boolean;
  readonly output: WriteForm;
}

function declareAdd(command: Command, context: CommandContext): void {
  command
    .summary('add a workspace')
    .description('Add a workspace. One that is there already is left as it is.')
    .argument('<name>', 'its name')
    .option('--display-name <name>', 'name for people (default: its name)')
    .addOption(quotaOption('what it adds to the quota of each member'))
    .addOption(
      new Option('--enrolment <how>', 'how people come into it by themselves')
        .choices(['None', 'Approval', 'Immediate'])
        .default('None'),
    )
    .addOption(listOption('--label <key=value>', 'a label, such as the target label of a controller'))
    .option('--dry-run', 'let the server say what it would store; nothing is stored')
    .addOption(writeOutputOption())
    .action(async (name: string) => {
      const { options, output } = settingsOf<AddOptions>(command, context);
      const { displayName = name, quota, enrolment } = options;
      const labels = labelsOf(options.label ?? []);
      const dryRun = options.dryRun === true;
      const spec = { displayName, enrolment, ...(quota === undefined ? {} : { quota }) };
      await withCluster(options, async ({ cluster }) => {
        const object = await createObject(cluster, { type: WORKSPACE_TYPE, name, labels, spec }, { dryRun });
        output.print(writtenText(object, 'added', { form: options.output, dryRun }));
      });
    });
}

interface EntryOptions extends SharedOptions {
  readonly role?: Role;
  readonly dryRun?: boolean;
  readonly output: WriteForm;
}

function declareEnrol(command: Command, context: CommandContext): void {
  command
    .summary('let a tenant into a workspace, or give it another role')
    .description(
      'Let a tenant into a workspace, or give it another role there. Managers of the workspace may, and administrators.',
    )
    .argument('<workspace>', 'which')
    .argument('<tenant>', 'who')
    .addOption(new Option('--role <role>', 'as what').choices(['Member', 'Manager', 'Candidate']).default('Member'))
    .option('--dry-run', 'let the server say what it would store; nothing is stored')
    .addOption(writeOutputOption())
    .action(async (workspace: string, tenant: string) => {
      const { options, output } = settingsOf<EntryOptions>(command, context);
      const { role = 'Member', output: form } = options;
      const dryRun = options.dryRun === true;
      await withCluster(options, async ({ cluster }) => {
        await assertIsThere(cluster, workspace);
        const { tenant: object, changed } = await changeEntry(cluster, { tenant, workspace, role }, { dryRun });
        const done = changed ? `enrolled in ${workspace} as ${role}` : `unchanged: ${role} in ${workspace} already`;
        output.print(writtenText(object, done, { form, dryRun }));
      });
    });
}

function declareWithdraw(command: Command, context: CommandContext): void {
  command
    .summary('take a tenant out of a workspace')
    .description('Take a tenant out of a workspace. Its rights there end; its environments stay.')
    .argument('<workspace>', 'which')
    .argument('<tenant>', 'who')
    .option('--dry-run', 'let the server say what it would store; nothing is stored')
    .addOption(writeOutputOption())
    .action(async (workspace: string, tenant: string) => {
      const { options, output } = settingsOf<EntryOptions>(command, context);
      const dryRun = options.dryRun === true;
      await withCluster(options, async ({ cluster }) => {
        const { tenant: object, changed } = await changeEntry(cluster, { tenant, workspace }, { dryRun });
        const done = changed ? `withdrawn from ${workspace}` : `unchanged: not in ${workspace}`;
        output.print(writtenText(object, done, { form: options.output, dryRun }));
      });
    });
}

/** Throws `ApiNotFound` where it is known that there is no such workspace; managers of one need not be able to look. */
async function assertIsThere(cluster: Cluster, workspace: string): Promise<void> {
  try {
    await getWorkspace(cluster, workspace);
  } catch (error) {
    if (!hasCode(error, 'ApiForbidden')) throw error;
  }
}
