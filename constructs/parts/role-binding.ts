import type { Construct } from 'constructs';
import type { BindingModel } from '../../src/model/namespace-model';
import { PlannedApiObject } from './planned';

const RBAC = 'rbac.authorization.k8s.io';

export interface RoleBindingProps {
  readonly binding: BindingModel;
  /** Without a namespace it is a ClusterRoleBinding. */
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Record<string, string>;
  };
}

/** A ClusterRole bound to one subject, in a namespace or in the whole cluster. */
export class RoleBinding extends PlannedApiObject {
  constructor(scope: Construct, id: string, { binding, metadata }: RoleBindingProps) {
    super(
      scope,
      id,
      {
        apiVersion: `${RBAC}/v1`,
        kind: metadata.namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
        metadata,
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: binding.clusterRole },
        subjects: [{ apiGroup: RBAC, kind: binding.subject.kind, name: binding.subject.name }],
      },
      { handling: { collected: false } },
    );
  }
}
