/**
 * Keeps the Endpoints of services that select pods.
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#endpoints
 */
import type { KubeObject, ObjectName } from '../../../api/object';
import type { ControllerContext } from '../controller-context';
import { KeyedController } from '../keyed-controller';
import type { Pod } from '../pods/pod';
import { refusalMessage, saysNamespaceIsTerminating } from '../refusal';
import { ENDPOINTS, POD, SERVICE } from '../resource-types';
import { isSemanticallyEqual } from '../semantic-equality';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { CHANGE_TIME_ANNOTATION, ChangeTimes } from './change-times';
import { type EndpointSubset, endpointsManifest, OVER_CAPACITY_ANNOTATION } from './endpoint-subsets';
import type { Service } from './service';
import { podsOf, servicesOf } from './service-pods';

interface Endpoints extends KubeObject {
  readonly subsets?: readonly EndpointSubset[];
}

const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader';

export class EndpointsController extends KeyedController {
  readonly #services: Store<Service>;
  readonly #pods: Store<Pod>;
  readonly #endpoints: Store<Endpoints>;
  readonly #times = new ChangeTimes();

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'endpoints-controller');
    this.#services = stores.of<Service>(SERVICE, (before, after) => {
      if (after === undefined) this.#times.forget(before?.metadata.uid ?? '');
      this.enqueue((after ?? before)?.metadata ?? { name: '' });
    });
    this.#pods = stores.of<Pod>(POD, (before, after) => {
      for (const { metadata } of servicesOf(before, after, this.#services)) this.enqueue(metadata);
    });
    this.#endpoints = stores.of<Endpoints>(ENDPOINTS, (before, after) => {
      if (after === undefined && before !== undefined) this.enqueue(before.metadata);
    });
  }

  override start(): void {
    // Those that a service left behind while nobody looked; what a lock is kept in is no service's.
    for (const { metadata } of this.#endpoints.values()) {
      if (metadata.annotations?.[LEADER_ANNOTATION] === undefined) this.enqueue(metadata);
    }
    this.work.start();
  }

  protected async reconcile(name: ObjectName): Promise<undefined> {
    const service = this.#services.get(name);
    const present = this.#endpoints.get(name);
    if (service === undefined) {
      if (present !== undefined) await this.#endpoints.delete(present);
      return;
    }
    // Without a selector they are somebody else's.
    if (service.spec.selector === undefined || Object.keys(service.spec.selector).length === 0) return;
    const pods = podsOf(service, this.#pods);
    const changedAt = this.#times.next(service, pods);
    const wanted = endpointsManifest(service, pods);
    if (present !== undefined && saysTheSame(present, wanted)) return;
    const annotations = {
      ...withoutOurs(present?.metadata.annotations),
      ...wanted.metadata.annotations,
      ...(changedAt === undefined ? {} : { [CHANGE_TIME_ANNOTATION]: changedAt }),
    };
    const metadata = { ...present?.metadata, ...wanted.metadata, annotations };
    try {
      if (present === undefined) await this.#endpoints.create({ ...wanted, metadata });
      else await this.#endpoints.replace({ ...wanted, metadata });
    } catch (error) {
      if (saysNamespaceIsTerminating(error)) return;
      this.#tell({ ...wanted, metadata }, present === undefined, refusalMessage(error));
      throw error;
    }
  }

  #tell(endpoints: Endpoints, isNew: boolean, reason: string): void {
    const { namespace = '', name } = endpoints.metadata;
    const message = isNew
      ? `Failed to create endpoint for service ${namespace}/${name}: ${reason}`
      : `Failed to update endpoint ${namespace}/${name}: ${reason}`;
    this.context.events.record('endpoint-controller', endpoints, {
      type: 'Warning',
      reason: isNew ? 'FailedToCreateEndpoint' : 'FailedToUpdateEndpoint',
      message,
    });
  }
}

function saysTheSame(present: Endpoints, wanted: Endpoints): boolean {
  return (
    isSemanticallyEqual(present.subsets, wanted.subsets) &&
    isSemanticallyEqual(present.metadata.labels, wanted.metadata.labels) &&
    present.metadata.annotations?.[OVER_CAPACITY_ANNOTATION] === wanted.metadata.annotations?.[OVER_CAPACITY_ANNOTATION]
  );
}

function withoutOurs(annotations: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const { [CHANGE_TIME_ANNOTATION]: _time, [OVER_CAPACITY_ANNOTATION]: _capacity, ...others } = annotations;
  return others;
}
