/**
 * Parameters: which values an environment has, and how they come into the texts of its template.
 *
 * A value is data. It can't bring in a reference to another parameter (texts are read once, from left to right), nor to a
 * variable of the container: Kubernetes expands `$(NAME)` in commands, arguments and variables, so a dollar sign of a value
 * is written there in the form that Kubernetes reads as a plain one.
 */
import { nearestName } from '../../src/api/name';
import type { Problem } from '../../src/api/problem';
import type { ParameterValue, TemplateParameter } from '../template';

type Values = Readonly<Record<string, ParameterValue>>;

export interface ResolvedParameters {
  readonly values: Values;
  /** Those that can't change any more. */
  readonly fixed: Values;
  readonly problems: readonly Problem[];
}

export interface ParameterSources {
  readonly declared: readonly TemplateParameter[];
  /** `spec.parameters` of the environment. */
  readonly given: Values;
  /** The fixed ones, as they were when the environment was made. */
  readonly recorded: Values;
}

/**
 * The value of each parameter: the given one, else for a fixed one the recorded one, else the default. Problems name what
 * is unknown, missing, of another type, outside the options, or fixed and given otherwise.
 */
export function resolveParameters({ declared, given, recorded }: ParameterSources): ResolvedParameters {
  const names = declared.map(({ name }) => name);
  const problems = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name): Problem => ({ path: `spec.parameters.${name}`, message: unknownParameter(name, names) }));
  const values = new Map<string, ParameterValue>();
  const fixed = new Map<string, ParameterValue>();
  for (const parameter of declared) {
    const { name, mutable } = parameter;
    const before = mutable ? undefined : own(recorded, name);
    const value = own(given, name) ?? before ?? parameter.default;
    problems.push(...valueProblems(parameter, value, before));
    if (value === undefined) continue;
    values.set(name, value);
    if (!mutable) fixed.set(name, value);
  }
  return { values: Object.fromEntries(values), fixed: Object.fromEntries(fixed), problems };
}

function own(values: Values, name: string): ParameterValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function valueProblems(
  parameter: TemplateParameter,
  value: ParameterValue | undefined,
  before: ParameterValue | undefined,
): Problem[] {
  const { name, type, options } = parameter;
  const problem = (message: string): Problem[] => [{ path: `spec.parameters.${name}`, message }];
  if (value === undefined) return problem('is required: the template has no default for it');
  if (typeof value !== type) return problem(`must be a ${type}, not a ${typeof value}`);
  if (before !== undefined && value !== before)
    return problem(`is fixed since the environment was made, with ${JSON.stringify(before)}`);
  // A recorded value stays good when the template's options change: taking it away would break what runs.
  if (before === undefined && options !== undefined && !options.includes(value)) {
    return problem(
      `must be one of ${options.map((option) => JSON.stringify(option)).join(', ')}, not ${JSON.stringify(value)}`,
    );
  }
  return [];
}

function unknownParameter(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  const offer =
    names.length === 0
      ? 'the template has none'
      : `the template has ${names.map((known) => JSON.stringify(known)).join(', ')}`;
  return `is no parameter: ${nearest === undefined ? offer : `did you mean ${JSON.stringify(nearest)}?`}`;
}

/** Fills values into texts and remembers what couldn't be filled in. */
export interface Filler {
  /** A text that is taken as it is: an image, a quantity, a path. */
  plain(text: string): string;
  /** A text in which Kubernetes expands variables: a command, an argument, a variable's value. */
  expanded(text: string): string;
  /** What was wrong with the texts so far, each once. */
  problems(): readonly Problem[];
}

/** `$$` is Kubernetes' way to write a dollar sign, so `$$(params.x)` is no reference. */
const REFERENCE = /\$\$|\$\(params\.([^()]*)\)/g;
const INSIDE_VARIABLE = /(?:^|[^$])(?:\$\$)*\$\((?!params\.)[^()]*\$\(params\./;

/** A filler for the template at `path`, for messages. */
export function createFiller(values: Values, path: string): Filler {
  const found = new Map<string, Problem>();
  const report = (message: string): void => void found.set(message, { path, message });
  const fill = (text: string, write: (value: string) => string): string => {
    if (INSIDE_VARIABLE.test(text))
      report(
        `puts a parameter into the name of a variable, in ${JSON.stringify(text)}: the user would choose the variable`,
      );
    return text.replace(REFERENCE, (match: string, name: string | undefined) => {
      if (name === undefined) return match;
      const value = own(values, name);
      if (value !== undefined) return write(String(value));
      report(`refers to ${match}: ${JSON.stringify(name)} ${unknownParameter(name, Object.keys(values))}`);
      return match;
    });
  };
  return {
    plain: (text) => fill(text, (value) => value),
    expanded: (text) => fill(text, (value) => value.replaceAll('$', () => '$$')),
    problems: () => [...found.values()],
  };
}
