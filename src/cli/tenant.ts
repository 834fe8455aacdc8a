/** `adra tenant`: people who have environments. */
import type { Command } from 'commander';
import { hasCode } from '../errors';
import type { Cluster } from '../ports/cluster';
import { sandboxNamespace, tenantNamespace } from '../tenancy/names';
import type { Quota } from '../tenancy/quota';
import { withCluster } from './cluster/open-cluster';
import { type CommandContext, type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { listOption } from './environment-variables';
import { outputOption } from './print/formats';
import { environmentsIn } from './tenancy/environments-of';
import { entriesOf, labelsOf, quotaOption } from './tenancy/pairs';
import { declareRemoval } from './tenancy/removal';
import { tenantRow } from './tenancy/rows';
import { DESCRIPTION_FORMS, type DescriptionForm, tenantDescription, tenantText } from './tenancy/tenancy-descriptions';
import { TENANCY_LIST_FORMS, type TenancyListForm, tenantListText } from './tenancy/tenancy-lists';
import { getTenant, getWorkspace, listTenants, TENANT_TYPE } from './tenancy/tenancy-objects';
import { createObject, type WriteForm, writeOutputOption, writtenText } from './tenancy/writes';

const HELP = `
Tenants of our own API; those of another are listed by adra get, such as adra get tenants.crownlabs.polito.it.

Examples:
  adra tenant list --workspace analysis
  adra tenant show ada
  adra tenant add ada --first-name Ada --last-name Lovelace --email ada@example.org --workspace analysis=Member
  adra tenant remove ada --dry-run`;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description('List, explain, add and remove tenants: people who have environments.')
    .helpCommand(false)
    .addHelpText('after', HELP);
  declareList(command.command('list'), context);
  declareShow(command.command('show'), context);
  declareAdd(command.command('add'), context);
  declareRemoval(
    command
      .command('remove')
      .summary('remove tenants, with their namespaces')
      .description(
        'Remove tenants: their rights, then their namespaces with all that is in them. Not while volumes are in these, unless they are to go as well.',
      ),
    context,
    { type: TENANT_TYPE, get: getTenant, namespaces: (name) => [tenantNamespace(name), sandboxNamespace(name)] },
  );
};

interface ListOptions extends SharedOptions {
  readonly selector?: string;
  readonly workspace?: string;
  readonly output: TenancyListForm;
}

function declareList(command: Command, context: CommandContext): void {
  command
    .summary('list tenants')
    .description('List tenants, with what has become of their entries in workspaces.')
    .option('-l, --selector <labels>', 'only those with these labels: a=b,c!=d')
    .option('--workspace <name>', 'only those who are in this workspace, or want to be')
    .addOption(outputOption(TENANCY_LIST_FORMS))
    .action(async () => {
      const { options, output } = settingsOf<ListOptions>(command, context);
      const { selector, workspace, output: form } = options;
      await withCluster(options, async ({ cluster }) => {
        const rows = (await listTenants(cluster, selector))
          .map(tenantRow)
          .filter(({ workspaces }) => workspace === undefined || workspaces.some(({ name }) => name === workspace));
        if (rows.length === 0 && (form === 'table' || form === 'wide'))
          output.note(workspace === undefined ? 'there are no tenants' : `nobody is in workspace ${workspace}`);
        else output.print(tenantListText(rows, { form, output }));
      });
    });
}

interface ShowOptions extends SharedOptions {
  readonly output: DescriptionForm;
}

function declareShow(command: Command, context: CommandContext): void {
  command
    .summary('explain a tenant')
    .description('Explain a tenant: workspaces, quota and what is used of it, environments, namespaces, conditions.')
    .argument('<name>', 'which')
    .addOption(outputOption(DESCRIPTION_FORMS))
    .action(async (name: string) => {
      const { options, output } = settingsOf<ShowOptions>(command, context);
      await withCluster(options, async ({ cluster }) => {
        const tenant = await getTenant(cluster, name);
        const { namespaces } = tenantRow(tenant);
        const description = tenantDescription(tenant, await environmentsIn(cluster, namespaces));
        output.print(tenantText(description, options.output, context.surroundings.clock.now()));
      });
    });
}

interface AddOptions extends SharedOptions {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly workspace?: readonly string[];
  readonly quota?: Quota;
  readonly sandbox?: boolean;
  readonly label?: readonly string[];
  readonly dryRun?: boolean;
  readonly output: WriteForm;
}

function declareAdd(command: Command, context: CommandContext): void {
  command
    .summary('add a tenant')
    .description('Add a tenant. One that is there already is left as it is.')
    .argument('<name>', 'its name, which is its user’s at the identity provider')
    .requiredOption('--first-name <name>', 'first name')
    .requiredOption('--last-name <name>', 'last name')
    .requiredOption('--email <address>', 'address that mails go to')
    .addOption(listOption('--workspace <name=role>', 'a workspace it is in, as Member unless said otherwise'))
    .addOption(quotaOption('its quota, instead of what its workspaces add up to'))
    .option('--sandbox', 'with a further namespace, in which it may make what it likes')
    .addOption(listOption('--label <key=value>', 'a label, such as the target label of a controller'))
    .option('--dry-run', 'let the server say what it would store; nothing is stored')
    .addOption(writeOutputOption())
    .action(async (name: string) => {
      const { options, output } = settingsOf<AddOptions>(command, context);
      const { firstName, lastName, email, quota, sandbox } = options;
      const workspaces = entriesOf(options.workspace ?? [], ['Member', 'Manager', 'Candidate']);
      const labels = labelsOf(options.label ?? []);
      const dryRun = options.dryRun === true;
      const spec = {
        firstName,
        lastName,
        email,
        ...(workspaces.length === 0 ? {} : { workspaces }),
        ...(quota === undefined ? {} : { quota }),
        ...(sandbox === true ? { sandbox } : {}),
      };
      await withCluster(options, async ({ cluster }) => {
        const object = await createObject(cluster, { type: TENANT_TYPE, name, labels, spec }, { dryRun });
        output.print(writtenText(object, 'added', { form: options.output, dryRun }));
        for (const { name: workspace } of workspaces)
          if (await isMissing(cluster, workspace))
            output.note(`there is no workspace ${workspace} yet: its entry counts once there is one`);
      });
    });
}

/** Whether it is known that there is no such workspace. */
async function isMissing(cluster: Cluster, workspace: string): Promise<boolean> {
  try {
    await getWorkspace(cluster, workspace);
    return false;
  } catch (error) {
    if (hasCode(error, 'ApiForbidden')) return false;
    if (hasCode(error, 'ApiNotFound')) return true;
    throw error;
  }
}
