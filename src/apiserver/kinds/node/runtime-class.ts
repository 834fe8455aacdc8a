/**
 * Runtime classes.
 * @see k8s.io/kubernetes/pkg/apis/node/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { duplicateField, type FieldError } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { findNodeLabelWarning } from '../checks/node-labels';
import { negativeQuantityErrors } from '../checks/numbers';
import { jsonOf, listAt, mapAt, objectAt, textAt } from '../json-members';
import { addProblems, dnsLabelProblems, immutableErrors, labelErrors } from '../metadata';

export const runtimeClassStrategy: Strategy = {
  createsOnUpdate: true,
  updatesUnconditionally: false,
  validate: (runtimeClass) => classErrors(jsonOf(runtimeClass)),
  validateUpdate: (runtimeClass, old) => [
    ...classErrors(jsonOf(runtimeClass)),
    ...immutableErrors(jsonOf(runtimeClass)['handler'], jsonOf(old)['handler'], 'handler'),
  ],
  warnings: (runtimeClass) => labelWarnings(runtimeClass),
};

function classErrors(runtimeClass: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const handler = textAt(runtimeClass, 'handler');
  addProblems(errors, 'handler', handler, dnsLabelProblems(handler));
  for (const [name, amount] of Object.entries(mapAt(objectAt(runtimeClass, 'overhead'), 'podFixed'))) {
    errors.push(...negativeQuantityErrors(amount, `overhead.limits[${name}]`));
  }
  const scheduling = objectAt(runtimeClass, 'scheduling');
  if (scheduling === undefined) return errors;
  return [
    ...errors,
    ...labelErrors(mapAt(scheduling, 'nodeSelector'), 'scheduling.nodeSelector'),
    ...duplicateTolerationErrors(scheduling),
  ];
}

function duplicateTolerationErrors(scheduling: JsonObject): FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, toleration] of listAt(scheduling, 'tolerations').entries()) {
    const text = JSON.stringify(['key', 'operator', 'value', 'effect'].map((key) => textAt(toleration, key)));
    if (seen.has(text)) errors.push(duplicateField(`scheduling.tolerations[${String(index)}]`, shown(toleration)));
    seen.add(text);
  }
  return errors;
}

/** The toleration with the server's own names of its members. */
function shown(toleration: JsonObject): JsonObject {
  return {
    Key: textAt(toleration, 'key'),
    Operator: textAt(toleration, 'operator'),
    Value: textAt(toleration, 'value'),
    Effect: textAt(toleration, 'effect'),
    TolerationSeconds: toleration['tolerationSeconds'] ?? null,
  };
}

function labelWarnings(runtimeClass: KubeObject): string[] {
  const labels = mapAt(objectAt(jsonOf(runtimeClass), 'scheduling'), 'nodeSelector');
  return Object.keys(labels).flatMap((key) => {
    const warning = findNodeLabelWarning(key);
    return warning === undefined ? [] : [`scheduling.nodeSelector: ${warning}`];
  });
}
