/** The page of the command line, written from the program itself. */
import { variableOf } from '../src/cli/environment-variables';
import type { wholeProgram } from '../src/cli/program';

type Command = ReturnType<typeof wholeProgram>;
type Option = Command['options'][number];
type Argument = Command['registeredArguments'][number];

/** What the page says of an exit code. */
export interface DocumentedExit {
  readonly code: number;
  readonly meaning: string;
}

/** `docs/cli.md`: exit codes, shared flags, then one section for each command, in the order of its help. */
export function cliPage(program: Command, exits: readonly DocumentedExit[]): string {
  return [
    '# Command line',
    '',
    '<!-- Written from src/cli by `npm run docs`, not by hand. -->',
    '',
    'Data goes to stdout, everything else to stderr. `kubectl adra` is the same program. Colours only on a terminal, and not with',
    '`NO_COLOR`, `TERM=dumb` or `--no-color`. Every flag can be given by the variable beside it; a flag goes before its variable, lists',
    'are separated by commas, switches take `true` and `false`. No flag takes a secret: a kubeconfig names credentials.',
    '',
    'An error is one line that begins with `error:`, and one with its code, which `errors.md` explains. `--verbose` adds the causes.',
    '',
    '## Exit codes',
    '',
    ...table(
      ['code', 'meaning'],
      exits.map(({ code, meaning }) => [String(code), meaning]),
    ),
    '',
    '## Shared flags',
    '',
    'They are taken before and after the command.',
    '',
    ...flagTable(program),
    '',
    '## Which cluster',
    '',
    'The first of these that is there:',
    '',
    '1. the flags `--kubeconfig` and `--context`, or the variables beside them;',
    '2. the variable `KUBECONFIG`;',
    '3. the Kubernetes API of an `adra up` that runs on this machine, of the same user;',
    '4. `~/.kube/config`, and in a pod its service account.',
    '',
    'Where `adra up` goes before `~/.kube/config`, a line on stderr says so; where it runs more than once, one has to be chosen. So what is',
    'meant for trying out never ends up in the cluster that a kubeconfig happens to point at. `adra controller` asks only for 1, 2 and 4.',
    '',
    '`adra up` itself takes a cluster by the flags of 1 alone, and otherwise brings along an API of its own: neither `KUBECONFIG` nor',
    '`~/.kube/config` makes it install anything anywhere. It keeps objects, keys and a kubeconfig in `embedded/` of the state home, which is',
    '`ADRA_HOME`, else `adrasteia` in `XDG_STATE_HOME`, else `~/.local/state/adrasteia`; whoever can read that folder is administrator there.',
    'It listens on 127.0.0.1 only. What was acknowledged is kept also when it is killed; what is under way then is done next time.',
    '',
    ...program.commands.flatMap((command) => commandSection(command)),
    '## Lists for programs',
    '',
    '`get` and `up` with `-o json` print an `EnvironmentList` of `cli.adrasteia.dev/v1`. Its `items` have `kind`, `apiVersion`, `namespace`,',
    '`name`, `ready` (boolean), `status`, `reason`, `message`, `url` (empty where there is none) and `stages` (`name` and `at`, RFC 3339).',
    '`status` is one of Ready, Ready (simulated), Unreachable, Pending, Starting, Stopping, Stopped, Failed and Deleting. With `-w` each line',
    'is one JSON object with `type` (`present`, `changed` or `gone`) and `environment`. `plan -o json` prints a `PlanList` of the same version.',
    '`tenant list` and `workspace list` print a `TenantList` and a `WorkspaceList`, and `show` a `TenantDescription` and a',
    '`WorkspaceDescription`; their `status` is one of Ready, Asleep, Pending, Failed and Deleting.',
    'Members may be added under this version; none is renamed or taken out.',
    '',
  ].join('\n');
}

/** A command, then those below it one level deeper. */
function commandSection(command: Command, above: readonly string[] = ['adra']): readonly string[] {
  const words = [...above, command.name()];
  const parts = [
    ...words,
    ...(command.commands.length === 0 ? [] : ['<command>']),
    ...(command.options.length === 0 ? [] : ['[flags]']),
    ...command.registeredArguments.map(argumentText),
  ];
  return [
    `${'#'.repeat(words.length)} ${words.join(' ')}`,
    '',
    command.description(),
    '',
    `    ${parts.join(' ')}`,
    '',
    ...(command.registeredArguments.length === 0
      ? []
      : [
          ...table(
            ['argument', 'meaning'],
            command.registeredArguments.map((argument) => [argumentText(argument), argument.description]),
          ),
          '',
        ]),
    ...(command.options.length === 0 ? [] : [...flagTable(command), '']),
    ...command.commands.flatMap((inner) => commandSection(inner, words)),
  ];
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function flagTable(command: Command): readonly string[] {
  const rows = command.options.map((option) => [
    `\`${option.flags}\``,
    option.attributeName() === 'version' ? '' : `\`${variableOf(option)}\``,
    `${option.description}${choicesText(option)}`,
  ]);
  return table(['flag', 'variable', 'meaning'], rows);
}

function choicesText({ argChoices, defaultValue, defaultValueDescription, negate }: Option): string {
  const facts = [
    ...(argChoices === undefined ? [] : [`one of ${argChoices.join(', ')}`]),
    ...(defaultValue === undefined || defaultValue === false || negate
      ? []
      : [`default ${defaultValueDescription ?? String(defaultValue)}`]),
  ];
  return facts.length === 0 ? '' : ` (${facts.join('; ')})`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}
