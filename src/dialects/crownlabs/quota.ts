/**
 * Quotas as CrownLabs writes them, and what they mean to Kubernetes. Two generations are taken: disk and other resources came later.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import { canonicalResourceAmount, parseQuantity } from '../../api/quantity';
import { quantity } from '../../schema/core';
import type { Typed } from '../../schema/keywords';
import type { Quota } from '../../tenancy/quota';

/** A quota; of the earlier generation, cpu may be any quantity. */
export function crownlabsQuota(description: string) {
  return Type.Object(
    {
      cpu: quantity({ description: 'CPUs.' }),
      memory: quantity({ description: 'Memory.' }),
      instances: Type.Integer({ format: 'int64', minimum: 0, description: 'Instances.' }),
      disk: optional(quantity({ description: 'Sizes of all volumes. Absent: not limited.' })),
      otherResources: optional(
        Type.Record(Type.String(), quantity(), { description: 'Extended resources by name, such as nvidia.com/gpu.' }),
      ),
    },
    { description },
  );
}

export type CrownlabsQuota = Typed<ReturnType<typeof crownlabsQuota>>;

/** The quota in the words that all APIs of tenancy share. A disk of zero is none that was asked for. */
export function quotaOf({ cpu, memory, instances, disk, otherResources }: CrownlabsQuota): Quota {
  return {
    cpu,
    memory,
    environments: instances,
    ...(disk === undefined || parseQuantity(disk).nanos === 0n ? {} : { storage: disk }),
    ...(otherResources === undefined || Object.keys(otherResources).length === 0 ? {} : { extended: otherResources }),
  };
}

/** The quota as CrownLabs' ResourceQuota has it: limits as well as requests. */
export function hardOf({ cpu, memory, storage, environments, extended }: Quota): Readonly<Record<string, string>> {
  const amounts = { cpu, memory };
  return {
    ...Object.fromEntries(
      Object.entries(amounts).flatMap(([name, amount]) =>
        amount === undefined
          ? []
          : ['limits', 'requests'].map((side) => [`${side}.${name}`, canonicalResourceAmount(amount)]),
      ),
    ),
    ...(environments === undefined ? {} : { 'count/instances.crownlabs.polito.it': String(environments) }),
    ...(storage === undefined ? {} : { 'requests.storage': canonicalResourceAmount(storage) }),
    // Kubernetes takes quotas of extended resources under this prefix alone.
    ...Object.fromEntries(
      Object.entries(extended ?? {}).map(([name, amount]) => [`requests.${name}`, canonicalResourceAmount(amount)]),
    ),
  };
}
