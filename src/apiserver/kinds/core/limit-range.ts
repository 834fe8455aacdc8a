/** Limit ranges: what pods, containers and claims of a namespace may ask for, and what they get that don't. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { compareQuantities, parseQuantity } from '../../../api/quantity';
import { type DraftObject, ensureObject, findObject, objectsIn } from '../../draft';
import { duplicateField, type FieldError, forbiddenField, invalidField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { entryAt, hasKey, listAt, mapAt, textAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import { addProblems, qualifiedNameProblems } from '../metadata';
import { roundAmounts } from '../pod-template';
import { isOvercommitAllowed } from '../pod-template/resource-amounts';
import { addContainerResourceNameErrors, addResourceNameErrors } from '../pod-template/resources';
import { columnsOf } from './column-definitions';
import { metadataErrors, specOf } from './strategy-parts';

const AMOUNTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'];
const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const MILLI_MAX = 2n ** 63n / 1000n;

type Amounts = Readonly<Record<string, string>>;

const strategy: Strategy = {
  setDefaults: (range) => {
    for (const limit of objectsIn(findObject(range, 'spec'), 'limits')) setLimitDefaults(limit);
  },
  prepareForCreate: (range) => {
    const metadata = ensureObject(range, 'metadata');
    // One without a name is called by its UID.
    if (textAt(metadata, 'name') === '') metadata['name'] = uuidOf(textAt(metadata, 'uid'));
  },
  validate: limitErrors,
  validateUpdate: (next) => [...metadataErrors(next, { namespaced: true }), ...limitErrors(next)],
  createsOnUpdate: true,
};

export const limitRanges: KindFacts = {
  strategy,
  columns: columnsOf('limitranges', { 'Created At': (range) => range.metadata.creationTimestamp ?? null }),
};

function uuidOf(seed: string): string {
  const digits = createHash('sha256').update(seed).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

function setLimitDefaults(limit: DraftObject): void {
  if (limit['type'] === 'Container') {
    fillFrom(limit, 'default', ['max']);
    fillFrom(limit, 'defaultRequest', ['default', 'min']);
  }
  for (const key of AMOUNTS) roundAmounts(limit, key);
}

/** Takes what is missing of other amounts, in their order. */
function fillFrom(limit: DraftObject, key: string, sources: readonly string[]): void {
  const filled = { ...findObject(limit, key) };
  for (const source of sources) {
    for (const [name, amount] of Object.entries(findObject(limit, source) ?? {})) {
      if (!hasKey(filled, name)) filled[name] = amount;
    }
  }
  if (Object.keys(filled).length > 0) limit[key] = filled;
}

function limitErrors(range: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const types = new Set<string>();
  for (const [index, limit] of listAt(specOf(range), 'limits').entries()) {
    const path = `spec.limits[${String(index)}]`;
    const type = textAt(limit, 'type');
    addTypeErrors(errors, type, `${path}.type`);
    if (types.has(type)) errors.push(duplicateField(`${path}.type`, type));
    types.add(type);
    addAmountNameErrors(errors, limit, path);
    for (const name of namesOf(limit)) addRelationErrors(errors, { limit, name }, path);
  }
  return errors;
}

function addTypeErrors(errors: FieldError[], type: string, path: string): void {
  const problems = qualifiedNameProblems(type);
  addProblems(errors, path, type, problems);
  if (problems.length > 0 || type.includes('/') || TYPES.includes(type)) return;
  errors.push(invalidField(path, type, 'must be a standard limit type or fully qualified'));
}

function addAmountNameErrors(errors: FieldError[], limit: JsonObject, path: string): void {
  const type = textAt(limit, 'type');
  const isOfPods = type === 'Pod' || type === 'Container';
  for (const key of AMOUNTS) {
    const amounts = mapAt(limit, key);
    if (key === 'maxLimitRequestRatio' && type === 'PersistentVolumeClaim') addStorageErrors(errors, limit, path);
    if (type === 'Pod' && (key === 'default' || key === 'defaultRequest')) {
      if (Object.keys(amounts).length > 0) {
        errors.push(forbiddenField(`${path}.${key}`, "may not be specified when `type` is 'Pod'"));
      }
      continue;
    }
    for (const name of Object.keys(amounts)) {
      const at = `${path}.${key}[${name}]`;
      if (isOfPods) addContainerResourceNameErrors(errors, name, at);
      else addResourceNameErrors(errors, name, at);
    }
  }
}

function addStorageErrors(errors: FieldError[], limit: JsonObject, path: string): void {
  if (hasKey(mapAt(limit, 'min'), 'storage') || hasKey(mapAt(limit, 'max'), 'storage')) return;
  const detail = 'either minimum or maximum storage value is required, but neither was provided';
  errors.push(requiredField(`${path}.limits`, detail));
}

function namesOf(limit: JsonObject): ReadonlySet<string> {
  return new Set(AMOUNTS.flatMap((key) => Object.keys(amountsOf(limit, key))));
}

/** A pod's defaults are refused, and not looked at any further. */
function amountsOf(limit: JsonObject, key: string): Amounts {
  const isRefused = textAt(limit, 'type') === 'Pod' && (key === 'default' || key === 'defaultRequest');
  return isRefused ? {} : mapAt(limit, key);
}

interface NamedLimit {
  readonly limit: JsonObject;
  readonly name: string;
}

function addRelationErrors(errors: FieldError[], { limit, name }: NamedLimit, path: string): void {
  const amount = (key: string) => entryAt(amountsOf(limit, key), name);
  const min = amount('min');
  const max = amount('max');
  const standard = amount('default');
  const request = amount('defaultRequest');
  const exceeds = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && compareQuantities(a, b) > 0;
  const refuse = (key: string, shown: string | undefined, why: string) => {
    errors.push(invalidField(`${path}.${key}[${name}]`, shown, why));
  };
  const told = (a: string | undefined, b: string | undefined, names: readonly [string, string]) =>
    `${names[0]} value ${String(a)} is greater than ${names[1]} value ${String(b)}`;
  if (exceeds(min, max)) refuse('min', min, told(min, max, ['min', 'max']));
  if (exceeds(min, request)) refuse('defaultRequest', request, told(min, request, ['min', 'default request']));
  if (exceeds(request, max)) refuse('defaultRequest', request, told(request, max, ['default request', 'max']));
  if (exceeds(request, standard)) {
    refuse('defaultRequest', request, told(request, standard, ['default request', 'default limit']));
  }
  if (exceeds(min, standard)) refuse('default', min, told(min, standard, ['min', 'default']));
  if (exceeds(standard, max)) refuse('default', max, told(standard, max, ['default', 'max']));
  addRatioErrors(errors, { ratio: amount('maxLimitRequestRatio'), min, max }, `${path}.maxLimitRequestRatio[${name}]`);
  const mustEqual = !isOvercommitAllowed(name) && standard !== undefined && request !== undefined;
  if (mustEqual && compareQuantities(standard, request) !== 0) {
    refuse(
      'defaultRequest',
      request,
      `default value ${standard} must equal to defaultRequest value ${request} in ${name}`,
    );
  }
}

interface Ratio {
  readonly ratio: string | undefined;
  readonly min: string | undefined;
  readonly max: string | undefined;
}

function addRatioErrors(errors: FieldError[], { ratio, min, max }: Ratio, path: string): void {
  if (ratio === undefined) return;
  if (compareQuantities(ratio, '1') < 0) errors.push(invalidField(path, ratio, `ratio ${ratio} is less than 1`));
  if (min === undefined || max === undefined) return;
  const [ratioNanos, minNanos, maxNanos] = [ratio, min, max].map((each) => parseQuantity(each).nanos);
  if (ratioNanos === undefined || minNanos === undefined || maxNanos === undefined) return;
  const areSmall = [ratioNanos, minNanos, maxNanos].every((nanos) => nanos / 10n ** 9n < MILLI_MAX);
  const unit = areSmall ? 10n ** 6n : 10n ** 9n;
  const valueOf = (nanos: bigint) => Number((nanos + unit - 1n) / unit);
  const limit = valueOf(maxNanos) / valueOf(minNanos);
  const value = areSmall ? valueOf(ratioNanos) / 1000 : valueOf(ratioNanos);
  if (value > limit)
    errors.push(invalidField(path, ratio, `ratio ${ratio} is greater than max/min = ${limit.toFixed(6)}`));
}
