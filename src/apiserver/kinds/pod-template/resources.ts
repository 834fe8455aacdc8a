/** Checks of what containers and pods ask of resources. */
import type { JsonObject } from '../../../api/json';
import { compareQuantities, parseQuantity } from '../../../api/quantity';
import {
  duplicateField,
  type FieldError,
  forbiddenField,
  invalidField,
  notFoundField,
  notSupportedField,
  requiredField,
} from '../../field-error';
import { entryAt, listAt, mapAt, objectAt, textAt } from '../json-members';
import { addProblems, dnsLabelProblems, qualifiedNameProblems } from '../metadata';
import {
  aggregateAmounts,
  isHugePageResource,
  isNativeResource,
  isOvercommitAllowed,
  isPodLevelResource,
} from './resource-amounts';

const NANOS = 10n ** 9n;

/** Resources that are counted. */
const INTEGER_RESOURCES: ReadonlySet<string> = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

const STANDARD_RESOURCES: ReadonlySet<string> = new Set([
  ...INTEGER_RESOURCES,
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'storage',
  'requests.storage',
]);

const CONTAINER_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

type ResourceNameCheck = (errors: FieldError[], resource: string, path: string) => void;

/** Adds what is wrong with a resource's name; true where nothing is. */
export function addResourceNameErrors(errors: FieldError[], resource: string, path: string): boolean {
  const problems = qualifiedNameProblems(resource);
  addProblems(errors, path, resource, problems);
  if (problems.length > 0) return false;
  if (resource.includes('/') || STANDARD_RESOURCES.has(resource) || isQuotaHugePages(resource)) return true;
  errors.push(invalidField(path, resource, 'must be a standard resource type or fully qualified'));
  return false;
}

/** Whether a quota can be set for huge pages under this name. */
export function isQuotaHugePages(resource: string): boolean {
  return isHugePageResource(resource) || resource.startsWith('requests.hugepages-');
}

/** Adds what is wrong with the name of a resource that a container asks for. */
export function addContainerResourceNameErrors(errors: FieldError[], resource: string, path: string): void {
  addResourceNameErrors(errors, resource, path);
  if (!resource.includes('/')) {
    if (!CONTAINER_RESOURCES.has(resource) && !isHugePageResource(resource)) {
      errors.push(invalidField(path, resource, 'must be a standard resource for containers'));
    }
  } else if (!isNativeResource(resource) && !isExtendedResource(resource)) {
    errors.push(invalidField(path, resource, "doesn't follow extended resource name standard"));
  }
}

function addPodResourceNameErrors(errors: FieldError[], resource: string, path: string): void {
  if (!addResourceNameErrors(errors, resource, path)) return;
  if (!isPodLevelResource(resource)) {
    errors.push(notSupportedField(path, resource, ['cpu', 'hugepages-', 'memory']));
  }
}

/** Whether a resource is one that nodes offer beyond those of Kubernetes. */
function isExtendedResource(resource: string): boolean {
  if (isNativeResource(resource) || resource.startsWith('requests.')) return false;
  return qualifiedNameProblems(`requests.${resource}`).length === 0;
}

/** Adds what is wrong with the amount of a resource. */
export function addAmountErrors(errors: FieldError[], resource: string, { amount, path }: AmountAt): void {
  const { nanos } = parseQuantity(amount);
  if (nanos < 0n) errors.push(invalidField(path, amount, 'must be greater than or equal to 0'));
  if ((INTEGER_RESOURCES.has(resource) || isExtendedResource(resource)) && nanos % NANOS !== 0n) {
    errors.push(invalidField(path, amount, 'must be an integer'));
  }
}

interface AmountAt {
  readonly amount: string;
  readonly path: string;
}

/** What a container's resources are checked against. */
export interface ResourceRules {
  readonly path: string;
  /** Names of the pod's `resourceClaims`. */
  readonly claimNames: ReadonlySet<string>;
}

/** Adds what is wrong with the `resources` of a container. */
export function addContainerResourceErrors(errors: FieldError[], resources: JsonObject, rules: ResourceRules): void {
  addRequirementErrors(errors, resources, { ...rules, checkName: addContainerResourceNameErrors });
}

/** Adds what is wrong with the `overhead` of a pod. */
export function addOverheadErrors(errors: FieldError[], overhead: JsonObject, path: string): void {
  addContainerResourceErrors(errors, { limits: overhead }, { path, claimNames: new Set() });
}

/** Adds what is wrong with the `resources` of a pod as a whole. */
export function addPodResourceErrors(errors: FieldError[], spec: JsonObject, rules: ResourceRules): void {
  const resources = objectAt(spec, 'resources');
  if (resources === undefined) return;
  const { path } = rules;
  if (textAt(objectAt(spec, 'os'), 'name') === 'windows') {
    errors.push(forbiddenField(path, 'may not be set for a windows pod'));
    return;
  }
  if (resources['claims'] !== undefined) {
    errors.push(forbiddenField(`${path}.claims`, 'claims may not be set for Resources at pod-level'));
  }
  addRequirementErrors(errors, resources, { ...rules, checkName: addPodResourceNameErrors });
  addConsistencyErrors(errors, { spec, resources }, path);
}

/** A pod's own amounts hold those of its containers. */
function addConsistencyErrors(
  errors: FieldError[],
  { spec, resources }: { readonly spec: JsonObject; readonly resources: JsonObject },
  path: string,
): void {
  const requests = mapAt(resources, 'requests');
  const limits = mapAt(resources, 'limits');
  for (const [name, total] of Object.entries(aggregateAmounts(spec, 'requests'))) {
    const own = entryAt(requests, name);
    if (own === undefined || compareQuantities(total, own) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${total}`;
    errors.push(invalidField(`${path}.requests[${name}]`, own, detail));
  }
  for (const [name, total] of Object.entries(aggregateAmounts(spec, 'limits'))) {
    const own = isHugePageResource(name) ? entryAt(limits, name) : undefined;
    if (own === undefined || compareQuantities(total, own) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${total}`;
    errors.push(invalidField(`${path}.limits[${name}]`, own, detail));
  }
  for (const [index, container] of listAt(spec, 'containers').entries()) {
    for (const [name, limit] of Object.entries(mapAt(objectAt(container, 'resources'), 'limits'))) {
      const own = entryAt(limits, name);
      if (own === undefined || compareQuantities(limit, own) <= 0) continue;
      const at = `${path}.containers[${String(index)}][${name}].limits`;
      errors.push(invalidField(at, limit, `must be less than or equal to pod limits of ${own}`));
    }
  }
}

function addRequirementErrors(
  errors: FieldError[],
  resources: JsonObject,
  { path, claimNames, checkName }: ResourceRules & { readonly checkName: ResourceNameCheck },
): void {
  const limits = mapAt(resources, 'limits');
  const requests = mapAt(resources, 'requests');
  const amounts = [...Object.keys(limits), ...Object.keys(requests)];
  for (const [name, amount] of Object.entries(limits)) {
    const at = `${path}.limits[${name}]`;
    checkName(errors, name, at);
    addAmountErrors(errors, name, { amount, path: at });
    addHugePageErrors(errors, name, { amount, path: at });
  }
  for (const [name, amount] of Object.entries(requests)) {
    const at = `${path}.requests[${name}]`;
    checkName(errors, name, at);
    addAmountErrors(errors, name, { amount, path: at });
    addLimitErrors(errors, { name, amount, limit: entryAt(limits, name) }, path);
    addHugePageErrors(errors, name, { amount, path: at });
  }
  const hasComputing = amounts.includes('cpu') || amounts.includes('memory');
  if (!hasComputing && amounts.some(isHugePageResource)) {
    errors.push(forbiddenField(path, 'HugePages require cpu or memory'));
  }
  addClaimErrors(errors, listAt(resources, 'claims'), { claimNames, path: `${path}.claims` });
}

interface Request {
  readonly name: string;
  readonly amount: string;
  readonly limit: string | undefined;
}

function addLimitErrors(errors: FieldError[], { name, amount, limit }: Request, path: string): void {
  const mayExceed = isOvercommitAllowed(name);
  if (limit === undefined) {
    if (!mayExceed) errors.push(requiredField(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    return;
  }
  const order = compareQuantities(amount, limit);
  if (order !== 0 && !mayExceed) {
    errors.push(invalidField(`${path}.requests`, amount, `must be equal to ${name} limit of ${limit}`));
  } else if (order > 0) {
    errors.push(invalidField(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`));
  }
}

function addHugePageErrors(errors: FieldError[], resource: string, { amount, path }: AmountAt): void {
  if (!isHugePageResource(resource) || isMultipleOfPage(resource, amount)) return;
  errors.push(invalidField(path, amount, `${amount} is not positive integer multiple of ${resource}`));
}

function isMultipleOfPage(resource: string, amount: string): boolean {
  try {
    const page = parseQuantity(resource.slice('hugepages-'.length)).nanos;
    return page > 0n && page % NANOS === 0n && parseQuantity(amount).nanos % page === 0n;
  } catch {
    // What is no quantity is no size of a page.
    return false;
  }
}

function addClaimErrors(
  errors: FieldError[],
  claims: readonly JsonObject[],
  { claimNames, path }: ResourceRules,
): void {
  const seen = new Set<string>();
  for (const [index, claim] of claims.entries()) {
    const at = `${path}[${String(index)}]`;
    const name = textAt(claim, 'name');
    if (name === '') {
      errors.push(requiredField(at));
      continue;
    }
    addSameClaimErrors(errors, { name, request: textAt(claim, 'request'), seen }, at);
    if (claimNames.has(name)) continue;
    const known = claimNames.size === 0 ? ' which is empty' : `: ${[...claimNames].sort().join(', ')}`;
    errors.push({ ...notFoundField(at, name), detail: `must be one of the names in pod.spec.resourceClaims${known}` });
  }
}

interface NamedClaim {
  readonly name: string;
  readonly request: string;
  readonly seen: Set<string>;
}

function addSameClaimErrors(errors: FieldError[], { name, request, seen }: NamedClaim, path: string): void {
  if (seen.has(name)) {
    errors.push(duplicateField(path, name));
    return;
  }
  if (request !== '') addProblems(errors, `${path}.request`, request, dnsLabelProblems(request));
  const key = request === '' ? name : `${name}/${request}`;
  if (seen.has(key)) errors.push(duplicateField(path, key));
  else if (request === '') {
    for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicateField(path, name));
  }
  seen.add(key);
}
