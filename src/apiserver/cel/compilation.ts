/** From the text of an expression to what can be checked, estimated and run. */
import { parse } from './syntax/parser';
import { issuesText } from './syntax/source';
import { type Checked, check } from './typing/checker';
import type { Environment } from './typing/environment';
import { literalIssues } from './typing/literal-checks';
import { type CelType, DYN } from './typing/type';

/** An expression that is none, with what is wrong as cel-go prints it. */
export interface CompilationFailure {
  readonly problem: string;
}

export interface Compilation {
  readonly problem?: undefined;
  readonly checked: Checked;
  readonly type: CelType;
}

/** True where an expression names a variable. */
export function usesVariable({ references }: Checked, name: string): boolean {
  for (const reference of references.values()) {
    if (reference.kind === 'variable' && reference.name === name) return true;
  }
  return false;
}

export function compile(text: string, environment: Environment): Compilation | CompilationFailure {
  const { expression, issues } = parse(text);
  if (issues.length > 0) return { problem: issuesText(text, issues) };
  const checked = check(expression, environment);
  if (checked.issues.length > 0) return { problem: issuesText(text, checked.issues) };
  const literals = literalIssues(checked);
  if (literals.length > 0) return { problem: issuesText(text, literals) };
  return { checked, type: checked.types.get(expression) ?? DYN };
}
