/** Quotas: how much a namespace may have of what. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { findObject } from '../../draft';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import type { Strategy, StrategyContext } from '../../resources/resource';
import { hasKey, listAt, mapAt, objectAt, textAt, textsAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import { roundAmounts } from '../pod-template';
import { addAmountErrors, addResourceNameErrors, isQuotaHugePages } from '../pod-template/resources';
import { serverValue } from '../server-values';
import { columnsOf } from './column-definitions';
import { keepMember, metadataUpdateErrors, STATUS_RESET_FIELDS, specOf, statusOf } from './strategy-parts';

const COMPUTE_RESOURCES = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];

const QUOTA_RESOURCES: ReadonlySet<string> = new Set([
  ...COMPUTE_RESOURCES,
  'ephemeral-storage',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
]);

/** Scopes, each with the resources that it can be said of. */
const SCOPES: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: new Set(['pods', ...COMPUTE_RESOURCES]),
  NotTerminating: new Set(['pods', ...COMPUTE_RESOURCES]),
  NotBestEffort: new Set(['pods', ...COMPUTE_RESOURCES]),
  PriorityClass: new Set(['pods', ...COMPUTE_RESOURCES]),
  CrossNamespacePodAffinity: new Set(['pods', ...COMPUTE_RESOURCES]),
  BestEffort: new Set(['pods']),
  VolumeAttributesClass: new Set(['persistentvolumeclaims', 'requests.storage']),
};

const CONFLICTING_SCOPES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

/** Scopes that are only there or not. */
const PLAIN_SCOPES = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];

const strategy: Strategy = {
  setDefaults: (quota) => {
    roundAmounts(findObject(quota, 'spec'), 'hard');
    roundAmounts(findObject(quota, 'status'), 'hard');
    roundAmounts(findObject(quota, 'status'), 'used');
  },
  prepareForCreate: (quota) => {
    quota['status'] = {};
  },
  prepareForUpdate: (quota, old, { subresource }) => {
    keepMember(quota, old, subresource === 'status' ? 'spec' : 'status');
  },
  validate: (quota) => [...specErrors(specOf(quota)), ...statusErrors(statusOf(quota))],
  validateUpdate,
  resetFields: STATUS_RESET_FIELDS,
};

export const resourceQuotas: KindFacts = {
  strategy,
  columns: columnsOf('resourcequotas', {
    Request: (quota) => usage(quota, false),
    Limit: (quota) => usage(quota, true),
  }),
};

function validateUpdate(quota: KubeObject, old: KubeObject, { subresource }: StrategyContext): FieldError[] {
  const errors = metadataUpdateErrors(quota, old);
  if (subresource === 'status') return [...errors, ...statusErrors(statusOf(quota))];
  errors.push(...specErrors(specOf(quota)));
  const scopes = new Set(textsAt(specOf(quota), 'scopes'));
  const before = new Set(textsAt(specOf(old), 'scopes'));
  if (scopes.size !== before.size || [...scopes].some((scope) => !before.has(scope))) {
    errors.push(invalidField('spec.scopes', shownScopes(specOf(quota)), 'field is immutable'));
  }
  return errors;
}

function shownScopes(spec: JsonObject): readonly string[] | null {
  return spec['scopes'] === undefined ? null : textsAt(spec, 'scopes');
}

function specErrors(spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  addHardErrors(errors, mapAt(spec, 'hard'), 'spec.hard');
  addScopeErrors(errors, spec);
  const selector = objectAt(spec, 'scopeSelector');
  if (selector !== undefined) addSelectorErrors(errors, spec, selector);
  return errors;
}

function statusErrors(status: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['hard', 'used']) addHardErrors(errors, mapAt(status, key), `status.${key}`);
  return errors;
}

function addHardErrors(errors: FieldError[], amounts: Readonly<Record<string, string>>, path: string): void {
  for (const [name, amount] of Object.entries(amounts)) {
    const at = `${path}[${name}]`;
    addResourceNameErrors(errors, name, at);
    if (!name.includes('/') && !isQuotaResource(name)) {
      errors.push(invalidField(at, name, 'must be a standard resource for quota'));
    }
    addAmountErrors(errors, name, { amount, path: at });
  }
}

function isQuotaResource(name: string): boolean {
  return QUOTA_RESOURCES.has(name) || isQuotaHugePages(name);
}

function isScopeFor(scope: string, resource: string): boolean {
  return !hasKey(SCOPES, scope) || SCOPES[scope]?.has(resource) === true;
}

function hardResources(spec: JsonObject): string[] {
  return Object.keys(mapAt(spec, 'hard')).filter(isQuotaResource).sort();
}

function addScopeErrors(errors: FieldError[], spec: JsonObject): void {
  const scopes = textsAt(spec, 'scopes');
  const refuse = (why: string) => {
    errors.push(invalidField('spec.scopes', scopes, why));
  };
  for (const scope of scopes) {
    if (!hasKey(SCOPES, scope)) refuse('unsupported scope');
    for (const resource of hardResources(spec)) {
      if (!isScopeFor(scope, resource)) refuse('unsupported scope applied to resource');
    }
  }
  if (conflicts(scopes)) refuse('conflicting scopes');
}

function conflicts(scopes: readonly string[]): boolean {
  return CONFLICTING_SCOPES.some((pair) => pair.every((scope) => scopes.includes(scope)));
}

function addSelectorErrors(errors: FieldError[], spec: JsonObject, selector: JsonObject): void {
  const path = 'spec.scopeSelector.matchExpressions';
  const scopes: string[] = [];
  for (const requirement of listAt(selector, 'matchExpressions')) {
    const scope = textAt(requirement, 'scopeName');
    scopes.push(scope);
    if (!hasKey(SCOPES, scope)) errors.push(invalidField(`${path}.scopeName`, scope, 'unsupported scope'));
    for (const resource of hardResources(spec)) {
      if (isScopeFor(scope, resource)) continue;
      const shown = serverValue(selector, 'ScopeSelector');
      errors.push(invalidField(path, shown, 'unsupported scope applied to resource'));
    }
    addOperatorErrors(errors, { requirement, scope }, path);
  }
  if (conflicts(scopes)) errors.push(invalidField(path, shownScopes(spec), 'conflicting scopes'));
}

function addOperatorErrors(
  errors: FieldError[],
  { requirement, scope }: { readonly requirement: JsonObject; readonly scope: string },
  path: string,
): void {
  const operator = textAt(requirement, 'operator');
  const values = textsAt(requirement, 'values');
  if (PLAIN_SCOPES.includes(scope) && operator !== 'Exists') {
    const detail =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(invalidField(`${path}.operator`, operator, detail));
  }
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length > 0) return;
    const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    errors.push(requiredField(`${path}.values`, detail));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length === 0) return;
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    errors.push(invalidField(`${path}.values`, values, detail));
  } else errors.push(invalidField(`${path}.operator`, operator, 'not a valid selector operator'));
}

function usage(quota: KubeObject, areLimits: boolean): string {
  const hard = mapAt(statusOf(quota), 'hard');
  const used = mapAt(statusOf(quota), 'used');
  return Object.keys(hard)
    .sort()
    .filter((name) => name.startsWith('limits.') === areLimits)
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name] ?? '0'}`)
    .join(', ');
}
