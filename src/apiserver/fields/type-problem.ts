/** What makes a value unfit for its type, in the words of the real server. */
import { elementText, type PathElement } from './path-element';

/** One problem at one place. */
export interface TypeProblem {
  /** `.spec.ports[0]`; empty for the object itself. */
  readonly path: string;
  readonly message: string;
}

/** Thrown where a value cannot be walked by its type. Internal to this room: callers see `StatusError`. */
export class TypeMismatch extends Error {
  override readonly name = 'TypeMismatch';
  readonly problems: readonly TypeProblem[];

  constructor(problems: readonly TypeProblem[]) {
    super(problemsText(problems));
    this.problems = problems;
  }
}

function problemsText(problems: readonly TypeProblem[]): string {
  const texts = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return texts.length === 1 ? (texts[0] ?? '') : ['errors:', ...texts.map((text) => `  ${text}`)].join('\n');
}

/** The problems as seen from one level up. */
export function below(element: PathElement, problems: readonly TypeProblem[]): readonly TypeProblem[] {
  if (problems.length === 0) return problems;
  const prefix = elementText(element, 'int64');
  return problems.map(({ path, message }) => ({ path: prefix + path, message }));
}
