/** `adra controller`: the controller as a process of its own. */
import { InvalidArgumentError, Option } from 'commander';
import { PrometheusMetrics } from '../adapters/prometheus/runtime-metrics';
import { Controller } from '../controller/controller';
import type { AdrasteiaError } from '../errors';
import { createLogger, LOG_LEVELS, type LogLevel } from '../log';
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
  readonly workers: number;
  readonly logLevel: LogLevel;
}

const HELP = `
Logs are JSON lines on stderr. Ends with 0 at SIGTERM or SIGINT, after the work under way is done and the lease is given back, and
with 1 when the lease is lost. With --namespace it looks after that namespace only, and needs rights in no other.`;

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

function count(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1000)
    throw new InvalidArgumentError('Write a whole number from 1 to 1000.');
  return value;
}
