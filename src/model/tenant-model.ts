/**
 * The internal description of one tenant: a person with namespaces, rights and storage, whatever API asks for it.
 */
import type { IdentityModel } from './identity-model';
import type { BindingModel, NamespaceModel, SubjectModel } from './namespace-model';

export interface TenantModel {
  readonly name: string;
  /** On what is made outside of the tenant's own namespaces. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its own one first; none while it is asleep. */
  readonly namespaces: readonly NamespaceModel[];
  /** Rights in others' namespaces. */
  readonly memberships: readonly Membership[];
  /** Rights in the whole cluster. */
  readonly clusterBindings: readonly BindingModel[];
  /** Rights on the tenant's own object, by a ClusterRole of this name. */
  readonly ownObject: {
    readonly name: string;
    readonly resource: { readonly group: string; readonly plural: string };
    readonly verbs: readonly string[];
    readonly subject: SubjectModel;
  };
  readonly personalStorage?: PersonalStorageModel;
  /** Its account; absent where nobody's accounts are managed. */
  readonly identity?: IdentityModel;
}

export interface Membership {
  readonly namespace: string;
  readonly binding: BindingModel;
}

/** A claim that outlives the tenant, in a namespace apart. */
export interface PersonalStorageModel {
  readonly namespace: string;
  readonly claimName: string;
  readonly size: string;
  readonly accessModes: readonly string[];
  readonly storageClassName?: string;
  /** Whether its volume can be mounted from the tenant's own namespace. */
  readonly mount: 'Mountable' | 'NotShareable' | 'Pending' | 'Unknown';
  /** What it is mounted by, in the tenant's own namespace; absent while it can't be, or the namespace isn't there. */
  readonly secret?: {
    readonly name: string;
    readonly namespace: string;
    readonly data: Readonly<Record<string, string>>;
  };
}
