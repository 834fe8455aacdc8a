/**
 * What claims ask for.
 * @see k8s.io/kubernetes/pkg/apis/resource/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import { type DraftObject, findObject, objectsIn } from '../../draft';
import {
  duplicateField,
  type FieldError,
  invalidField,
  notSupportedField,
  requiredField,
  tooManyField,
} from '../../field-error';
import { listAt, numberAt, objectAt, textAt } from '../json-members';
import { addProblems, dnsLabelProblems, dnsSubdomainProblems } from '../metadata';

const REQUESTS_MAX = 32;
const ALTERNATIVES_MAX = 8;
const SELECTORS_MAX = 32;
const MODES = ['All', 'ExactCount'];

/** Completes the requests of a claim's spec, in place. */
export function setRequestDefaults(spec: DraftObject | undefined): void {
  for (const request of objectsIn(findObject(spec, 'devices'), 'requests')) {
    const exact = findObject(request, 'exactly');
    if (exact !== undefined) setCountDefaults(exact);
    for (const alternative of objectsIn(request, 'firstAvailable')) setCountDefaults(alternative);
  }
}

function setCountDefaults(request: DraftObject): void {
  if (textAt(request, 'allocationMode') === '') request['allocationMode'] = 'ExactCount';
  if (request['allocationMode'] === 'ExactCount' && numberAt(request, 'count') === 0) request['count'] = 1;
}

/** Problems of the requests of a claim's spec. */
export function requestsErrors(spec: JsonObject | undefined, path: string): FieldError[] {
  return namedListErrors(
    listAt(objectAt(spec, 'devices'), 'requests'),
    `${path}.devices.requests`,
    REQUESTS_MAX,
    requestErrors,
  );
}

/** Problems of a list whose items have names that nobody else there has. */
function namedListErrors(
  items: readonly JsonObject[],
  path: string,
  maximum: number,
  errorsOf: (item: JsonObject, path: string) => FieldError[],
): FieldError[] {
  const names = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, item] of items.entries()) {
    const at = `${path}[${String(index)}]`;
    errors.push(...errorsOf(item, at));
  }
  if (items.length > maximum) errors.push(tooManyField(path, items.length, maximum));
  for (const [index, item] of items.entries()) {
    const name = textAt(item, 'name');
    if (names.has(name)) errors.push(duplicateField(`${path}[${String(index)}].name`, name));
    names.add(name);
  }
  return errors;
}

function requestErrors(request: JsonObject, path: string): FieldError[] {
  const errors = nameErrors(request, path);
  const alternatives = listAt(request, 'firstAvailable');
  const exact = objectAt(request, 'exactly');
  errors.push(
    ...namedListErrors(alternatives, `${path}.firstAvailable`, ALTERNATIVES_MAX, (one, at) => [
      ...nameErrors(one, at),
      ...deviceErrors(one, at),
    ]),
  );
  if (exact !== undefined) errors.push(...deviceErrors(exact, `${path}.exactly`));
  const rule = 'exactly one of `exactly` or `firstAvailable` is required';
  if (alternatives.length === 0 && exact === undefined) errors.push(requiredField(path, rule));
  else if (alternatives.length > 0 && exact !== undefined) {
    errors.push(invalidField(path, null, `${rule}, but multiple fields are set`));
  }
  return errors;
}

function nameErrors(item: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const name = textAt(item, 'name');
  addProblems(errors, `${path}.name`, name, dnsLabelProblems(name));
  return errors;
}

function deviceErrors(request: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const className = textAt(request, 'deviceClassName');
  if (className === '') errors.push(requiredField(`${path}.deviceClassName`));
  else addProblems(errors, `${path}.deviceClassName`, className, dnsSubdomainProblems(className));
  errors.push(...selectorsErrors(request, `${path}.selectors`));
  const mode = textAt(request, 'allocationMode');
  const count = numberAt(request, 'count');
  if (mode === 'All' && count !== 0) {
    errors.push(invalidField(`${path}.count`, count, "must not be specified when allocationMode is 'All'"));
  } else if (mode === 'ExactCount' && count <= 0) {
    errors.push(invalidField(`${path}.count`, count, 'must be greater than zero'));
  } else if (!MODES.includes(mode)) errors.push(notSupportedField(`${path}.allocationMode`, mode, MODES));
  return errors;
}

/** Problems of selectors of devices, but for their expressions. */
export function selectorsErrors(parent: JsonObject, path: string): FieldError[] {
  const selectors = listAt(parent, 'selectors');
  const errors = selectors.flatMap((selector, index) =>
    objectAt(selector, 'cel') === undefined ? [requiredField(`${path}[${String(index)}].cel`)] : [],
  );
  return selectors.length > SELECTORS_MAX ? [...errors, tooManyField(path, selectors.length, SELECTORS_MAX)] : errors;
}
