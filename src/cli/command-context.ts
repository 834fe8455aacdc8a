/**
 * What a command is given, and the options that all commands share.
 */
import type { Command } from 'commander';
import { listOption } from './environment-variables';
import type { ExitName } from './exit-codes';
import { Output } from './output';
import type { Surroundings } from './surroundings';

/** Options of `adra` itself, taken before and after the name of a command. */
export interface SharedOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly color?: boolean;
  readonly verbose?: boolean;
}

/** Declares the shared options on the root of the program. */
export function declareSharedOptions(program: Command): Command {
  return program
    .option(
      '--kubeconfig <file>',
      'kubeconfig that names the cluster (default: KUBECONFIG, else a running adra up, else ~/.kube/config)',
    )
    .option('--context <name>', 'context of the kubeconfig (default: its current one)')
    .option('-n, --namespace <name>', 'namespace to work in (default: that of the context)')
    .option('--as <user>', 'act as this user')
    .addOption(listOption('--as-group <group>', 'act as a member of this group; needs --as'))
    .option('--no-color', 'print without colours')
    .option('-v, --verbose', 'print causes of errors, and the log of what runs inside');
}

/** One run of one command. */
export interface CommandContext {
  readonly surroundings: Surroundings;
  /** Called at most once, where the command ends otherwise than well and has said why. */
  readonly endWith: (exit: ExitName) => void;
  /** The program with every command declared, for what is made from all of them. */
  readonly wholeProgram: () => Command;
}

/** A command module: declares one command on the program. */
export interface CommandModule {
  /** Fills in arguments, options, help and action. */
  readonly declare: (command: Command, context: CommandContext) => void;
}

/** The options in effect, shared ones included, and where to print. */
export function settingsOf<Options extends object>(
  command: Command,
  { surroundings }: CommandContext,
): { readonly options: Options & SharedOptions; readonly output: Output } {
  // The program declares these options and no others.
  const options = command.optsWithGlobals() as unknown as Options & SharedOptions;
  return { options, output: new Output(surroundings, options) };
}
