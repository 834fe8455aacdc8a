/** `adra controller`: the controller as a process of its own. */
import { InvalidArgumentError, Option } from 'commander';
import { PrometheusMetrics } from '../adapters/prometheus/runtime-metrics';
import { parseDuration } from '../api/duration';
import { type Label, parseLabel } from '../api/label';
import { Controller } from '../controller/controller';
import { AdrasteiaError } from '../errors';
import { createLogger, LOG_LEVELS, type LogLevel } from '../log';
import { QUOTA_WEBHOOK_PORT } from '../tenancy/quota-webhook';
import { systemNamespaceOf } from './cluster/install';
import { openCluster } from './cluster/open-cluster';
import { type CommandContext, type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { portArgument } from './port-argument';

interface ControllerCommandOptions extends SharedOptions {
  readonly systemNamespace?: string;
  readonly bindAddress: string;
  readonly healthPort: number;
  readonly metricsPort: number;
  readonly leaderElect: boolean;
  readonly tenancy?: boolean;
  readonly targetLabel?: Label;
  readonly resync: number;
  readonly quotaWebhook?: boolean;
  readonly quotaWebhookPort: number;
  readonly environments: boolean;
  readonly leaseName?: string;
  readonly workers: number;
  readonly logLevel: LogLevel;
}

const HOUR_MS = 3_600_000;
const SHORTEST_RESYNC_MS = 10_000;
/** Timers of Node wait for 24 days at most. */
const LONGEST_RESYNC_MS = 7 * 24 * HOUR_MS;

const HELP = `
Logs are JSON lines on stderr. Ends with 0 at SIGTERM or SIGINT, after the work under way is done and the lease is given back, and
with 1 when the lease is lost. With --namespace it looks after that namespace only, and needs rights in no other.

Two controllers side by side: each with --target-label and a lease of its own, and --no-environments for all but one of them.`;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description('Run the controller until SIGTERM or SIGINT.')
    .option(
      '--system-namespace <name>',
      'where its lease is kept (default: POD_NAMESPACE, else the namespace of its pod, else adrasteia-system)',
    )
    .addOption(new Option('--bind-address <address>', 'address of probes and metrics').default('0.0.0.0'))
    .addOption(
      new Option('--health-port <port>', 'port of /healthz and /readyz; 0: any that is free')
        .argParser(portArgument)
        .default(8081),
    )
    .addOption(
      new Option('--metrics-port <port>', 'port of /metrics; 0: any that is free')
        .argParser(portArgument)
        .default(8080),
    )
    .option('--leader-elect', 'work only while holding the lease, so that replicas can stand by', true)
    .option('--no-leader-elect', 'work at once, as the only replica')
    .option('--tenancy', 'look after tenants and workspaces too, which takes further rights')
    .addOption(
      new Option(
        '--target-label <key=value>',
        'of tenants and workspaces only those with this label; the others are another controller’s',
      ).argParser(label),
    )
    .addOption(
      new Option(
        '--resync <duration>',
        'so long after they were looked at last, and at most twice as long, tenants and workspaces are looked at again',
      )
        .argParser(resync)
        .default(HOUR_MS, '1h'),
    )
    .option(
      '--quota-webhook',
      'with --tenancy, answer admission: environments that a quota has no room for are refused instead of waiting',
    )
    .addOption(
      new Option('--quota-webhook-port <port>', 'port on which admission is answered; 0: any that is free')
        .argParser(portArgument)
        .default(QUOTA_WEBHOOK_PORT),
    )
    .option('--environments', 'look after environments', true)
    .option('--no-environments', 'leave environments to another controller')
    .option(
      '--lease-name <name>',
      'its lease, one for each set of replicas (default: adrasteia-controller, with --target-label followed by a digest of the label)',
    )
    .addOption(new Option('--workers <count>', 'environments looked at in parallel').argParser(count).default(16))
    .addOption(
      new Option('--log-level <level>', 'least urgent level that is logged').choices(LOG_LEVELS).default('info'),
    )
    .addHelpText('after', HELP)
    .action(async () => {
      await runController(settingsOf<ControllerCommandOptions>(command, context).options, context);
    });
};

async function runController(options: ControllerCommandOptions, { surroundings }: CommandContext): Promise<void> {
  assertHasWork(options);
  const { clock, signal, stderr, environment } = surroundings;
  const log = createLogger(options.logLevel, stderr);
  const metrics = new PrometheusMetrics();
  const { cluster } = openCluster(options, {
    onRequest: ({ verb, status }) => {
      metrics.requested(verb, status === 0 ? '<error>' : String(status));
    },
  });
  let lose: (error: AdrasteiaError) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    lose = reject;
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const controller = new Controller({
    cluster,
    clock,
    log,
    metrics,
    systemNamespace: options.systemNamespace ?? systemNamespaceOf(environment, cluster.connection),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    tenancy: options.tenancy === true,
    resyncMs: options.resync,
    environments: options.environments,
    ...(options.quotaWebhook === true
      ? { quotaWebhook: { host: options.bindAddress, port: options.quotaWebhookPort } }
      : {}),
    ...(options.targetLabel === undefined ? {} : { targetLabel: options.targetLabel }),
    ...(options.leaseName === undefined ? {} : { leaseName: options.leaseName }),
    leaderElection: options.leaderElect,
    workers: options.workers,
    probes: { host: options.bindAddress, healthPort: options.healthPort, metricsPort: options.metricsPort },
    onFatal: (error) => lose(error),
  });
  try {
    await controller.start();
    log.info('controller started', { server: cluster.connection.server, namespace: options.namespace });
    await ended;
    log.info('controller is told to end');
  } finally {
    await controller.stop();
    await cluster.close();
  }
}

/** `UsageInvalid` where the flags leave nothing to look after, or choose among what isn't looked after. */
function assertHasWork({ tenancy, targetLabel, environments, quotaWebhook }: ControllerCommandOptions): void {
  if (quotaWebhook === true && (tenancy !== true || !environments))
    throw new AdrasteiaError(
      'UsageInvalid',
      '--quota-webhook answers for environments of tenants: add --tenancy, and leave --no-environments out',
    );
  if (tenancy === true) return;
  if (targetLabel !== undefined)
    throw new AdrasteiaError(
      'UsageInvalid',
      '--target-label chooses among tenants and workspaces, which are not looked after: add --tenancy',
    );
  if (!environments)
    throw new AdrasteiaError('UsageInvalid', '--no-environments leaves nothing to look after: add --tenancy');
}

function label(text: string): Label {
  try {
    return parseLabel(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function resync(text: string): number {
  const value = durationMs(text);
  if (value < SHORTEST_RESYNC_MS || value > LONGEST_RESYNC_MS)
    throw new InvalidArgumentError('Write a duration from 10s to 7d, such as 1h.');
  return value;
}

function durationMs(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function count(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1000)
    throw new InvalidArgumentError('Write a whole number from 1 to 1000.');
  return value;
}
