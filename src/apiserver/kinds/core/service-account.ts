/** Service accounts. */

import type { DraftObject } from '../../draft';
import { objectsIn } from '../../draft';
import type { Strategy } from '../../resources/resource';
import { removeMember } from '../draft-members';
import { hasKey, jsonOf, listAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import { annotationsOf } from '../pod-template/pod-annotations';
import { columnsOf } from './column-definitions';
import { metadataErrors, metadataUpdateErrors } from './strategy-parts';

const MOUNTABLE_ANNOTATION = 'kubernetes.io/enforce-mountable-secrets';

const strategy: Strategy = {
  prepareForCreate: keepSecretNames,
  prepareForUpdate: keepSecretNames,
  validateUpdate: (next, old) => [...metadataUpdateErrors(next, old), ...metadataErrors(next, { namespaced: true })],
  warnings: (account, old) => {
    const isNew = old === undefined || !hasKey(annotationsOf(jsonOf(old)), MOUNTABLE_ANNOTATION);
    if (!isNew || !hasKey(annotationsOf(jsonOf(account)), MOUNTABLE_ANNOTATION)) return [];
    const hint = 'deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets';
    return [`metadata.annotations[${MOUNTABLE_ANNOTATION}]: ${hint}`];
  },
};

export const serviceAccounts: KindFacts = {
  strategy,
  columns: columnsOf('serviceaccounts', { Secrets: (account) => listAt(jsonOf(account), 'secrets').length }),
};

/** Of a reference to a secret only the name is kept. */
function keepSecretNames(account: DraftObject): void {
  for (const secret of objectsIn(account, 'secrets')) {
    for (const key of Object.keys(secret)) if (key !== 'name') removeMember(secret, key);
  }
}
