/**
 * `adra up`: everything that it takes to try things, in one process or several.
 *
 * In order: an embedded Kubernetes API, unless a cluster is named; CRDs and namespace; a simulated node where the cluster has
 * none; the controller, without a lease; the objects, as `adra apply` would send them; then what becomes of them. What it
 * started ends with it, in the opposite order; objects stay.
 */
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { SourcedManifest } from '../adapters/files/manifest-documents';
import { packageFolder } from '../adapters/files/package-version';
import { type KubeObject, referenceKey, referenceTo } from '../api/object';
import { LEASE_NAME } from '../controller/controller';
import { AdrasteiaError } from '../errors';
import { standardStorageClass } from '../programs/simulated-node';
import { sentLine } from './apply';
import { environmentKinds, isEnvironment } from './cluster/environment-kinds';
import { assertNoController, hasNodes, install, sendOwn } from './cluster/install';
import { type ClusterChoice, type OpenCluster, openCluster } from './cluster/open-cluster';
import { timeoutOption } from './cluster/timeout-option';
import { type CommandContext, type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { type EmbeddedChoice, startEmbeddedApi } from './embedded/embedded-cluster';
import { PART_TITLES, type PartName, type StartPart, startHere } from './embedded/parts';
import { startSeparately } from './embedded/separate-part';
import { isNamedByFlag } from './embedded/stand-in';
import { changeLines } from './environments/change-lines';
import { FollowedEnvironments } from './environments/follow';
import { progressOn } from './environments/show-progress';
import { waitForRest } from './environments/wait-for-rest';
import { reportErrors } from './failures';
import { prepare } from './manifests/prepare';
import { readInput } from './manifests/read-input';
import { sendAll } from './manifests/send';
import type { Output } from './output';
import { portArgument } from './port-argument';
import { environmentListText, LIST_FORMS, type ListForm } from './print/environment-list';
import { outputOption } from './print/formats';
import { programLog } from './program-log';

interface UpOptions extends SharedOptions, EmbeddedChoice {
  readonly separate?: boolean;
  readonly once?: boolean;
  readonly timeout: number;
  readonly output: ListForm;
}

const HELP = `
With no cluster named by --kubeconfig or --context it brings along a Kubernetes API of its own, whose nodes are simulated: no
container runs, and environments are shown as "Ready (simulated)". KUBECONFIG and ~/.kube/config are left alone, so that nothing is
installed in a cluster by accident. While it runs, kubectl reaches it by the printed line, and the other commands of adra by
themselves. Objects are kept and there again next time; with --memory nothing is.

In a cluster that is named, it needs the rights to install CRDs. Where that cluster has no nodes, a simulated one makes environments
ready. Objects stay in the cluster when it ends; adra delete removes them.

Examples:
  adra up
  adra up --memory --once -o json examples/jupyterlab
  adra up --context kind-try`;

/** Flags that mean nothing in a cluster that is there already. */
const EMBEDDED_FLAGS = ['data', 'memory', 'reset', 'port'] as const;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description(
      'Try it out, on a Kubernetes API of its own or in a cluster that is named: install the CRDs, run the controller, apply files, and show what becomes of them until Ctrl-C.',
    )
    .argument('[files...]', 'files or folders (default: the examples of the package)')
    .option('--once', 'end when every environment has come to rest, and print the result')
    .addOption(timeoutOption('120s'))
    .option(
      '--data <folder>',
      'where its own API keeps objects and keys (default: embedded in ADRA_HOME, else in ~/.local/state/adrasteia)',
    )
    .addOption(
      new Option('--memory', 'keep nothing: objects and keys are gone when it ends').conflicts(['data', 'reset']),
    )
    .option('--reset', 'first remove all objects that its own API keeps from earlier runs')
    .addOption(
      new Option(
        '--port <port>',
        'port of its own API; 0: any that is free (default: that of the run before, else 26443 or the next that is free)',
      ).argParser(portArgument),
    )
    .option(
      '--separate',
      'run API, controllers with node, and controller in a process each, so that each can be measured',
    )
    .addOption(outputOption(LIST_FORMS))
    .addHelpText('after', HELP)
    .action(async (files: readonly string[]) => {
      const { options, output } = settingsOf<UpOptions>(command, context);
      if (isNamedByFlag(options)) refuseEmbeddedFlags(command);
      await up(files, { options, output, context });
    });
};

/** `UsageInvalid` for what is asked of an API of its own, where a cluster is named. A variable may hold for other runs. */
function refuseEmbeddedFlags(command: Command): void {
  const flag = EMBEDDED_FLAGS.find((name) => command.getOptionValueSource(name) === 'cli');
  if (flag !== undefined)
    throw new AdrasteiaError(
      'UsageInvalid',
      `cannot take --${flag} where a cluster is named: leave it out, or --kubeconfig and --context`,
    );
}

interface Run {
  readonly options: UpOptions;
  readonly output: Output;
  readonly context: CommandContext;
}

async function up(files: readonly string[], run: Run): Promise<void> {
  const paths = files.length === 0 ? [join(packageFolder(), 'examples')] : files;
  const input = await readInput(paths, { stdin: run.context.surroundings.stdin, recursive: true });
  const fatal = new AbortController();
  const started: (() => Promise<void>)[] = [];
  try {
    const stage = await setUp(run, fatal, started);
    run.output.note(`objects from ${paths.join(', ')}`);
    await applyAndFollow(input, stage, run, started);
  } catch (error) {
    // What doesn't answer any more has perhaps said why it ended.
    throw fatal.signal.aborted ? fatal.signal.reason : error;
  } finally {
    await stopAll(started);
  }
}

/** In the opposite order, each also where another fails. */
async function stopAll(started: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of started.toReversed()) await stop().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** A cluster in which everything runs that environments need. */
interface Stage {
  readonly open: OpenCluster;
  /** False while the controller has something to do. */
  readonly isDrained: () => boolean;
  /** Aborts when the user wants it to end, or a part has. */
  readonly ending: AbortSignal;
}

async function setUp(
  { options, output, context }: Run,
  fatal: AbortController,
  started: (() => Promise<void>)[],
): Promise<Stage> {
  const { clock, signal, environment } = context.surroundings;
  const note = (line: string): void => output.note(line);
  const ending = AbortSignal.any([signal, fatal.signal]);
  const startPart = starterOf({ options, output, context }, ending, (error) => fatal.abort(error));

  const api = isNamedByFlag(options) ? undefined : await startEmbeddedApi(options, { environment, startPart, note });
  if (api !== undefined) started.push(api.stop);
  const choice: ClusterChoice = api === undefined ? clusterChoice(options) : { kubeconfig: api.kubeconfig };
  const open = openCluster({ ...options, ...choice });
  started.push(() => open.cluster.close());
  const { cluster } = open;
  if (api === undefined) note(`cluster ${cluster.connection.server} (context ${cluster.connection.context})`);
  else if (options.separate === true) note(partLine('api', api.pid));
  await assertNoController(cluster, LEASE_NAME, clock.now());
  await install(open, { clock, signal });
  note('CRDs are installed');

  if (api !== undefined || !(await hasNodes(cluster))) {
    await sendOwn([standardStorageClass()], open, { clock, signal });
    const authority = api === undefined ? {} : { authority: api.authority };
    const controllers = await startPart('controllers', { cluster: choice, ...authority });
    started.push(controllers.stop);
    if (options.separate === true) note(partLine('controllers', controllers.pid));
    if (api === undefined)
      note('this cluster has no node: a simulated one makes environments "Ready (simulated)", and nothing runs');
  }
  const controller = await startPart('controller', { cluster: choice });
  started.push(controller.stop);
  note(options.separate === true ? partLine('controller', controller.pid) : 'the controller runs in this process');
  return { open, isDrained: controller.isDrained, ending };
}

function starterOf(
  { options, output, context }: Run,
  signal: AbortSignal,
  onFatal: (error: AdrasteiaError) => void,
): StartPart {
  const { clock } = context.surroundings;
  if (options.separate !== true) return startHere({ clock, log: programLog(output), onFatal });
  return startSeparately({ clock, signal, isVerbose: output.isVerbose, note: (line) => output.note(line), onFatal });
}

function partLine(name: PartName, pid: number): string {
  return `process ${pid}: ${PART_TITLES[name]}`;
}

function clusterChoice({ kubeconfig, context, as, asGroup }: SharedOptions): ClusterChoice {
  return { kubeconfig, context, as, asGroup };
}

async function applyAndFollow(
  input: readonly SourcedManifest[],
  stage: Stage,
  run: Run,
  started: (() => Promise<void>)[],
): Promise<void> {
  const { options, output, context } = run;
  const { clock, signal } = context.surroundings;
  const { notices, manifests, problems } = prepare(input, stage.open.namespace);
  for (const notice of notices) output.note(notice);
  const settings = { dryRun: false, force: false, clock, signal };
  const { sent, errors } = await sendAll(manifests, stage.open, settings, (one) => {
    output.note(sentLine(one));
  });
  const environments = sent.map(({ object }) => object).filter(isEnvironment);
  const result = await follow(environments, { ...run, ...stage, started });
  reportErrors([...problems, ...errors, ...result], output, context);
  if (options.once === true && signal.aborted) context.endWith('interrupted');
}

interface Following extends Run, Stage {
  readonly started: (() => Promise<void>)[];
}

/** Shows the environments until they rest, or the run is told to end; gives what went wrong on the way. */
async function follow(
  environments: readonly KubeObject[],
  { options, output, context, open, isDrained, ending, started }: Following,
): Promise<readonly AdrasteiaError[]> {
  const { clock } = context.surroundings;
  const wanted = new Set(environments.map((object) => referenceKey(referenceTo(object))));
  const isOnce = options.once === true;
  const progress = progressOn({ output, form: options.output, clock });
  const followed: FollowedEnvironments = new FollowedEnvironments({
    cluster: open.cluster,
    clock,
    log: programLog(output),
    types: environmentKinds.map(({ type }) => type),
    isWanted: (object) => wanted.has(referenceKey(referenceTo(object))),
    onChange: (before, after) => {
      if (!isOnce) progress.changed(before, after, followed.objects());
      else for (const line of changeLines(before, after)) output.note(line);
    },
  });
  started.push(() => followed.close());
  const aborted = new Promise<void>((resolve) => {
    if (ending.aborted) resolve();
    else ending.addEventListener('abort', () => resolve(), { once: true });
  });
  // A list is asked for again and again, also of an API that is gone.
  await Promise.race([followed.start(), aborted]);
  if (!isOnce) {
    progress.begin(followed.objects());
    await aborted;
    return ending.reason instanceof AdrasteiaError ? [ending.reason] : [];
  }
  try {
    await waitForRest({
      clock,
      signal: ending,
      timeoutMs: options.timeout,
      objects: () => followed.objects(),
      expected: wanted.size,
      isQuiet: isDrained,
    });
    return ending.reason instanceof AdrasteiaError ? [ending.reason] : [];
  } catch (error) {
    if (!(error instanceof AdrasteiaError)) throw error;
    return [error];
  } finally {
    output.print(environmentListText(followed.objects(), { form: options.output, now: clock.now(), output }));
  }
}
