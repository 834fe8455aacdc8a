import { Construct } from 'constructs';
import type { WorkspaceModel } from '../../src/model/workspace-model';
import { ManagedNamespace } from '../parts/managed-namespace';
import { RoleBinding } from '../parts/role-binding';

export interface WorkspaceProps {
  readonly model: WorkspaceModel;
}

/** One workspace: its namespace, and rights in the whole cluster where an API gives its managers any. */
export class Workspace extends Construct {
  constructor(scope: Construct, id: string, { model }: WorkspaceProps) {
    super(scope, id);
    new ManagedNamespace(this, 'namespace', { model: model.namespace });
    for (const binding of model.clusterBindings)
      new RoleBinding(this, `binding-${binding.name}`, {
        binding,
        metadata: { name: binding.name, labels: { ...model.labels } },
      });
  }
}
