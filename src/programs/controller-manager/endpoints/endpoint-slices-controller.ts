/**
 * Keeps the EndpointSlices of services that select pods.
 * @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
 */
import type { KubeObject, ObjectName } from '../../../api/object';
import type { ControllerContext } from '../controller-context';
import { KeyedController } from '../keyed-controller';
import { controllerReference } from '../ownership';
import type { Pod } from '../pods/pod';
import { saysNamespaceIsTerminating } from '../refusal';
import { ENDPOINT_SLICE, NODE, POD, SERVICE } from '../resource-types';
import type { SharedStores } from '../shared-stores';
import type { Store } from '../store';
import { CHANGE_TIME_ANNOTATION, ChangeTimes } from './change-times';
import {
  type EndpointSlice,
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  SLICE_MANAGER,
  sliceChanges,
} from './endpoint-slices';
import type { Service } from './service';
import { podsOf, servicesOf } from './service-pods';

export class EndpointSlicesController extends KeyedController {
  readonly #services: Store<Service>;
  readonly #pods: Store<Pod>;
  readonly #nodes: Store;
  readonly #slices: Store<EndpointSlice>;
  readonly #times = new ChangeTimes();

  constructor(context: ControllerContext, stores: SharedStores) {
    super(context, 'endpointslice-controller');
    this.#services = stores.of<Service>(SERVICE, (before, after) => {
      if (after === undefined) this.#times.forget(before?.metadata.uid ?? '');
      else this.enqueue(after.metadata);
    });
    this.#pods = stores.of<Pod>(POD, (before, after) => {
      for (const { metadata } of servicesOf(before, after, this.#services)) this.enqueue(metadata);
    });
    this.#nodes = stores.of(NODE, (before, after) => {
      // Pods on a node that wasn't known were left out.
      if (before === undefined || after === undefined)
        for (const { metadata } of this.#services.values()) this.enqueue(metadata);
    });
    this.#slices = stores.of<EndpointSlice>(ENDPOINT_SLICE, (before, after) => {
      for (const slice of [before, after]) {
        const name = serviceNameOf(slice);
        if (name !== undefined) this.enqueue({ namespace: slice?.metadata.namespace ?? '', name });
      }
    });
  }

  protected async reconcile(name: ObjectName): Promise<undefined> {
    const service = this.#services.get(name);
    // What a service leaves behind is the garbage collector's.
    if (service === undefined || service.metadata.deletionTimestamp !== undefined) return;
    if (service.spec.selector === undefined || Object.keys(service.spec.selector).length === 0) return;
    const pods = podsOf(service, this.#pods);
    const changedAt = this.#times.next(service, pods);
    const existing = this.#slices
      .inNamespace(service.metadata.namespace ?? '')
      .filter(
        (slice) => serviceNameOf(slice) === service.metadata.name && slice.metadata.deletionTimestamp === undefined,
      );
    const changes = sliceChanges(service, {
      pods,
      existing,
      findNode: (node) => (node === '' ? undefined : this.#nodes.get({ name: node })),
      owner: controllerReference(SERVICE, service),
    });
    try {
      for (const slice of changes.create) await this.#slices.create(stamped(slice, changedAt));
    } catch (error) {
      if (saysNamespaceIsTerminating(error)) return;
      throw error;
    }
    for (const slice of changes.update) await this.#slices.replace(stamped(slice, changedAt));
    for (const slice of changes.delete) await this.#slices.delete(slice);
  }
}

/** The service that a slice was made for here; undefined for slices of others. */
function serviceNameOf(slice: KubeObject | undefined): string | undefined {
  const labels = slice?.metadata.labels;
  return labels?.[MANAGED_BY_LABEL] === SLICE_MANAGER ? labels[SERVICE_NAME_LABEL] : undefined;
}

function stamped(slice: EndpointSlice, changedAt: string | undefined): EndpointSlice {
  const { [CHANGE_TIME_ANNOTATION]: _before, ...others } = slice.metadata.annotations ?? {};
  const annotations = changedAt === undefined ? others : { ...others, [CHANGE_TIME_ANNOTATION]: changedAt };
  return { ...slice, metadata: { ...slice.metadata, annotations } };
}
