/**
 * Completion scripts of a command line, from its commands, flags and the values that flags may have. Nothing is asked of a
 * cluster while somebody types.
 */
import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script for a shell; it serves `adra` and `kubectl-adra` alike. */
export function completionScript(program: Command, shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bashScript(program);
    case 'zsh':
      return zshScript(program);
    case 'fish':
      return fishScript(program);
  }
}

function ownFlags(command: Command): readonly Option[] {
  const help = command.createHelp();
  return help.visibleOptions(command).filter(({ long }) => long !== undefined);
}

/** Flags of a command and of those below it, each once: which of these it is isn't asked. */
function flagsOf(command: Command): readonly Option[] {
  const flags = [...command.commands.flatMap(ownFlags), ...ownFlags(command)];
  return [...new Map(flags.map((option) => [option.long, option])).values()];
}

/** What may stand right after a command: the commands below it, or the values of its first argument; undefined where that is open. */
function wordsAfter(command: Command): readonly string[] | undefined {
  if (command.commands.length > 0) return command.commands.map((inner) => inner.name());
  return command.registeredArguments[0]?.argChoices;
}

function wordsOf(options: readonly Option[]): string {
  return options.flatMap(({ short, long }) => [short, long].filter((flag) => flag !== undefined)).join(' ');
}

/** True where a flag is followed by a path: shells complete these themselves. */
function takesPath(option: Option): boolean {
  return /<(file|path|folder)>/.test(option.flags);
}

function bashScript(program: Command): string {
  const shared = ownFlags(program);
  const values = (option: Option): string =>
    takesPath(option)
      ? 'COMPREPLY=($(compgen -f -- "$word"))'
      : `COMPREPLY=($(compgen -W "${(option.argChoices ?? []).join(' ')}" -- "$word"))`;
  const valueCases = (options: readonly Option[]): readonly string[] =>
    options
      .filter((option) => option.required || option.optional)
      .map(
        (option) =>
          `    ${[option.short, option.long].filter((flag) => flag !== undefined).join('|')}) ${values(option)}; return ;;`,
      );
  const commandCases = program.commands.map((command) => {
    const flags = flagsOf(command);
    const cases = valueCases(flags);
    const argument = wordsAfter(command);
    return [
      `  ${command.name()})`,
      ...(cases.length === 0 ? [] : ['    case "$previous" in', ...cases.map((line) => `  ${line}`), '    esac']),
      `    [[ $word == -* ]] && COMPREPLY=($(compgen -W "${wordsOf([...flags, ...shared])}" -- "$word")) && return`,
      argument === undefined
        ? '    COMPREPLY=($(compgen -f -- "$word"))'
        : `    COMPREPLY=($(compgen -W "${argument.join(' ')}" -- "$word"))`,
      '    ;;',
    ].join('\n');
  });
  return `# bash completion of adra
_adra() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
    ${program.commands.map((command) => command.name()).join('|')}) command=\${COMP_WORDS[index]}; break ;;
    esac
  done
  case "$previous" in
${valueCases(shared).join('\n')}
  esac
  case "$command" in
${commandCases.join('\n')}
  *) COMPREPLY=($(compgen -W "${program.commands.map((command) => command.name()).join(' ')} ${wordsOf(shared)}" -- "$word")) ;;
  esac
}
complete -o filenames -F _adra adra kubectl-adra
`;
}

function zshScript(program: Command): string {
  const specification = (option: Option): readonly string[] =>
    [option.short, option.long]
      .filter((flag) => flag !== undefined)
      .map((flag) => {
        const argument =
          option.required || option.optional
            ? `:value:${takesPath(option) ? '_files' : `(${(option.argChoices ?? []).join(' ')})`}`
            : '';
        return `    ${quoted(`*${flag}[${zshText(option.description)}]${argument}`)} \\`;
      });
  const shared = ownFlags(program).flatMap(specification).join('\n');
  const functions = program.commands.map((command) => {
    const choices = wordsAfter(command);
    return [
      `_adra_${command.name()}() {`,
      '  _arguments \\',
      ...flagsOf(command).flatMap(specification),
      shared,
      `    ${quoted(`*:argument:${choices === undefined ? '_files' : `(${choices.join(' ')})`}`)}`,
      '}',
    ].join('\n');
  });
  const commands = program.commands.map(
    (command) => `    ${quoted(`${command.name()}:${zshText(command.summary())}`)}`,
  );
  return `#compdef adra kubectl-adra
${functions.join('\n')}
_adra() {
  local -a commands=(
${commands.join('\n')}
  )
  local word
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    if (( $+functions[_adra_$word] )); then
      _adra_$word
      return
    fi
  done
  _describe command commands
}
compdef _adra adra kubectl-adra
`;
}

function fishScript(program: Command): string {
  const line = (option: Option, condition: string): string => {
    const value =
      option.required || option.optional
        ? takesPath(option)
          ? ' -r -F'
          : ` -x -a ${quoted((option.argChoices ?? []).join(' '))}`
        : '';
    const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
    return `complete -c adra${condition}${short} -l ${(option.long ?? '').slice(2)}${value} -d ${quoted(option.description)}`;
  };
  return [
    '# fish completion of adra',
    'complete -c kubectl-adra -w adra',
    ...program.commands.map(
      (command) => `complete -c adra -n __fish_use_subcommand -a ${command.name()} -d ${quoted(command.summary())}`,
    ),
    ...ownFlags(program).map((option) => line(option, '')),
    ...program.commands.flatMap((command) => {
      const condition = ` -n ${quoted(`__fish_seen_subcommand_from ${command.name()}`)}`;
      const choices = wordsAfter(command);
      return [
        ...flagsOf(command).map((option) => line(option, condition)),
        ...(choices === undefined ? [] : [`complete -c adra${condition} -f -a ${quoted(choices.join(' '))}`]),
      ];
    }),
    '',
  ].join('\n');
}

/** In single quotes, as all three shells take them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Without what ends a part of zsh's own notation. */
function zshText(text: string): string {
  return text.replace(/[[\]:\\]/g, (character) => `\\${character}`);
}
