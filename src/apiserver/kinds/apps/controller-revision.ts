/** Controller revisions: what a workload was once, kept to go back to it. */
import { isJsonObject } from '../../../api/json';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { NOT_NEGATIVE } from '../checks/numbers';
import { jsonOf, numberAt } from '../json-members';
import { immutableErrors } from '../metadata';

export const controllerRevisionStrategy: Strategy = {
  validate(revision) {
    const { data } = jsonOf(revision);
    const errors = revisionErrors(numberAt(jsonOf(revision), 'revision'));
    if (data === undefined || data === null) errors.push(requiredField('data', 'data is mandatory'));
    else if (!isJsonObject(data)) errors.push(requiredField('data', 'data must be a valid JSON object'));
    return errors;
  },
  validateUpdate: (revision, old) => [
    ...revisionErrors(numberAt(jsonOf(revision), 'revision')),
    ...immutableErrors(jsonOf(revision)['data'], jsonOf(old)['data'], 'data'),
  ],
};

function revisionErrors(revision: number): FieldError[] {
  return revision < 0 ? [invalidField('revision', revision, NOT_NEGATIVE)] : [];
}
