/** Every namespace has a service account by which its pods speak to the API where they name no other. */
import type { KubeObject, ObjectName } from '../../api/object';
import { hasCode } from '../../errors';
import type { ControllerContext } from './controller-context';
import { KeyedController } from './keyed-controller';
import { saysNamespaceIsTerminating } from './refusal';
import { NAMESPACE, SERVICE_ACCOUNT } from './resource-types';
import type { SharedStores } from './shared-stores';
import type { Store } from './store';

const NAME = 'default';

export class ServiceAccounts extends KeyedController {
  readonly #namespaces: Store;
  readonly #accounts: Store;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'serviceaccount-controller');
    this.#namespaces = stores.of(NAMESPACE, (_before, after) => {
      if (after !== undefined) this.enqueue({ name: after.metadata.name });
    });
    this.#accounts = stores.of(SERVICE_ACCOUNT, (before, after) => {
      if (after === undefined && before?.metadata.name === NAME)
        this.enqueue({ name: before.metadata.namespace ?? '' });
    });
  }

  protected async reconcile({ name }: ObjectName): Promise<undefined> {
    if (!isActiveNamespace(this.#namespaces.get({ name }))) return;
    if (this.#accounts.get({ namespace: name, name: NAME }) !== undefined) return;
    try {
      await this.#accounts.create({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { namespace: name, name: NAME },
      });
    } catch (error) {
      if (!hasCode(error, 'ApiAlreadyExists') && !saysNamespaceIsTerminating(error)) throw error;
    }
  }
}

/** True for a namespace in which something may still be made. */
export function isActiveNamespace(namespace: KubeObject | undefined): boolean {
  if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return false;
  const status = namespace.status as { readonly phase?: string } | undefined;
  return status?.phase !== 'Terminating';
}
