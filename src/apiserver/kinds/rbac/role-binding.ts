/** Role bindings and cluster role bindings. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, ensureObject, findString, objectsIn } from '../../draft';
import { type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { isSameValue, jsonOf, listAt, objectAt, textAt } from '../json-members';
import { addProblems, isDnsSubdomainName, isPathSegmentName } from '../metadata';

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group'];

export const roleBindingStrategy = bindingStrategy(['Role', 'ClusterRole'], true);
export const clusterRoleBindingStrategy = bindingStrategy(['ClusterRole'], false);

function bindingStrategy(roleKinds: readonly string[], isNamespaced: boolean): Strategy {
  const errorsOf = (binding: KubeObject) => [
    ...roleErrors(objectAt(jsonOf(binding), 'roleRef'), roleKinds),
    ...listAt(jsonOf(binding), 'subjects').flatMap((subject, index) =>
      subjectErrors(subject, isNamespaced, `subjects[${String(index)}]`),
    ),
  ];
  return {
    validateName: isPathSegmentName,
    createsOnUpdate: true,
    setDefaults,
    validate: errorsOf,
    validateUpdate(binding, old) {
      const errors = errorsOf(binding);
      // The server checks an updated binding twice and tells of both.
      return [...errors, ...errors, ...roleChangeErrors(binding, old)];
    },
  };
}

function setDefaults(binding: DraftObject): void {
  const role = ensureObject(binding, 'roleRef');
  if ((findString(role, 'apiGroup') ?? '') === '') role['apiGroup'] = RBAC_GROUP;
  for (const subject of objectsIn(binding, 'subjects')) {
    const kind = findString(subject, 'kind');
    if ((findString(subject, 'apiGroup') ?? '') === '' && (kind === 'User' || kind === 'Group')) {
      subject['apiGroup'] = RBAC_GROUP;
    }
  }
}

function roleErrors(role: JsonObject | undefined, kinds: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  const group = textAt(role, 'apiGroup');
  if (group !== RBAC_GROUP) errors.push(notSupportedField('roleRef.apiGroup', group, [RBAC_GROUP]));
  const kind = textAt(role, 'kind');
  if (!kinds.includes(kind)) errors.push(notSupportedField('roleRef.kind', kind, kinds));
  const name = textAt(role, 'name');
  if (name === '') errors.push(requiredField('roleRef.name'));
  else addProblems(errors, 'roleRef.name', name, isPathSegmentName(name, false));
  return errors;
}

function subjectErrors(subject: JsonObject, isNamespaced: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const name = textAt(subject, 'name');
  const group = textAt(subject, 'apiGroup');
  const kind = textAt(subject, 'kind');
  if (name === '') errors.push(requiredField(`${path}.name`));
  if (kind === 'ServiceAccount') {
    if (name !== '') addProblems(errors, `${path}.name`, name, isDnsSubdomainName(name, false));
    if (group !== '') errors.push(notSupportedField(`${path}.apiGroup`, group, ['']));
    if (!isNamespaced && textAt(subject, 'namespace') === '') errors.push(requiredField(`${path}.namespace`));
  } else if (kind === 'User' || kind === 'Group') {
    if (group !== RBAC_GROUP) errors.push(notSupportedField(`${path}.apiGroup`, group, [RBAC_GROUP]));
  } else errors.push(notSupportedField(`${path}.kind`, kind, SUBJECT_KINDS));
  return errors;
}

function roleChangeErrors(binding: KubeObject, old: KubeObject): FieldError[] {
  const role = objectAt(jsonOf(binding), 'roleRef');
  if (isSameValue(role, objectAt(jsonOf(old), 'roleRef'))) return [];
  // Messages show the server's own names of these members.
  const shown = { APIGroup: textAt(role, 'apiGroup'), Kind: textAt(role, 'kind'), Name: textAt(role, 'name') };
  return [invalidField('roleRef', shown, 'cannot change roleRef')];
}
