/**
 * `adra up`: everything in one process, for trying things.
 *
 * In order: CRDs and namespace; a simulated node where the cluster has none; the controller, without a lease; the objects, as
 * `adra apply` would send them; then what becomes of them. What it started ends with it, in the opposite order; objects stay.
 */
import { join } from 'node:path';
import type { SourcedManifest } from '../adapters/files/manifest-documents';
import { packageFolder } from '../adapters/files/package-version';
import { type KubeObject, referenceKey, referenceTo } from '../api/object';
import { Controller, LEASE_NAME } from '../controller/controller';
import { AdrasteiaError } from '../errors';
import { SimulatedNode, standardStorageClass } from '../programs/simulated-node';
import { sentLine } from './apply';
import { environmentKinds, isEnvironment } from './cluster/environment-kinds';
import { assertNoController, hasNodes, install, SYSTEM_NAMESPACE, sendOwn } from './cluster/install';
import { namesCluster, type OpenCluster, openCluster } from './cluster/open-cluster';
import { timeoutOption } from './cluster/timeout-option';
import { type CommandContext, type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { changeLines } from './environments/change-lines';
import { FollowedEnvironments } from './environments/follow';
import { progressOn } from './environments/show-progress';
import { waitForRest } from './environments/wait-for-rest';
import { reportErrors } from './failures';
import { prepare } from './manifests/prepare';
import { readInput } from './manifests/read-input';
import { sendAll } from './manifests/send';
import type { Output } from './output';
import { environmentListText, LIST_FORMS, type ListForm } from './print/environment-list';
import { outputOption } from './print/formats';
import { programLog } from './program-log';

interface UpOptions extends SharedOptions {
  readonly once?: boolean;
  readonly timeout: number;
  readonly output: ListForm;
}

const HELP = `
Needs a cluster and the rights to install CRDs in it. On a cluster without nodes a simulated node makes environments ready: nothing
runs then, and they are shown as "Ready (simulated)". Objects stay in the cluster when it ends; adra delete removes them.

Examples:
  adra up --context kind-try
  adra up --once -o json examples/jupyterlab`;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description(
      'Try it out on a cluster: install the CRDs, run the controller, apply files, and show what becomes of them until Ctrl-C.',
    )
    .argument('[files...]', 'files or folders (default: the examples of the package)')
    .option('--once', 'end when every environment has come to rest, and print the result')
    .addOption(timeoutOption('120s'))
    .addOption(outputOption(LIST_FORMS))
    .addHelpText('after', HELP)
    .action(async (files: readonly string[]) => {
      const { options, output } = settingsOf<UpOptions>(command, context);
      await up(files, { options, output, context });
    });
};

interface Run {
  readonly options: UpOptions;
  readonly output: Output;
  readonly context: CommandContext;
}

async function up(files: readonly string[], run: Run): Promise<void> {
  const { options, context } = run;
  if (!namesCluster(options)) throw noCluster();
  const paths = files.length === 0 ? [join(packageFolder(), 'examples')] : files;
  const input = await readInput(paths, { stdin: context.surroundings.stdin, recursive: true });
  const open = openCluster(options);
  const started: (() => Promise<void>)[] = [() => open.cluster.close()];
  try {
    await upIn(open, input, run, started);
  } finally {
    for (const stop of started.reverse()) await stop();
  }
}

function noCluster(): AdrasteiaError {
  return new AdrasteiaError(
    'KubeconfigInvalid',
    'no cluster is named, and an embedded API to stand in for one is not there yet: name a cluster by --kubeconfig, --context or KUBECONFIG; in a checkout, npm start brings up a control plane by itself',
  );
}

async function upIn(
  open: OpenCluster,
  input: readonly SourcedManifest[],
  run: Run,
  started: (() => Promise<void>)[],
): Promise<void> {
  const { options, output, context } = run;
  const { cluster } = open;
  const { clock, signal } = context.surroundings;
  const log = programLog(output);
  output.note(`cluster ${cluster.connection.server} (context ${cluster.connection.context})`);
  await assertNoController(cluster, LEASE_NAME, clock.now());
  await install(open, { clock, signal });
  output.note('CRDs are installed');

  if (!(await hasNodes(cluster))) {
    await sendOwn([standardStorageClass()], open, { clock, signal });
    const node = new SimulatedNode({ cluster, clock, log });
    await node.start();
    started.push(() => node.stop());
    output.note('this cluster has no node: a simulated one makes environments "Ready (simulated)", and nothing runs');
  }

  const fatal = new AbortController();
  const ending = AbortSignal.any([signal, fatal.signal]);
  const controller = new Controller({
    cluster,
    clock,
    log,
    systemNamespace: SYSTEM_NAMESPACE,
    leaderElection: false,
    onFatal: (error) => {
      fatal.abort(error);
    },
  });
  started.push(() => controller.stop());
  await controller.start();
  output.note('the controller runs in this process');

  const { notices, manifests, problems } = prepare(input, open.namespace);
  for (const notice of notices) output.note(notice);
  const { sent, errors } = await sendAll(manifests, open, { dryRun: false, force: false, clock, signal }, (one) => {
    output.note(sentLine(one));
  });
  const environments = sent.map(({ object }) => object).filter(isEnvironment);
  const result = await follow(environments, { ...run, open, controller, ending, started });
  reportErrors([...problems, ...errors, ...result], output, context);
  if (options.once === true && signal.aborted) context.endWith('interrupted');
}

interface Following extends Run {
  readonly open: OpenCluster;
  readonly controller: Controller;
  readonly ending: AbortSignal;
  readonly started: (() => Promise<void>)[];
}

/** Shows the environments until they rest, or the run is told to end; gives what went wrong on the way. */
async function follow(
  environments: readonly KubeObject[],
  { options, output, context, open, controller, ending, started }: Following,
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
  await followed.start();
  if (!isOnce) {
    progress.begin(followed.objects());
    await new Promise<void>((resolve) => {
      if (ending.aborted) resolve();
      else ending.addEventListener('abort', () => resolve(), { once: true });
    });
    return ending.reason instanceof AdrasteiaError ? [ending.reason] : [];
  }
  try {
    await waitForRest({
      clock,
      signal: ending,
      timeoutMs: options.timeout,
      objects: () => followed.objects(),
      expected: wanted.size,
      isQuiet: () => controller.runtime.isDrained,
    });
    return ending.reason instanceof AdrasteiaError ? [ending.reason] : [];
  } catch (error) {
    if (!(error instanceof AdrasteiaError)) throw error;
    return [error];
  } finally {
    output.print(environmentListText(followed.objects(), { form: options.output, now: clock.now(), output }));
  }
}
