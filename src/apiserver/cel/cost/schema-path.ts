/**
 * The way from a variable to a value, by which estimates find the bounds in its schema.
 *
 * cel-go keeps these ways in slices, of which two may share their memory: what is appended to one then shows in the other, and
 * changes estimates. As rules are accepted or refused by the estimate, this is done here too.
 */
export class SchemaPath {
  private constructor(
    private readonly memory: string[],
    private readonly length: number,
    private readonly capacity: number,
  ) {}

  static of(variable: string): SchemaPath {
    return new SchemaPath([variable], 1, 1);
  }

  /** The way one step on; from nowhere, the step alone. */
  static append(path: SchemaPath | undefined, step: string): SchemaPath {
    if (path === undefined) return SchemaPath.of(step);
    if (path.length < path.capacity) {
      path.memory[path.length] = step;
      return new SchemaPath(path.memory, path.length + 1, path.capacity);
    }
    return new SchemaPath([...path.steps(), step], path.length + 1, path.capacity * 2);
  }

  /** The same way in memory of its own. */
  copy(): SchemaPath {
    return new SchemaPath(this.steps(), this.length, this.length);
  }

  steps(): string[] {
    return this.memory.slice(0, this.length);
  }
}
