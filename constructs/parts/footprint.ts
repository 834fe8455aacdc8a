/**
 * What an environment takes of a quota, as Kubernetes counts it: what its pods request, and the sizes of its claims. A stopped one
 * keeps its volumes and its place among the environments, and gives its CPU, memory and devices back.
 */
import { addQuantities, canonicalResourceAmount, compareQuantities, isQuantity } from '../../src/api/quantity';
import type { Footprint } from '../../src/tenancy/reservation';
import type { MadeClaim } from './layout-name';
import type { Container, PodTemplateSpec } from './shapes';

type Amounts = Readonly<Record<string, string | number>>;
type Sums = Readonly<Record<string, string>>;

export interface FootprintOptions {
  /** Templates of the pods that run, as they are applied; none while the environment is stopped. */
  readonly pods: readonly PodTemplateSpec[];
  readonly claims: readonly MadeClaim[];
  /** What containers request that don't say it. */
  readonly defaultRequest: Amounts;
}

/** The footprint of one environment. Sidecars and init containers count as the scheduler counts them. */
export function footprintOf({ pods, claims, defaultRequest }: FootprintOptions): Footprint {
  const {
    cpu = '0',
    memory = '0',
    ...others
  } = pods.map((pod) => podRequests(pod, defaultRequest)).reduce<Sums>(added, {});
  return {
    environments: 1,
    cpu,
    memory,
    // An extended resource's name has a domain; what else there is, such as hugepages-2Mi, no quota of ours limits.
    extended: Object.fromEntries(Object.entries(others).filter(([name]) => name.includes('/'))),
    volumes: Object.fromEntries(
      claims.map(({ name, claim }) => [name.name, canonicalResourceAmount(claim.size ?? 0)] as const),
    ),
  };
}

/**
 * What the scheduler sets aside for a pod: its containers and the sidecars beside them, or what an init container needs together
 * with the sidecars started before it, whichever is more.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
function podRequests({ spec }: PodTemplateSpec, defaultRequest: Amounts): Sums {
  const requestsOf = (container: Container): Sums => requested(container, defaultRequest);
  let sidecars: Sums = {};
  let starting: Sums = {};
  for (const container of spec?.initContainers ?? []) {
    const together = added(sidecars, requestsOf(container));
    if (container.restartPolicy === 'Always') sidecars = together;
    starting = larger(starting, together);
  }
  return larger(starting, (spec?.containers ?? []).map(requestsOf).reduce<Sums>(added, sidecars));
}

/** A limit without a request is a request as well. */
function requested({ resources }: Container, defaultRequest: Amounts): Sums {
  const amounts = {
    ...defaultRequest,
    ...resources?.limits,
    ...resources?.requests,
  };
  return Object.fromEntries(
    Object.entries(amounts).flatMap(([name, amount]) =>
      isQuantity(amount) ? [[name, canonicalResourceAmount(amount)] as const] : [],
    ),
  );
}

function added(a: Sums, b: Sums): Sums {
  return merged(a, b, (one, other) => (compareQuantities(one, 0) === 0 ? other : addQuantities(one, other)));
}

function larger(a: Sums, b: Sums): Sums {
  return merged(a, b, (one, other) => (compareQuantities(one, other) >= 0 ? one : other));
}

function merged(a: Sums, b: Sums, both: (one: string, other: string) => string): Sums {
  const result: Record<string, string> = { ...a };
  for (const [name, amount] of Object.entries(b)) {
    const one = result[name];
    result[name] = one === undefined ? amount : both(one, amount);
  }
  return result;
}
