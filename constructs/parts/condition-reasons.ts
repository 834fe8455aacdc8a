/**
 * The conditions of an environment and their reasons, in one table: what status may say, and what its readers can rely on.
 */
import type { ConditionReport } from '../../src/api/condition';
import type { HoldReason } from '../../src/model/front-end';
import type { BlockerReason } from './blocker';

const BLOCKERS: Readonly<Record<BlockerReason, string>> = {
  AccessLayerMissing:
    'A sign-in is asked for, and no access layer is installed to do it: the environment stays closed.',
  EntryMissing: 'A sign-in is asked for, and the environment has no address to sign in at: it stays closed.',
  BypassPossible: 'The app could be reached around the sign-in: the environment stays closed.',
  NameConflict: 'An object that the environment needs is there and belongs to somebody else.',
  QuotaExceeded: 'A quota leaves no room.',
  Refused: 'The Kubernetes API refuses an object.',
  Immutable: "A field that can't be changed differs.",
  StorageClassNotFound: "A claim names a storage class that the cluster doesn't have.",
  ClaimLost: 'A claim has lost its volume.',
  ClaimPending: "A volume isn't there yet.",
  Unschedulable: 'No node takes the pod.',
  ImagePullFailed: "An image can't be pulled.",
  ImageInvalid: 'An image can never be used as it is named.',
  InitFailed: 'An init container keeps failing.',
  CrashLoop: 'A container keeps ending.',
  ContainerNotCreated: "A container can't be made.",
};

const HOLDS: Readonly<Record<HoldReason, string>> = {
  Invalid: "The description can't be carried out as it is.",
  TemplateNotFound: "The template isn't there.",
  ReferenceNotFound: "Something that is referred to isn't there.",
  ReferenceNotPermitted: 'Something that is referred to may not be used from here.',
  NameTooLong: 'A name leaves no room for the names made from it.',
  NotSupported: "Something is asked for that this version can't do.",
};

/** Every condition and every reason it can have, with what it means; conditions have no other. */
export const CONDITION_REASONS = {
  /** The app runs and answers. */
  Ready: {
    Running: 'The app answers its probes.',
    Simulated: 'A simulated node says so; nothing runs.',
    Starting: 'It is on its way.',
    Stopping: 'It is meant to be stopped, and its pods are ending.',
    Stopped: 'It is meant to be stopped.',
    Deleting: 'It is being deleted.',
    ...BLOCKERS,
    ...HOLDS,
  },
  /** The description is understood and every object is accepted. */
  Admitted: {
    Accepted: 'Everything is as planned.',
    NameConflict: BLOCKERS.NameConflict,
    QuotaExceeded: BLOCKERS.QuotaExceeded,
    Refused: BLOCKERS.Refused,
    Immutable: BLOCKERS.Immutable,
    ...HOLDS,
  },
  /** It can be opened: through its entry, or inside the cluster where it has none. */
  Reachable: {
    Entry: 'Its entry leads to it.',
    InCluster: 'It has no entry: its Service leads to it inside the cluster.',
    NotReady: "The app, its Service or its Ingress isn't there yet.",
    RouteNotAccepted: "The Gateway that is to lead to it hasn't taken its HTTPRoute.",
    NoWebPort: 'It has no port to open.',
    PathNotStripped: "The entry is to take a prefix off the path, and its ingress class isn't known to do that.",
    AccessLayerMissing: BLOCKERS.AccessLayerMissing,
    EntryMissing: BLOCKERS.EntryMissing,
    BypassPossible: BLOCKERS.BypassPossible,
    PolicyNotFound: "The access policy isn't there: nobody gets in.",
    PolicyInvalid: "The access policy can't be carried out: nobody gets in.",
    PolicyRejected: "The sidecar doesn't take the policy's raw configuration: nobody gets in.",
    Deleting: 'It is being deleted.',
    Held: "The description can't be carried out now; what runs is left as it is.",
  },
  /** Others get in as well; only where that is asked for. */
  Shared: {
    Granted: 'As the policy says.',
    NotAllowed: 'The template allows no sharing.',
  },
} as const;

/** The reasons that a condition can have. */
export type ReasonOf<Type extends keyof typeof CONDITION_REASONS> = keyof (typeof CONDITION_REASONS)[Type] & string;

/** A condition with a reason from the table. */
export function condition<Type extends keyof typeof CONDITION_REASONS>(
  type: Type,
  status: ConditionReport['status'],
  reason: ReasonOf<Type>,
  message: string,
): ConditionReport {
  return { type, status, reason, message };
}
