/**
 * Rights of the controller that no suite uses, each with the reason why it is granted all the same. A waiver for a right that is
 * used, or isn't granted, fails the suite.
 */
import type { Right } from './used-rights';

export interface RightsWaiver {
  /** `cluster`: the ClusterRole; `lease`: the Role in the controller's own namespace. */
  readonly role: 'cluster' | 'lease';
  readonly right: Right;
  readonly because: string;
}

export const RIGHTS_WAIVERS: readonly RightsWaiver[] = [];
