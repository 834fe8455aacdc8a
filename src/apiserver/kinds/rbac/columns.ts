/** Columns of the tables of role bindings. */
import type { JsonObject } from '../../../api/json';
import type { Column } from '../../resources/resource';
import { jsonOf, listAt, objectAt, textAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

const WIDE = { isWide: true } as const;

function roleCell(binding: JsonObject): string {
  const role = objectAt(binding, 'roleRef');
  return `${textAt(role, 'kind')}/${textAt(role, 'name')}`;
}

function subjectsCell(binding: JsonObject, kind: string): string {
  return listAt(binding, 'subjects')
    .filter((subject) => textAt(subject, 'kind') === kind)
    .map((subject) =>
      kind === 'ServiceAccount'
        ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`
        : textAt(subject, 'name'),
    )
    .join(', ');
}

export const roleBindingColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Role',
    'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.',
    (object) => roleCell(jsonOf(object)),
  ),
  AGE_COLUMN,
  column('Users', 'Users in the roleBinding', (object) => subjectsCell(jsonOf(object), 'User'), WIDE),
  column('Groups', 'Groups in the roleBinding', (object) => subjectsCell(jsonOf(object), 'Group'), WIDE),
  column(
    'ServiceAccounts',
    'ServiceAccounts in the roleBinding',
    (object) => subjectsCell(jsonOf(object), 'ServiceAccount'),
    WIDE,
  ),
];

export const clusterRoleBindingColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Role',
    'RoleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.',
    (object) => roleCell(jsonOf(object)),
  ),
  AGE_COLUMN,
  column('Users', 'Users in the clusterRoleBinding', (object) => subjectsCell(jsonOf(object), 'User'), WIDE),
  column('Groups', 'Groups in the clusterRoleBinding', (object) => subjectsCell(jsonOf(object), 'Group'), WIDE),
  column(
    'ServiceAccounts',
    'ServiceAccounts in the clusterRoleBinding',
    (object) => subjectsCell(jsonOf(object), 'ServiceAccount'),
    WIDE,
  ),
];
