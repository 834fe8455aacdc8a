/** Deletes requests for certificates that nobody needs any more: an hour after they were decided, a day after they were made. */
import type { KubeObject, ObjectName } from '../../api/object';
import type { ControllerContext } from './controller-context';
import { KeyedController } from './keyed-controller';
import { CERTIFICATE_SIGNING_REQUEST } from './resource-types';
import type { SharedStores } from './shared-stores';
import type { Store } from './store';

interface SigningRequest extends KubeObject {
  readonly status?: {
    readonly certificate?: string;
    readonly conditions?: readonly { readonly type: string; readonly lastUpdateTime?: string }[];
  };
}

const DECIDED_MS = 3_600_000;
const PENDING_MS = 24 * 3_600_000;

export class SigningRequests extends KeyedController {
  readonly #requests: Store<SigningRequest>;

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'certificatesigningrequest-cleaner-controller');
    this.#requests = stores.of<SigningRequest>(CERTIFICATE_SIGNING_REQUEST, (_before, after) => {
      if (after !== undefined) this.enqueue({ name: after.metadata.name });
    });
  }

  protected async reconcile(name: ObjectName): Promise<number | undefined> {
    const request = this.#requests.get(name);
    if (request === undefined) return undefined;
    const left = expiryOf(request) - this.context.clock.now();
    if (left > 0) return left;
    await this.#requests.delete(request);
    return undefined;
  }
}

function expiryOf({ metadata, status }: SigningRequest): number {
  const createdAt = Date.parse(metadata.creationTimestamp ?? '');
  const decided = (status?.conditions ?? []).find(({ type }) => ['Approved', 'Denied', 'Failed'].includes(type));
  const isPending = decided === undefined && (status?.certificate ?? '') === '';
  if (isPending) return createdAt + PENDING_MS;
  return Date.parse(decided?.lastUpdateTime ?? metadata.creationTimestamp ?? '') + DECIDED_MS;
}
