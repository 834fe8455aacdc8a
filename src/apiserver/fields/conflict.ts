/**
 * Fields that an apply would take from other managers, told as the real server tells them.
 * @see k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go, v0.34
 */
import { applyConflict, type StatusError } from '../status-error';
import { type FieldPath, type FieldSet, fieldSetOf, hasPath, pathsOf, pathText } from './field-set';
import { compareTexts, identifierOf, type ManagerIdentity } from './managed-fields';

/** One field that another manager owns. */
export interface Conflict {
  readonly owner: ManagerIdentity;
  readonly path: FieldPath;
}

/** Thrown by an apply that isn't forced. Internal to this room: callers see `StatusError`. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    super(messageOf(conflicts));
    this.conflicts = conflicts;
  }

  /** The fields in conflict, whoever owns them. */
  fields(): FieldSet {
    return fieldSetOf(this.conflicts.map(({ path }) => path));
  }

  /** The conflicts about other fields than those given. */
  without(fields: FieldSet): ConflictError {
    return new ConflictError(this.conflicts.filter(({ path }) => !hasPath(fields, path)));
  }

  /** 409 with a cause for each field. */
  status(): StatusError {
    const causes = this.conflicts.map(({ owner, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${managerText(owner)}`,
      field: pathText(path),
    }));
    return applyConflict(causes, this.message);
  }
}

/** All conflicts about the fields of each owner, owners in order. */
export function conflictsOf(owned: readonly { owner: ManagerIdentity; fields: FieldSet }[]): readonly Conflict[] {
  return [...owned]
    .sort((left, right) => compareTexts(identifierOf(left.owner), identifierOf(right.owner)))
    .flatMap(({ owner, fields }) => pathsOf(fields).map((path) => ({ owner, path })));
}

function messageOf(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${managerText(first.owner)}: ${pathText(first.path)}`;
  }
  const lines: string[] = [];
  let last: ManagerIdentity | undefined;
  for (const { owner, path } of conflicts) {
    if (owner !== last) lines.push(`conflicts with ${managerText(owner)}:`);
    lines.push(`- ${pathText(path)}`);
    last = owner;
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function managerText({ manager, operation, apiVersion, subresource }: ManagerIdentity): string {
  const name = `${JSON.stringify(manager)}${subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
