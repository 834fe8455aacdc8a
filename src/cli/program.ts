/**
 * The command line as a whole: which command is meant, which options hold, and how a run ends.
 */
import { Command, CommanderError } from 'commander';
import { packageVersion } from '../adapters/files/package-version';
import { AdrasteiaError } from '../errors';
import { type CommandContext, declareSharedOptions, type SharedOptions } from './command-context';
import { COMMANDS } from './commands';
import { findStandIn } from './embedded/stand-in';
import { takeVariables } from './environment-variables';
import { errorLines } from './error-lines';
import { EXIT_CODES, type ExitName, exitOfAll } from './exit-codes';
import type { Surroundings } from './surroundings';

const EXAMPLES = `
Examples:
  adra apply -f examples/jupyterlab
  adra get -w
  adra describe environment/thesis
  adra stop environment/thesis

Every flag can be given by a variable: ADRA_NAMESPACE for --namespace. As a plugin, \`adra\` is \`kubectl adra\`.`;

/** Runs one command line (without the names of program and script) and gives its exit code. Never throws. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exit: ExitName = 'ok';
  const context: CommandContext = {
    surroundings,
    endWith: (name) => {
      exit = name;
    },
    wholeProgram: () => wholeProgram(surroundings),
  };
  try {
    await buildProgram(args, context).parseAsync([...args], { from: 'user' });
  } catch (error) {
    exit = reportFailure(error, args, surroundings);
  }
  return EXIT_CODES[exit].code;
}

/** The program, with those commands loaded that are named among the arguments, and only listed otherwise. */
function buildProgram(args: readonly string[], context: CommandContext): Command {
  const { surroundings } = context;
  const program = declareSharedOptions(new Command('adra'))
    .description('Development environments on Kubernetes.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true });
  settle(program, context);
  program.hook('preAction', (root, command) => {
    takeVariables(root, surroundings.environment);
    takeVariables(command, surroundings.environment);
    const entry = COMMANDS.find(({ name }) => name === below(root, command).name());
    if (entry?.findsEmbedded === true) takeEmbedded(root, surroundings);
  });
  for (const { name, summary, load } of COMMANDS) {
    const command = program.createCommand(name).summary(summary).copyInheritedSettings(program);
    settle(command, context);
    if (args.includes(name)) load().declare(command, context);
    program.addCommand(command);
  }
  return program;
}

/** The command right below the root that a command is, or belongs to. */
function below(root: Command, command: Command): Command {
  return command.parent === null || command.parent === root ? command : below(root, command.parent);
}

/** Fills in the embedded API of a running `adra up`, where no cluster is named. */
function takeEmbedded(root: Command, { environment, stderr }: Surroundings): void {
  const standIn = findStandIn(root.opts<SharedOptions>(), environment);
  if (standIn === undefined) return;
  root.setOptionValueWithSource('kubeconfig', standIn.kubeconfig, 'implied');
  if (standIn.notice !== undefined) stderr.write(`${standIn.notice}\n`);
}

/** The program with every command declared, as completion and the reference page need it. It isn't for running. */
export function wholeProgram(surroundings: Surroundings): Command {
  const context: CommandContext = {
    surroundings,
    endWith: () => undefined,
    wholeProgram: () => wholeProgram(surroundings),
  };
  return buildProgram(
    COMMANDS.map(({ name }) => name),
    context,
  );
}

function settle(command: Command, { surroundings: { stdout, stderr, environment } }: CommandContext): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    // Said below, with its code, as every other error.
    outputError: () => undefined,
    getOutHelpWidth: () => Math.min(stdout.columns ?? 100, 120),
    getErrHelpWidth: () => Math.min(stderr.columns ?? 100, 120),
    getOutHasColors: () => stdout.isTTY === true && (environment['NO_COLOR'] ?? '') === '',
    getErrHasColors: () => stderr.isTTY === true && (environment['NO_COLOR'] ?? '') === '',
  });
}

function reportFailure(error: unknown, args: readonly string[], { stderr, signal }: Surroundings): ExitName {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 'ok';
    // `adra` alone: the help is on stderr already.
    if (error.code === 'commander.help') return 'usage';
  }
  if (signal.aborted) return 'interrupted';
  const verbose = args.some((arg) => arg === '--verbose' || arg === '-v');
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const said = errors.map((one) => (one instanceof CommanderError ? usageError(one, args) : one));
  for (const line of said.flatMap((one) => errorLines(one, { verbose }))) stderr.write(`${line}\n`);
  return exitOfAll(said);
}

function usageError({ message }: CommanderError, args: readonly string[]): AdrasteiaError {
  const command = COMMANDS.find(({ name }) => args.includes(name))?.name;
  const help = `see adra ${command === undefined ? '' : `${command} `}--help`;
  const text = message
    .replace(/^error: /, '')
    .replace(/\n?\((Did you mean .*)\)$/s, (_, hint: string) => `; ${hint.replace('Did', 'did')}`);
  return new AdrasteiaError('UsageInvalid', `${text.replace(/\.$/, '')}; ${help}`);
}
