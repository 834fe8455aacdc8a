/**
 * Who gets what of a quota: rules over what is given already, without a look at anything else.
 *
 * What holds a grant keeps it, also where the quota has become smaller; more than that is given only while there is room.
 */
import { canonicalJson } from '../api/json';
import { addQuantities, canonicalResourceAmount, compareQuantities } from '../api/quantity';
import type { Quota } from './quota';
import type { QuotaAllocationObject, QuotaAllocationStatus, QuotaGrant } from './quota-allocation';

type Amounts = Readonly<Record<string, string>>;

/** What an environment takes of a quota; amounts in canonical form. */
export interface Footprint {
  readonly environments: number;
  readonly cpu: string;
  readonly memory: string;
  readonly extended: Amounts;
  /** Sizes of claims, by name. */
  readonly volumes: Amounts;
}

export interface ReservationRequest {
  readonly holder: Pick<QuotaGrant, 'apiVersion' | 'kind' | 'name' | 'uid'>;
  readonly takes: Footprint;
  /** Asked only of who holds no grant: whether it is there already, as where the quota came later or the record was lost. */
  isThere(): boolean;
}

export type Reservation =
  /** It has what it takes. */
  | { readonly outcome: 'Held' }
  /** It gets what it takes by this status; `Before` it may have it, or `After` it has given something back. */
  | { readonly outcome: 'Granted'; readonly status: QuotaAllocationStatus; readonly when: 'Before' | 'After' }
  /** There is no room; the message says what is left and what it takes. */
  | { readonly outcome: 'Refused'; readonly message: string };

/** What becomes of a request. */
export function reserve(allocation: QuotaAllocationObject, request: ReservationRequest): Reservation {
  const { holder, takes } = request;
  const grants = grantsOf(allocation);
  const own = grants.find(({ uid }) => uid === holder.uid);
  const next = grantOf(holder, takes);
  if (own !== undefined && canonicalJson(own) === canonicalJson(next)) return { outcome: 'Held' };
  const before = own === undefined ? {} : amountsOf([own]);
  const wanted = amountsOf([next]);
  const others = grants.filter(({ uid }) => uid !== holder.uid).map((grant) => withoutVolumes(grant, takes.volumes));
  const grown = Object.keys(wanted).filter((name) => isMore(wanted[name], before[name]));
  if (own !== undefined || !request.isThere()) {
    const taken = amountsOf(others);
    const hard = limitsOf(allocation.spec.hard);
    const short = grown.filter((name) => {
      const limit = hard[name];
      return limit !== undefined && isMore(sum(wanted[name], taken[name]), limit);
    });
    if (short.length > 0) return { outcome: 'Refused', message: refusal(short, { wanted, taken, hard }, allocation) };
  }
  return {
    outcome: 'Granted',
    status: statusOf([...others, next]),
    when: own !== undefined && grown.length === 0 ? 'After' : 'Before',
  };
}

/** Who is still there, and which of the volumes. */
export interface Presence {
  holder(grant: QuotaGrant): boolean;
  volume(name: string): boolean;
}

/**
 * The status without what nobody holds any more, and with the sum put right; undefined where nothing is to be changed. Volumes that
 * outlive their environment stay counted.
 */
export function released(allocation: QuotaAllocationObject, isThere: Presence): QuotaAllocationStatus | undefined {
  if (allocation.status === undefined) return undefined;
  const kept = grantsOf(allocation).flatMap((grant): QuotaGrant[] => {
    if (grant.environments > 0 && isThere.holder(grant)) return [grant];
    const volumes = Object.entries(grant.volumes ?? {}).filter(([name]) => isThere.volume(name));
    return volumes.length === 0
      ? []
      : [grantOf(grant, { environments: 0, cpu: '0', memory: '0', extended: {}, volumes: textsOf(volumes) })];
  });
  const status = statusOf(kept);
  const { used = {}, grants = [] } = allocation.status;
  return canonicalJson({ used, grants }) === canonicalJson(status) ? undefined : status;
}

/** What is used of a quota: what the allocation says, or nothing of anything. */
export function usedOf(allocation: QuotaAllocationObject | undefined): Quota {
  return allocation?.status?.used ?? statusOf([]).used ?? {};
}

function grantsOf({ status }: QuotaAllocationObject): readonly QuotaGrant[] {
  return status?.grants ?? [];
}

function grantOf({ apiVersion, kind, name, uid }: ReservationRequest['holder'], takes: Footprint): QuotaGrant {
  const { environments, cpu, memory, extended, volumes } = takes;
  return {
    apiVersion,
    kind,
    name,
    uid,
    environments,
    cpu,
    memory,
    ...(Object.keys(extended).length === 0 ? {} : { extended: { ...extended } }),
    ...(Object.keys(volumes).length === 0 ? {} : { volumes: { ...volumes } }),
  };
}

/** A volume that was left is counted with the environment that takes it up again. */
function withoutVolumes(grant: QuotaGrant, taken: Amounts): QuotaGrant {
  const { volumes, ...rest } = grant;
  if (volumes === undefined || grant.environments > 0) return grant;
  const left = Object.entries(volumes).filter(([name]) => taken[name] === undefined);
  return left.length === 0 ? rest : { ...rest, volumes: textsOf(left) };
}

function statusOf(grants: readonly QuotaGrant[]): QuotaAllocationStatus {
  const held = grants.filter(({ environments, volumes }) => environments > 0 || volumes !== undefined);
  const { cpu = '0', memory = '0', storage = '0', environments = '0', ...rest } = amountsOf(held);
  const extended = Object.entries(rest);
  return {
    used: {
      cpu,
      memory,
      storage,
      environments: Number(environments),
      ...(extended.length === 0 ? {} : { extended: Object.fromEntries(extended) }),
    },
    grants: [...held].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
  };
}

function orderOf({ kind, name, uid }: QuotaGrant): string {
  return `${kind}/${name}/${uid}`;
}

/** What grants add up to, by `cpu`, `memory`, `storage`, `environments` and the names of extended resources. */
function amountsOf(grants: readonly QuotaGrant[]): Amounts {
  const sums: Record<string, string> = {};
  const add = (name: string, amount: string | number): void => {
    sums[name] = sum(sums[name], amount);
  };
  for (const { cpu, memory, environments, extended = {}, volumes = {} } of grants) {
    add('cpu', cpu);
    add('memory', memory);
    add('environments', environments);
    for (const size of Object.values(volumes)) add('storage', size);
    for (const [name, amount] of Object.entries(extended)) add(name, amount);
  }
  return sums;
}

function limitsOf({ cpu, memory, storage, environments, extended }: Quota): Readonly<Record<string, string | number>> {
  const limits = Object.entries({ cpu, memory, storage, environments, ...extended });
  return Object.fromEntries(limits.flatMap(([name, limit]) => (limit === undefined ? [] : [[name, limit] as const])));
}

/** In the form of the first that isn't zero: cores stay cores, and bytes stay Gi. */
function sum(a: string | number | undefined, b: string | number | undefined): string {
  if (a === undefined || compareQuantities(a, 0) === 0) return canonicalResourceAmount(b ?? 0);
  return addQuantities(a, b ?? 0);
}

function isMore(amount: string | number | undefined, than: string | number | undefined): boolean {
  return compareQuantities(amount ?? 0, than ?? 0) > 0;
}

function refusal(
  short: readonly string[],
  {
    wanted,
    taken,
    hard,
  }: { readonly wanted: Amounts; readonly taken: Amounts; readonly hard: ReturnType<typeof limitsOf> },
  { metadata: { namespace = '' } }: QuotaAllocationObject,
): string {
  const parts = [...short].sort().map((name) => {
    const limit = canonicalResourceAmount(hard[name] ?? 0);
    return `${name} ${wanted[name] ?? '0'} where ${left(limit, taken[name] ?? '0')} of ${limit} is left`;
  });
  return `The quota of namespace ${namespace} has no room: it takes ${parts.join(', ')}: stop or delete another environment, or ask for a larger quota`;
}

function left(limit: string, taken: string): string {
  return isMore(limit, taken) ? addQuantities(limit, `-${taken}`) : '0';
}

function textsOf(entries: readonly (readonly [string, string | number])[]): Amounts {
  return Object.fromEntries(entries.map(([name, amount]) => [name, canonicalResourceAmount(amount)]));
}
