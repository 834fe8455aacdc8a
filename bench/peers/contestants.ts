/** Who is measured: how each is prepared and started. */
import { join } from 'node:path';
import { CONTROLLER_NODE_OPTIONS } from '../../constructs/platform/controller-deployment';
import { type Command, prepareClientNode, prepareControllerRuntime, prepareKopf } from './prepare';

/** One of those that are measured. */
export interface Contestant {
  /** As options and results call it; part of object names. */
  readonly name: string;
  /** As the table calls it. */
  readonly title: string;
  /** True: it watches nothing and is told by a line on its standard input. */
  readonly isTold?: boolean;
  /** How it is started for a namespace. `note` is told what takes long. */
  readonly prepare: (note: (line: string) => void) => Promise<(namespace: string) => Command>;
  readonly environment?: Readonly<Record<string, string>>;
}

const ADRASTEIA_ARGUMENTS = [
  ['controller', '--no-leader-elect', '--log-level', 'error'],
  ['--bind-address', '127.0.0.1', '--health-port', '0', '--metrics-port', '0'],
].flat();

export const CONTESTANTS: readonly Contestant[] = [
  {
    name: 'raw',
    title: 'raw limit',
    isTold: true,
    prepare: () => Promise.resolve(() => ({ program: process.execPath, args: [join(__dirname, 'raw-process.js')] })),
  },
  {
    name: 'adrasteia',
    title: 'Adrasteia',
    environment: { NODE_OPTIONS: CONTROLLER_NODE_OPTIONS },
    prepare: () =>
      Promise.resolve((namespace) => ({
        program: process.execPath,
        args: [
          join(__dirname, '..', '..', 'src', 'cli', 'main.js'),
          ...ADRASTEIA_ARGUMENTS,
          ...['--namespace', namespace, '--system-namespace', namespace],
        ],
      })),
  },
  controllerRuntime('controller-runtime', 'controller-runtime, 1 worker (default)', []),
  controllerRuntime('controller-runtime-10', 'controller-runtime, 10 workers', ['--workers=10']),
  controllerRuntime('controller-runtime-10-cached', 'controller-runtime, 10 workers, CreateOrUpdate', [
    '--workers=10',
    '--create-or-update',
  ]),
  {
    name: 'kopf',
    title: 'kopf, 10 threads',
    prepare: async (note) => {
      const { program, args } = await prepareKopf(note);
      return (namespace) => ({ program, args: [...args, '--namespace', namespace] });
    },
  },
  {
    name: 'client-node',
    title: '@kubernetes/client-node, 10 workers',
    prepare: async (note) => {
      const command = await prepareClientNode(note);
      return () => command;
    },
  },
];

function controllerRuntime(name: string, title: string, options: readonly string[]): Contestant {
  return {
    name,
    title,
    prepare: async (note) => {
      const { program, args } = await prepareControllerRuntime(note);
      return () => ({ program, args: [...args, ...options] });
    },
  };
}
