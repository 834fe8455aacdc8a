/** Checks of `topologySpreadConstraints`. */
import type { JsonObject } from '../../../api/json';
import { duplicateField, type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import { numberAt, objectAt, optionalNumberAt, optionalTextAt, textAt } from '../json-members';
import { labelSelectorErrors } from '../metadata';
import { addMatchLabelKeysErrors } from './match-label-keys';

const NOT_POSITIVE = 'must be greater than zero';

/** Adds what is wrong with the constraints of a pod. */
export function addTopologySpreadErrors(errors: FieldError[], constraints: readonly JsonObject[], path: string): void {
  for (const [index, constraint] of constraints.entries()) {
    const at = `${path}[${String(index)}]`;
    if (numberAt(constraint, 'maxSkew') <= 0) {
      errors.push(invalidField(`${at}.maxSkew`, numberAt(constraint, 'maxSkew'), NOT_POSITIVE));
    }
    if (textAt(constraint, 'topologyKey') === '') errors.push(requiredField(`${at}.topologyKey`, 'can not be empty'));
    const action = textAt(constraint, 'whenUnsatisfiable');
    if (action !== 'DoNotSchedule' && action !== 'ScheduleAnyway') {
      errors.push(notSupportedField(`${at}.whenUnsatisfiable`, action, ['DoNotSchedule', 'ScheduleAnyway']));
    }
    addRepetitionErrors(errors, { constraint, later: constraints.slice(index + 1) }, at);
    addMinDomainsErrors(errors, constraint, at);
    for (const key of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) {
      const policy = optionalTextAt(constraint, key);
      if (policy !== undefined && policy !== 'Honor' && policy !== 'Ignore') {
        errors.push(notSupportedField(`${at}.${key}`, policy, ['Honor', 'Ignore']));
      }
    }
    addMatchLabelKeysErrors(errors, constraint, at);
    errors.push(...labelSelectorErrors(objectAt(constraint, 'labelSelector'), `${at}.labelSelector`));
  }
}

function addRepetitionErrors(
  errors: FieldError[],
  { constraint, later }: { readonly constraint: JsonObject; readonly later: readonly JsonObject[] },
  path: string,
): void {
  const key = textAt(constraint, 'topologyKey');
  const action = textAt(constraint, 'whenUnsatisfiable');
  const isRepeated = later.some(
    (other) => textAt(other, 'topologyKey') === key && textAt(other, 'whenUnsatisfiable') === action,
  );
  if (isRepeated) errors.push(duplicateField(`${path}.{topologyKey, whenUnsatisfiable}`, `{${key}, ${action}}`));
}

function addMinDomainsErrors(errors: FieldError[], constraint: JsonObject, path: string): void {
  const minDomains = optionalNumberAt(constraint, 'minDomains');
  if (minDomains === undefined) return;
  if (minDomains <= 0) errors.push(invalidField(`${path}.minDomains`, minDomains, NOT_POSITIVE));
  const action = textAt(constraint, 'whenUnsatisfiable');
  if (action === 'DoNotSchedule') return;
  const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
  errors.push(invalidField(`${path}.minDomains`, minDomains, detail));
}
