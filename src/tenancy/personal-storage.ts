/**
 * Personal storage: a claim apart from the tenant's namespaces, and what environments must know to mount it.
 */
import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import { valueAt } from '../api/object';
import { canonicalResourceAmount } from '../api/quantity';
import type { Lookup } from '../plan/lookup';
import { type ClaimShare, claimShare, claimShareNotes } from './claim-share';
import type { TenancySpec } from './tenancy';

/** The claim that is made. */
export interface PersonalClaim {
  readonly namespace: string;
  readonly claimName: string;
  readonly size: string;
  readonly accessModes: readonly string[];
  readonly storageClassName?: string;
}

export interface PersonalStorage {
  readonly claim: PersonalClaim;
  readonly mount: ClaimShare;
}

/** A tenant's personal storage; undefined where the Tenancy gives none. */
export function personalStorageOf(
  tenant: KubeObject,
  { claimName, tenancy: { personalStorage } }: { readonly claimName: string; readonly tenancy: TenancySpec },
  lookup: Lookup,
): PersonalStorage | undefined {
  if (personalStorage === undefined) return undefined;
  const { namespace, size, accessModes, storageClassName } = personalStorage;
  return {
    claim: {
      namespace,
      claimName,
      size: canonicalResourceAmount(size),
      accessModes,
      ...(storageClassName === undefined ? {} : { storageClassName }),
    },
    mount: claimShare({ namespace, name: claimName }, valueAt(tenant.status, ['personalStorage']), lookup),
  };
}

/** The same in a tenant's status: where the claim is, and what is known of its volume. */
export function personalStorageNotes(
  { claim: { namespace, claimName }, mount }: PersonalStorage,
  { personalStorage }: Pick<TenancySpec, 'personalStorage'>,
): JsonObject {
  return { namespace, claimName, ...claimShareNotes(mount, personalStorage?.driver) };
}
