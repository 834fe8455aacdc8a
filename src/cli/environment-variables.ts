/**
 * Environment variables in the place of flags: `--health-port` is `ADRA_HEALTH_PORT`. A flag goes before its variable, and
 * the variable before the default.
 */
import { type Command, Option } from 'commander';
import { AdrasteiaError } from '../errors';

/** An option that may be given more than once; unlike a variadic one it takes no arguments that follow. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, `${description} (may be repeated)`).argParser(collect);
}

function collect(item: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), item];
}

/** The variable of a flag; the negated form of a flag (`--no-color`) shares the variable of the flag itself. */
export function variableOf(option: Option): string {
  return `ADRA_${(option.long ?? '')
    .replace(/^--(no-)?/, '')
    .replaceAll('-', '_')
    .toUpperCase()}`;
}

/**
 * Fills in, from the environment, the options that the command line doesn't give. Lists are separated by commas; switches
 * take `true` and `false`; an empty variable counts as absent. `UsageInvalid` where a value can't be read.
 */
export function takeVariables(command: Command, environment: Readonly<Record<string, string | undefined>>): void {
  for (const option of command.options) {
    const variable = variableOf(option);
    const text = environment[variable] ?? '';
    const name = option.attributeName();
    const source = command.getOptionValueSource(name);
    if (text === '' || source === 'cli' || source === 'env' || name === 'version') continue;
    command.setOptionValueWithSource(name, valueOf(option, variable, text), 'env');
  }
}

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function valueOf(option: Option, variable: string, text: string): unknown {
  if (option.isBoolean() || option.negate) {
    const value = SWITCH_WORDS.get(text.toLowerCase());
    if (value === undefined) throw unreadable(variable, `${JSON.stringify(text)} is neither true nor false`);
    return value;
  }
  if (option.parseArg === collect) return text.split(',');
  if (option.parseArg === undefined) return text;
  try {
    const parse: (text: string, previous: undefined) => unknown = option.parseArg;
    return parse(text, undefined);
  } catch (cause) {
    throw unreadable(variable, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unreadable(variable: string, why: string, cause?: unknown): AdrasteiaError {
  return new AdrasteiaError('UsageInvalid', `cannot read ${variable}: ${why}`, { cause });
}
