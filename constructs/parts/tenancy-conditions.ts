/**
 * The conditions of tenants, workspaces and shared volumes and their reasons, in one table: what status may say, and what its readers can rely on.
 */
import type { ConditionReport } from '../../src/api/condition';
import type { TenancyHoldReason } from '../../src/model/tenancy-front-end';
import type { PersonalStorageModel } from '../../src/model/tenant-model';
import type { Observed, Refusal } from '../../src/plan/plan';

const REFUSALS: Readonly<Record<Refusal['reason'], string>> = {
  NameConflict: 'An object that it needs is there and belongs to somebody else.',
  QuotaExceeded: 'A quota leaves no room.',
  Refused: 'The Kubernetes API refuses an object.',
  Immutable: "A field that can't be changed differs.",
  Waiting: 'Something has to be there first.',
};

const HOLDS: Readonly<Record<TenancyHoldReason, string>> = {
  Invalid: "The description can't be carried out as it is.",
  NameTooLong: 'A name leaves no room for the names made from it.',
};

/** Every condition of tenants, workspaces, shared volumes and the Tenancy and every reason it can have, with what it means; there are no others. */
export const TENANCY_CONDITION_REASONS = {
  /** Everything is there. */
  Ready: {
    Ready: 'Everything is as planned.',
    Pending: 'A shared volume has no volume yet.',
    NotShareable: 'A shared volume can’t be mounted from another namespace than its own.',
    NoDriver:
      'A shared volume is a share, and the Tenancy names no CSI driver by which environments elsewhere mount it.',
    VolumeUnknown: 'A shared volume couldn’t be asked for; it is tried again.',
    Asleep: 'Nobody has logged in for long: the namespace is removed until the next log-in. No data was in it.',
    VolumesLeft: 'It is to be deleted, and volumes in its namespaces keep it.',
    Deleting: 'It is being deleted.',
    ...REFUSALS,
    ...HOLDS,
  },
  /** Environments can mount the personal storage; absent where the Tenancy gives none. */
  PersonalStorage: {
    Mountable: 'The Secret by which it is mounted is in the tenant’s namespace, while there is one.',
    Pending: 'The claim has no volume yet.',
    NotShareable: 'The volume can’t be mounted from another namespace than its claim’s.',
    VolumeUnknown: 'The volume couldn’t be asked for; it is tried again.',
  },
  /** The identity provider has been told everything; absent where the Tenancy names none. */
  IdentitySynced: {
    Synced: 'Account and roles are at the identity provider as planned.',
    Waiting: 'It hasn’t answered yet.',
    ProviderUnavailable: 'It doesn’t answer. Everything else goes on; what waits is done when it is back.',
    Refused: 'It refuses what is asked of it: the message says what, and why.',
    CredentialsMissing: 'The Secret that the Tenancy names isn’t there, or lacks a key.',
    MailNotSent: 'It couldn’t send the mail to a new address.',
  },
} as const;

/** The reasons that the condition Ready can have. */
export type TenancyReason = keyof (typeof TENANCY_CONDITION_REASONS)['Ready'];

/** The condition Ready with a reason from the table. */
export function tenancyReady(
  status: ConditionReport['status'],
  reason: TenancyReason,
  message: string,
): ConditionReport {
  return { type: 'Ready', status, reason, message };
}

/** What of an object's children is refused, as the condition Ready: what is refused says more than what waits for it. */
export function firstRefusal(refusals: Observed['refusals']): ConditionReport | undefined {
  const [first] = [...refusals]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .sort(([, a], [, b]) => Number(a.reason === 'Waiting') - Number(b.reason === 'Waiting'));
  if (first === undefined) return undefined;
  const [key, { reason, message }] = first;
  return tenancyReady('False', reason, `${key}: ${message}`);
}

/** Whether personal storage can be mounted, and if not, what to do. */
export function personalStorageCondition({ namespace, claimName, mount }: PersonalStorageModel): ConditionReport {
  const claim = `claim ${namespace}/${claimName}`;
  const say = (
    status: ConditionReport['status'],
    reason: keyof (typeof TENANCY_CONDITION_REASONS)['PersonalStorage'],
    message: string,
  ): ConditionReport => ({ type: 'PersonalStorage', status, reason, message });
  switch (mount) {
    case 'Mountable':
      return say('True', 'Mountable', `The volume of ${claim} is a share`);
    case 'Pending':
      return say('False', 'Pending', `There is no volume yet for ${claim}`);
    case 'NotShareable':
      return say(
        'False',
        'NotShareable',
        `The volume of ${claim} is mounted in that namespace alone: name a StorageClass in the Tenancy whose volumes are shares on a server (nfs, or csi with the attributes server and share)`,
      );
    case 'Unknown':
      return say('Unknown', 'VolumeUnknown', `The volume of ${claim} couldn't be asked for; it is tried again`);
  }
}

/** The condition IdentitySynced with a reason from the table. */
export function identitySynced(
  status: ConditionReport['status'],
  reason: keyof (typeof TENANCY_CONDITION_REASONS)['IdentitySynced'],
  message: string,
): ConditionReport {
  return { type: 'IdentitySynced', status, reason, message };
}
