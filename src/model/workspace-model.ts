/**
 * The internal description of one workspace: a group of tenants with a namespace for what they share.
 */
import type { IdentityModel } from './identity-model';
import type { BindingModel, NamespaceModel } from './namespace-model';

export interface WorkspaceModel {
  readonly name: string;
  /** On what is cluster-scoped. */
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: NamespaceModel;
  /** Rights in the whole cluster. */
  readonly clusterBindings: readonly BindingModel[];
  /** Its roles; absent where nobody's accounts are managed. */
  readonly identity?: IdentityModel;
}
