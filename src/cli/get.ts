/** `adra get`: environments of every kind in one list, followed with -w; other kinds as the API server shows them. */
import { collectionPath, withQuery } from '../adapters/kubernetes/paths';
import type { KubeObject } from '../api/object';
import { describeObject } from '../api/object';
import type { ResourceType } from '../api/resource-type';
import { AdrasteiaError, hasCode } from '../errors';
import type { Selection } from '../ports/cluster';
import { environmentKinds, isEnvironmentType } from './cluster/environment-kinds';
import { type OpenCluster, withCluster } from './cluster/open-cluster';
import { notFound, parseTargets } from './cluster/targets';
import { type CommandContext, type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { FollowedEnvironments } from './environments/follow';
import { progressOn } from './environments/show-progress';
import { reportErrors } from './failures';
import type { Output } from './output';
import { environmentListText, LIST_FORMS, type ListForm } from './print/environment-list';
import { jsonObjects, nameLines, outputOption, yamlDocuments } from './print/formats';
import { serverTable, TABLE_MEDIA_TYPE } from './print/server-table';
import { programLog } from './program-log';

interface GetOptions extends SharedOptions {
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly watch?: boolean;
  readonly output: ListForm;
}

const HELP = `
Without a kind: environments of every kind. The column STATUS says "Ready (simulated)" where a simulated node made it ready and
nothing runs, and "Unreachable" where a sign-in is asked for that no access layer can do.

Examples:
  adra get
  adra get kodes -A -o wide
  adra get environment thesis -o yaml
  adra get -w`;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description('List environments, or follow them.')
    .argument('[kind]', 'kind, also plural or short name, or KIND/NAME')
    .argument('[names...]', 'only these')
    .option('-A, --all-namespaces', 'in all namespaces')
    .option('-l, --selector <labels>', 'only those with these labels: a=b,c!=d')
    .option('-w, --watch', 'stay, and show what changes')
    .addOption(outputOption(LIST_FORMS))
    .addHelpText('after', HELP)
    .action(async (kind: string | undefined, names: readonly string[]) => {
      const { options, output } = settingsOf<GetOptions>(command, context);
      await withCluster(options, (open) => get({ kind, names, options, output, context, open }));
    });
};

interface Request {
  readonly kind: string | undefined;
  readonly names: readonly string[];
  readonly options: GetOptions;
  readonly output: Output;
  readonly context: CommandContext;
  readonly open: OpenCluster;
}

async function get(request: Request): Promise<void> {
  const { kind, options, open } = request;
  const named = kind?.includes('/') === true ? parseTargets([kind, ...request.names]) : [];
  const kindNames =
    named.length > 0 ? [...new Set(named.map((target) => target.kind))] : kind === undefined ? [] : [kind];
  const names = named.length > 0 ? named.map(({ name }) => name) : request.names;
  const types =
    kindNames.length === 0
      ? environmentKinds.map(({ type }) => type)
      : await Promise.all(kindNames.map((name) => open.discovery.byName(name)));
  const selection = {
    ...(options.allNamespaces === true ? {} : { namespace: open.namespace }),
    ...(options.selector === undefined ? {} : { labelSelector: options.selector }),
  };
  const question: Question = { ...request, types, names: new Set(names), selection };
  if (!types.every(isEnvironmentType)) await otherKinds(question);
  else if (options.watch === true) await followEnvironments(question);
  else await listEnvironments(question);
}

interface Question extends Omit<Request, 'kind' | 'names'> {
  readonly types: readonly ResourceType[];
  /** Empty: all. */
  readonly names: ReadonlySet<string>;
  readonly selection: Selection;
}

async function listEnvironments(question: Question): Promise<void> {
  const { types, names, selection, options, output, context, open } = question;
  const lists = await Promise.all(types.map((type) => listIfServed(open, type, selection)));
  if (lists.every((list) => list === undefined)) throw nothingServed();
  const objects = lists
    .flatMap((list) => list ?? [])
    .filter(({ metadata }) => names.size === 0 || names.has(metadata.name));
  const missing = [...names].filter((name) => objects.every(({ metadata }) => metadata.name !== name));
  if (objects.length > 0 || isForPrograms(options.output)) {
    output.print(environmentListText(objects, { form: options.output, now: context.surroundings.clock.now(), output }));
  } else if (missing.length === 0) {
    output.note(
      selection.namespace === undefined
        ? 'there are no environments'
        : `there are no environments in namespace ${selection.namespace}; -A looks in all`,
    );
  }
  reportErrors(
    missing.map((name) =>
      notFound(
        types[0] ?? { group: '', version: '', kind: 'environment', plural: '', namespaced: true },
        name,
        open.namespace,
      ),
    ),
    output,
    context,
  );
}

async function listIfServed(
  { cluster }: OpenCluster,
  type: ResourceType,
  selection: Selection,
): Promise<readonly KubeObject[] | undefined> {
  try {
    const { items } = await cluster.list(type, selection);
    return [...items].sort((a, b) => (describeObject(a) < describeObject(b) ? -1 : 1));
  } catch (error) {
    if (hasCode(error, 'ApiNotFound')) return undefined;
    throw error;
  }
}

function nothingServed(): AdrasteiaError {
  return new AdrasteiaError(
    'KindUnknown',
    'the cluster serves no kind of environment: install the CRDs by "adra crds | kubectl apply --server-side -f -", or try "adra up"',
  );
}

async function followEnvironments({
  types,
  names,
  selection,
  options,
  output,
  context,
  open,
}: Question): Promise<void> {
  const { clock, signal } = context.surroundings;
  const progress = progressOn({ output, form: options.output, clock });
  const followed: FollowedEnvironments = new FollowedEnvironments({
    cluster: open.cluster,
    clock,
    log: programLog(output),
    types,
    ...selection,
    isWanted: ({ metadata }) => names.size === 0 || names.has(metadata.name),
    onChange: (before, after) => {
      progress.changed(before, after, followed.objects());
    },
  });
  try {
    await Promise.race([followed.start(), aborted(signal)]);
    progress.begin(followed.objects());
    await aborted(signal);
  } finally {
    await followed.close();
  }
  context.endWith('interrupted');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Templates and whatever else the API serves: not followed. */
async function otherKinds({ types, names, selection, options, output, context, open }: Question): Promise<void> {
  if (options.watch === true)
    throw new AdrasteiaError('UsageInvalid', 'only environments can be followed by -w: use kubectl for other kinds');
  for (const type of types) {
    if (isForPrograms(options.output)) {
      const { items } = await open.cluster.list(type, type.namespaced ? selection : withoutNamespace(selection));
      const wanted = items.filter(({ metadata }) => names.size === 0 || names.has(metadata.name));
      output.print(
        options.output === 'json'
          ? jsonObjects(wanted)
          : options.output === 'yaml'
            ? yamlDocuments(wanted)
            : nameLines(wanted),
      );
      reportMissing(
        type,
        wanted.map(({ metadata }) => metadata.name),
      );
      continue;
    }
    const path = withQuery(collectionPath(type, selection.namespace), { labelSelector: selection.labelSelector });
    const { lines, names: shown } = serverTable(await open.cluster.raw(path, TABLE_MEDIA_TYPE), {
      wide: options.output === 'wide',
      withNamespace: type.namespaced && selection.namespace === undefined,
      ...(names.size === 0 ? {} : { names }),
    });
    if (shown.length > 0) output.print(lines.join('\n'));
    else if (names.size === 0) output.note(`there are no ${type.plural}`);
    reportMissing(type, shown);
  }

  function reportMissing(type: ResourceType, shown: readonly string[]): void {
    const missing = [...names].filter((name) => !shown.includes(name));
    reportErrors(
      missing.map((name) => notFound(type, name, open.namespace)),
      output,
      context,
    );
  }
}

function withoutNamespace({ namespace: _namespace, ...selection }: Selection): Selection {
  return selection;
}

function isForPrograms(form: ListForm): boolean {
  return form !== 'table' && form !== 'wide';
}
