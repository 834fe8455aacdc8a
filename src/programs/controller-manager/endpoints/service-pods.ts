/** Which services a pod concerns. */
import { hasLabels } from '../label-selector';
import type { Pod } from '../pods/pod';
import { isSemanticallyEqual } from '../semantic-equality';
import type { Store } from '../store';
import type { Service } from './service';

/** The pods that a service selects; none where it selects nothing. */
export function podsOf(service: Service, pods: Store<Pod>): readonly Pod[] {
  const { selector } = service.spec;
  if (selector === undefined || Object.keys(selector).length === 0) return [];
  return pods
    .inNamespace(service.metadata.namespace ?? '')
    .filter(({ metadata }) => hasLabels(metadata.labels, selector));
}

/** The services that select the pod, or did; none where nothing of interest changed. */
export function servicesOf(
  before: Pod | undefined,
  after: Pod | undefined,
  services: Store<Service>,
): readonly Service[] {
  if (before !== undefined && after !== undefined && isSemanticallyEqual(interestOf(before), interestOf(after)))
    return [];
  const { namespace = '' } = (after ?? before)?.metadata ?? {};
  return services.inNamespace(namespace).filter(({ spec: { selector = {} } }) => {
    if (Object.keys(selector).length === 0) return false;
    return [before, after].some((pod) => pod !== undefined && hasLabels(pod.metadata.labels, selector));
  });
}

function interestOf({ metadata, spec, status }: Pod): unknown {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return [
    metadata.uid,
    metadata.labels,
    metadata.deletionTimestamp,
    spec.nodeName,
    spec.hostname,
    spec.subdomain,
    status?.phase,
    status?.podIP,
    status?.podIPs,
    ready?.status,
    ready?.lastTransitionTime,
  ];
}
