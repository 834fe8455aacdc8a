import { Construct } from 'constructs';
import type { PersonalStorageModel, TenantModel } from '../../src/model/tenant-model';
import { ManagedNamespace } from '../parts/managed-namespace';
import { PlannedApiObject } from '../parts/planned';
import { RoleBinding } from '../parts/role-binding';

export interface TenantProps {
  readonly model: TenantModel;
}

/**
 * One tenant: its namespaces, its rights in those of workspaces, its rights on its own object, and its personal claim, which is
 * kept whatever becomes of the tenant.
 */
export class Tenant extends Construct {
  constructor(scope: Construct, id: string, { model }: TenantProps) {
    super(scope, id);
    const labels = { ...model.labels };
    for (const namespace of model.namespaces)
      new ManagedNamespace(this, `namespace-${namespace.name}`, { model: namespace });
    for (const { namespace, binding } of model.memberships)
      new RoleBinding(this, `membership-${namespace}-${binding.name}`, {
        binding,
        metadata: { name: binding.name, namespace, labels },
      });
    for (const binding of model.clusterBindings)
      new RoleBinding(this, `binding-${binding.name}`, { binding, metadata: { name: binding.name, labels } });
    this.ownObject(model, labels);
    if (model.personalStorage === undefined) return;
    this.personalClaim(model.personalStorage, labels);
    if (model.personalStorage.secret !== undefined) this.personalSecret(model.personalStorage.secret, labels);
  }

  private ownObject({ name, ownObject }: TenantModel, labels: Record<string, string>): void {
    const role = new PlannedApiObject(
      this,
      'own-role',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: ownObject.name, labels },
        rules: [
          {
            apiGroups: [ownObject.resource.group],
            resources: [ownObject.resource.plural],
            resourceNames: [name],
            verbs: [...ownObject.verbs],
          },
        ],
      },
      { handling: { collected: false } },
    );
    const binding = new RoleBinding(this, 'own-binding', {
      binding: { name: ownObject.name, clusterRole: ownObject.name, subject: ownObject.subject },
      metadata: { name: ownObject.name, labels },
    });
    binding.node.addDependency(role);
  }

  private personalSecret(
    { name, namespace, data }: NonNullable<PersonalStorageModel['secret']>,
    labels: Record<string, string>,
  ): void {
    const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')]);
    const secret = new PlannedApiObject(
      this,
      'personal-secret',
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace, labels },
        type: 'Opaque',
        data: Object.fromEntries(encoded) as Record<string, string>,
      },
      { handling: { collected: false } },
    );
    const home = this.node.tryFindChild(`namespace-${namespace}`);
    if (home !== undefined) secret.node.addDependency(home);
  }

  private personalClaim(storage: PersonalStorageModel, labels: Record<string, string>): void {
    new PlannedApiObject(
      this,
      'personal-claim',
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: storage.claimName, namespace: storage.namespace, labels },
        spec: {
          accessModes: [...storage.accessModes],
          resources: { requests: { storage: storage.size } },
          ...(storage.storageClassName === undefined ? {} : { storageClassName: storage.storageClassName }),
        },
      },
      { handling: { prune: 'Keep', adopt: false } },
    );
  }
}
