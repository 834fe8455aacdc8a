/** How it is with a tenant or a workspace, in one word and the reason for it. */
import type { KubeObject } from '../../api/object';
import { findCondition } from '../environments/condition';
import type { Tone } from '../output';

/** Words of the column STATUS. Asleep: its namespace is removed until the next log-in. */
export type TenancyWord = 'Ready' | 'Asleep' | 'Pending' | 'Failed' | 'Deleting';

export interface TenancyState {
  readonly ready: boolean;
  readonly status: TenancyWord;
  /** CamelCase; `NotObserved` where no controller has looked yet. */
  readonly reason: string;
  readonly message: string;
}

export const TENANCY_TONES: Readonly<Record<TenancyWord, Tone>> = {
  Ready: 'good',
  Asleep: 'plain',
  Pending: 'busy',
  Failed: 'bad',
  Deleting: 'busy',
};

/** The state of an object, from its condition Ready. */
export function tenancyState(object: KubeObject): TenancyState {
  const ready = findCondition(object, 'Ready');
  if (ready === undefined)
    return { ready: false, status: 'Pending', reason: 'NotObserved', message: 'No controller has looked at it yet' };
  const { status, reason, message } = ready;
  return { ready: status === 'True', status: wordOf(object, status, reason), reason, message };
}

function wordOf({ metadata }: KubeObject, status: string, reason: string): TenancyWord {
  if (metadata.deletionTimestamp !== undefined) return 'Deleting';
  if (status === 'True') return reason === 'Asleep' ? 'Asleep' : 'Ready';
  return status === 'Unknown' || reason === 'Waiting' ? 'Pending' : 'Failed';
}
