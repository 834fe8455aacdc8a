/**
 * Fills cluster roles that are made of others.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
import type { KubeObject, ObjectName } from '../../api/object';
import type { ControllerContext } from './controller-context';
import { KeyedController } from './keyed-controller';
import { isSelected, type LabelSelector } from './label-selector';
import { CLUSTER_ROLE } from './resource-types';
import { isSemanticallyEqual } from './semantic-equality';
import type { SharedStores } from './shared-stores';
import type { Store } from './store';

interface ClusterRole extends KubeObject {
  readonly rules?: readonly unknown[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}

const FIELD_MANAGER = 'clusterrole-aggregation-controller';

export class ClusterRoleAggregation extends KeyedController {
  readonly #roles: Store<ClusterRole>;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'clusterrole-aggregation-controller');
    this.#roles = stores.of<ClusterRole>(CLUSTER_ROLE, (before, after) => {
      if (after?.aggregationRule !== undefined) this.enqueue({ name: after.metadata.name });
      for (const role of this.#roles.values()) {
        if ([before, after].some((part) => part !== undefined && isPart(part, role)))
          this.enqueue({ name: role.metadata.name });
      }
    });
  }

  protected async reconcile({ name }: ObjectName): Promise<undefined> {
    const role = this.#roles.get({ name });
    if (role?.aggregationRule === undefined) return;
    const rules = aggregatedRules(role, this.#roles.values());
    if (isSemanticallyEqual(rules, role.rules)) return;
    const manifest = { apiVersion: role.apiVersion, kind: role.kind, metadata: { name }, rules };
    await this.context.cluster.apply(CLUSTER_ROLE, manifest, { fieldManager: FIELD_MANAGER, force: true });
  }
}

/** The rules of all roles that a role is made of, each once, in the order of selectors and names. */
function aggregatedRules(role: ClusterRole, roles: Iterable<ClusterRole>): readonly unknown[] {
  const sorted = [...roles].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules: unknown[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    for (const part of sorted) {
      if (part.metadata.name === role.metadata.name || !isSelected(part.metadata.labels, selector)) continue;
      for (const rule of part.rules ?? []) {
        if (!rules.some((known) => isSemanticallyEqual(known, rule))) rules.push(rule);
      }
    }
  }
  return rules;
}

function isPart({ metadata }: ClusterRole, { aggregationRule }: ClusterRole): boolean {
  return (aggregationRule?.clusterRoleSelectors ?? []).some((selector) => isSelected(metadata.labels, selector));
}
