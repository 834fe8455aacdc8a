/**
 * Quotas of people and workspaces, as both say them, and what they mean to Kubernetes.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import { addQuantities, canonicalResourceAmount, compareQuantities } from '../api/quantity';
import { quantity } from '../schema/core';
import { type Typed, UNIT } from '../schema/keywords';

/** How much may be used at the same time. What isn't named isn't limited. */
export const QUOTA = Type.Object(
  {
    cpu: optional(quantity({ description: 'CPU set aside for running environments.', [UNIT]: 'cores' })),
    memory: optional(quantity({ description: 'Memory set aside for running environments.', [UNIT]: 'bytes' })),
    storage: optional(quantity({ description: 'Sizes of all volumes, stopped environments’ too.', [UNIT]: 'bytes' })),
    environments: optional(
      Type.Integer({ minimum: 0, maximum: 10_000, description: 'Environments, stopped ones too.' }),
    ),
    extended: optional(
      Type.Record(Type.String({ minLength: 1, maxLength: 253 }), quantity(), {
        maxProperties: 16,
        description: 'Extended resources by name, such as nvidia.com/gpu.',
      }),
    ),
  },
  { description: 'How much may be used at the same time. What isn’t named isn’t limited.' },
);

export type Quota = Typed<typeof QUOTA>;

const AMOUNTS = ['cpu', 'memory', 'storage'] as const;

/** All of them together; a member is limited only where every one of them limits it. */
export function sumQuotas(quotas: readonly Quota[]): Quota {
  const [first, ...rest] = quotas;
  return first === undefined ? {} : rest.reduce<Quota>(addQuota, first);
}

/** Member by member the smaller of the two; what one of them doesn't limit is limited by the other. */
export function capQuota(quota: Quota, cap: Quota): Quota {
  const extended = { ...cap.extended, ...quota.extended };
  const environments = smallerOf(quota.environments, cap.environments);
  return {
    ...Object.fromEntries(
      AMOUNTS.flatMap((name) => {
        const amount = smallerOf(quota[name], cap[name]);
        return amount === undefined ? [] : [[name, amount] as const];
      }),
    ),
    ...(environments === undefined ? {} : { environments: Number(environments) }),
    ...(Object.keys(extended).length === 0
      ? {}
      : {
          extended: Object.fromEntries(
            Object.entries(extended).map(([name, amount]) => [name, smallerOf(amount, cap.extended?.[name]) ?? amount]),
          ),
        }),
  };
}

/** The quota with every amount in canonical form: what an object holds that is compared with what it is to be. */
export function canonicalQuota({ environments, extended = {}, ...amounts }: Quota): Quota {
  const canonical = (given: Readonly<Record<string, string | number | undefined>>) =>
    Object.fromEntries(
      Object.entries(given).flatMap(([name, amount]) =>
        amount === undefined ? [] : [[name, canonicalResourceAmount(amount)] as const],
      ),
    );
  return {
    ...canonical(amounts),
    ...(environments === undefined ? {} : { environments }),
    ...(Object.keys(extended).length === 0 ? {} : { extended: canonical(extended) }),
  };
}

/**
 * The quota as `hard` of a ResourceQuota; CPU and memory are what is requested, so that idle cores can be lent.
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function hardOf(quota: Quota): Readonly<Record<string, string>> {
  return {
    ...(quota.cpu === undefined ? {} : { 'requests.cpu': canonicalResourceAmount(quota.cpu) }),
    ...(quota.memory === undefined ? {} : { 'requests.memory': canonicalResourceAmount(quota.memory) }),
    ...(quota.storage === undefined ? {} : { 'requests.storage': canonicalResourceAmount(quota.storage) }),
    ...(quota.environments === undefined ? {} : { 'count/environments.adrasteia.dev': String(quota.environments) }),
    ...Object.fromEntries(
      Object.entries(quota.extended ?? {}).map(([name, amount]) => [
        `requests.${name}`,
        canonicalResourceAmount(amount),
      ]),
    ),
  };
}

function addQuota(a: Quota, b: Quota): Quota {
  const extended = Object.keys(a.extended ?? {}).filter((name) => b.extended?.[name] !== undefined);
  return {
    ...Object.fromEntries(
      AMOUNTS.flatMap((name) => {
        const [one, other] = [a[name], b[name]];
        return one === undefined || other === undefined ? [] : [[name, addQuantities(one, other)] as const];
      }),
    ),
    ...(a.environments === undefined || b.environments === undefined
      ? {}
      : { environments: a.environments + b.environments }),
    ...(extended.length === 0
      ? {}
      : {
          extended: Object.fromEntries(
            extended.map((name) => [name, addQuantities(a.extended?.[name] ?? 0, b.extended?.[name] ?? 0)]),
          ),
        }),
  };
}

function smallerOf(a: string | number | undefined, b: string | number | undefined): string | number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareQuantities(a, b) <= 0 ? a : b;
}
