/**
 * Storage classes and volume attributes classes.
 * @see k8s.io/kubernetes/pkg/apis/storage/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { duplicateField, type FieldError, forbiddenField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { findNodeLabelWarning } from '../checks/node-labels';
import { isSameValue, jsonOf, listAt, optionalTextAt, textAt, textsAt } from '../json-members';
import { addProblems, immutableErrors, qualifiedNameProblems } from '../metadata';
import { parametersErrors, provisionerErrors } from './class-parameters';

const RECLAIM_POLICIES = ['Delete', 'Retain'];
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];
const TOPOLOGIES = 'allowedTopologies';

export const storageClassStrategy: Strategy = {
  setDefaults(storageClass) {
    storageClass['reclaimPolicy'] ??= 'Delete';
    storageClass['volumeBindingMode'] ??= 'Immediate';
  },
  validate: (storageClass) => classErrors(jsonOf(storageClass)),
  validateUpdate: (storageClass, old) => [
    ...classErrors(jsonOf(storageClass)),
    ...changedErrors(storageClass, old, ['parameters', 'provisioner', 'reclaimPolicy']),
    ...immutableErrors(
      jsonOf(storageClass)['volumeBindingMode'],
      jsonOf(old)['volumeBindingMode'],
      'volumeBindingMode',
    ),
  ],
  warnings: (storageClass) =>
    topologyExpressions(jsonOf(storageClass)).flatMap(({ expression, path }) => {
      const warning = findNodeLabelWarning(textAt(expression, 'key'));
      return warning === undefined ? [] : [`${path}.key: ${warning}`];
    }),
};

export const volumeAttributesClassStrategy: Strategy = {
  validate: (attributesClass) => attributesClassErrors(jsonOf(attributesClass)),
  validateUpdate(attributesClass, old) {
    const errors = attributesClassErrors(jsonOf(attributesClass));
    // The server checks an updated class twice and tells of both.
    return [...errors, ...changedErrors(attributesClass, old, ['driverName', 'parameters']), ...errors];
  },
};

function attributesClassErrors(attributesClass: JsonObject): FieldError[] {
  return [...provisionerErrors(attributesClass, 'driverName'), ...parametersErrors(attributesClass, false)];
}

function changedErrors(object: KubeObject, old: KubeObject, keys: readonly string[]): FieldError[] {
  return keys
    .filter((key) => !isSameValue(jsonOf(object)[key], jsonOf(old)[key]))
    .map((key) => forbiddenField(key, `updates to ${key} are forbidden.`));
}

function classErrors(storageClass: JsonObject): FieldError[] {
  const errors = [...provisionerErrors(storageClass, 'provisioner'), ...parametersErrors(storageClass, true)];
  const reclaimPolicy = textAt(storageClass, 'reclaimPolicy');
  if (reclaimPolicy !== '' && !RECLAIM_POLICIES.includes(reclaimPolicy)) {
    errors.push(notSupportedField('reclaimPolicy', reclaimPolicy, RECLAIM_POLICIES));
  }
  const mode = optionalTextAt(storageClass, 'volumeBindingMode');
  if (mode === undefined) errors.push(requiredField('volumeBindingMode'));
  else if (!BINDING_MODES.includes(mode)) errors.push(notSupportedField('volumeBindingMode', mode, BINDING_MODES));
  return [...errors, ...topologyErrors(storageClass)];
}

function topologyExpressions(storageClass: JsonObject) {
  return listAt(storageClass, TOPOLOGIES).flatMap((term, index) =>
    listAt(term, 'matchLabelExpressions').map((expression, at) => ({
      expression,
      path: `${TOPOLOGIES}[${String(index)}].matchLabelExpressions[${String(at)}]`,
    })),
  );
}

function topologyErrors(storageClass: JsonObject): FieldError[] {
  const seen = new Set<string>();
  return listAt(storageClass, TOPOLOGIES).flatMap((term, index) => {
    const path = `${TOPOLOGIES}[${String(index)}].matchLabelExpressions`;
    const valuesByKey = new Map<string, string>();
    const errors = listAt(term, 'matchLabelExpressions').flatMap((expression, at) => {
      const found = expressionErrors(expression, `${path}[${String(at)}]`);
      const key = textAt(expression, 'key');
      if (valuesByKey.has(key)) found.push(duplicateField(`${path}[${String(at)}].key`, key));
      valuesByKey.set(key, [...new Set(textsAt(expression, 'values'))].sort().join('\u0000'));
      return found;
    });
    const text = JSON.stringify([...valuesByKey].sort());
    if (seen.has(text)) errors.push(duplicateField(path, ''));
    seen.add(text);
    return errors;
  });
}

function expressionErrors(expression: JsonObject, path: string): FieldError[] {
  const values = textsAt(expression, 'values');
  const errors: FieldError[] = values.length === 0 ? [requiredField(`${path}.values`)] : [];
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) < index) errors.push(duplicateField(`${path}.values[${String(index)}]`, value));
  }
  const key = textAt(expression, 'key');
  addProblems(errors, `${path}.key`, key, qualifiedNameProblems(key));
  return errors;
}
