/**
 * Says of each ValidatingAdmissionPolicy that it was looked at, and what is wrong with its expressions.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#type-checking
 */
import type { KubeObject, ObjectName } from '../../api/object';
import type { ControllerContext } from './controller-context';
import { KeyedController } from './keyed-controller';
import { VALIDATING_ADMISSION_POLICY } from './resource-types';
import type { SharedStores } from './shared-stores';
import type { Store } from './store';

/** What is wrong with an expression, and where it stands. */
export interface ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}

/** What is wrong with the expressions of a policy, by the types that it matches. */
export type PolicyChecker = (
  policy: KubeObject,
) => readonly ExpressionWarning[] | Promise<readonly ExpressionWarning[]>;

interface AdmissionPolicy extends KubeObject {
  readonly status?: { readonly observedGeneration?: number };
}

export class AdmissionPolicies extends KeyedController {
  readonly #policies: Store<AdmissionPolicy>;
  readonly #check: PolicyChecker;

  constructor(context: ControllerContext, stores: SharedStores, check: PolicyChecker) {
    super(context, 'validatingadmissionpolicy-status-controller');
    this.#check = check;
    this.#policies = stores.of<AdmissionPolicy>(VALIDATING_ADMISSION_POLICY, (_before, after) => {
      if (after !== undefined) this.enqueue({ name: after.metadata.name });
    });
  }

  protected async reconcile(name: ObjectName): Promise<undefined> {
    const policy = this.#policies.get(name);
    if (policy === undefined) return;
    const { generation = 0 } = policy.metadata;
    if (generation <= (policy.status?.observedGeneration ?? 0)) return;
    const warnings = await this.#check(policy);
    const typeChecking = warnings.length === 0 ? {} : { expressionWarnings: warnings };
    const status = { ...policy.status, observedGeneration: generation, typeChecking };
    await this.#policies.replace({ ...policy, status }, 'status');
  }
}
