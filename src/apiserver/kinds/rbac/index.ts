/** What the kinds of `rbac.authorization.k8s.io` do beyond their schemas. */

import { defaultColumns } from '../checks/default-columns';
import type { KindFacts } from '../kind-facts';
import { clusterRoleBindingColumns, roleBindingColumns } from './columns';
import { clusterRoleStrategy, roleStrategy } from './role';
import { clusterRoleBindingStrategy, roleBindingStrategy } from './role-binding';

export const rbacKinds: Readonly<Record<string, KindFacts>> = {
  roles: { strategy: roleStrategy, columns: defaultColumns },
  clusterroles: { strategy: clusterRoleStrategy, columns: defaultColumns },
  rolebindings: { strategy: roleBindingStrategy, columns: roleBindingColumns },
  clusterrolebindings: { strategy: clusterRoleBindingStrategy, columns: clusterRoleBindingColumns },
};
