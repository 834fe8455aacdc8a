/**
 * One thing that is wrong with an object, with the path of the field that is to be changed.
 */
export interface Problem {
  /** As kubectl writes paths: `spec.workloads[0].container.image`; empty for the object itself. */
  readonly path: string;
  /** What is wrong and what to do, without the path. */
  readonly message: string;
}

/** Problems as one line, in the order of their paths. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .sort()
    .join('; ');
}
