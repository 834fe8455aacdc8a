/** What an answer means for somebody's rights. */
import type { Answer } from './person';

/** `Yes`; or who refused, by the words of the server. */
export type Judgement = 'Yes' | 'RefusedByRbac' | 'RefusedByAdmission';

/** What a request may be answered with that got past every check of rights, but not further. */
export interface Beyond {
  /** Codes that say so, such as 400 of a pod that no node runs. Default none. */
  readonly beyond?: readonly number[];
}

/** Throws where the answer says nothing of rights: such an attempt proves nothing. */
export function judged({ status, message }: Answer, { beyond = [] }: Beyond = {}): Judgement {
  if (status >= 200 && status < 300) return 'Yes';
  if (beyond.includes(status)) return 'Yes';
  if (message.includes('ValidatingAdmissionPolicy') || message.includes('violates PodSecurity'))
    return 'RefusedByAdmission';
  if (status === 401) return 'RefusedByRbac';
  if (status === 403 && message.includes(' cannot ')) return 'RefusedByRbac';
  if (status === 403 && /attempting to grant|permissions not currently held/.test(message)) return 'RefusedByRbac';
  // An apply that would make an object is refused so, without a word of why.
  if (status === 403 && /is forbidden:\s*$/.test(message)) return 'RefusedByRbac';
  throw new Error(`an answer that says nothing of rights: ${String(status)} ${message}`);
}
