/** Checks of a container's environment variables and where their values come from. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, invalidField, notSupportedField, requiredField } from '../../field-error';
import { objectAt, textAt } from '../json-members';
import {
  addProblems,
  configMapKeyProblems,
  environmentNameProblems,
  isDnsSubdomainName,
  qualifiedNameProblems,
} from '../metadata';

/** What a variable may be told of its pod. */
const ENVIRONMENT_FIELDS: ReadonlySet<string> = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);
/** What can be asked of a pod at all, so that the message differs for what only isn't offered here. */
const POD_FIELDS: ReadonlySet<string> = new Set([
  ...ENVIRONMENT_FIELDS,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);
const CONTAINER_RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const CPU_DIVISORS: ReadonlySet<string> = new Set(['1m', '1']);
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** Adds what is wrong with `env`. */
export function addEnvironmentErrors(errors: FieldError[], variables: readonly JsonObject[], path: string): void {
  for (const [index, variable] of variables.entries()) {
    const at = `${path}[${String(index)}]`;
    const name = textAt(variable, 'name');
    if (name === '') errors.push(requiredField(`${at}.name`));
    else addProblems(errors, `${at}.name`, name, environmentNameProblems(name));
    const source = objectAt(variable, 'valueFrom');
    if (source !== undefined) addSourceErrors(errors, { source, value: textAt(variable, 'value') }, `${at}.valueFrom`);
  }
}

/** Adds what is wrong with `envFrom`. */
export function addEnvironmentFromErrors(errors: FieldError[], sources: readonly JsonObject[], path: string): void {
  for (const [index, source] of sources.entries()) {
    const at = `${path}[${String(index)}]`;
    const prefix = textAt(source, 'prefix');
    if (prefix !== '') addProblems(errors, `${at}.prefix`, prefix, environmentNameProblems(prefix));
    const kinds = ['configMapRef', 'secretRef'].filter((key) => source[key] !== undefined);
    for (const key of kinds) {
      const name = textAt(objectAt(source, key), 'name');
      if (name === '') errors.push(requiredField(`${at}.${key}.name`));
      else addProblems(errors, `${at}.${key}.name`, name, isDnsSubdomainName(name, true));
    }
    if (kinds.length === 0) {
      errors.push(invalidField(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (kinds.length > 1) {
      errors.push(invalidField(path, '', 'may not have more than one field specified at a time'));
    }
  }
}

/** Adds what is wrong with a `fieldRef`; `offered` are the fields that may be asked for there. */
export function addFieldRefErrors(
  errors: FieldError[],
  fieldRef: JsonObject,
  { offered, path }: { readonly offered: ReadonlySet<string>; readonly path: string },
): void {
  const version = textAt(fieldRef, 'apiVersion');
  const field = textAt(fieldRef, 'fieldPath');
  if (version === '') errors.push(requiredField(`${path}.apiVersion`));
  else if (field === '') errors.push(requiredField(`${path}.fieldPath`));
  else addFieldErrors(errors, { version, field, offered }, path);
}

interface AskedField {
  readonly version: string;
  readonly field: string;
  readonly offered: ReadonlySet<string>;
}

function addFieldErrors(errors: FieldError[], { version, field, offered }: AskedField, path: string): void {
  const refuse = (why: string) => {
    errors.push(invalidField(`${path}.fieldPath`, field, `error converting fieldPath: ${why}`));
  };
  if (version !== 'v1') {
    refuse(`unsupported pod version: ${version}`);
    return;
  }
  const [, map, key] = /^([^[]+)\['(.*)'\]$/s.exec(field) ?? [];
  if (map !== undefined && key !== undefined) {
    if (map === 'metadata.annotations')
      addProblems(errors, path, key.toLowerCase(), qualifiedNameProblems(key.toLowerCase()));
    else if (map === 'metadata.labels') addProblems(errors, path, key, qualifiedNameProblems(key));
    else refuse(`field label does not support subscript: ${field}`);
    return;
  }
  const asked = field === 'spec.host' ? 'spec.nodeName' : field;
  if (!POD_FIELDS.has(asked)) refuse(`field label not supported: ${field}`);
  else if (!offered.has(asked)) {
    errors.push(notSupportedField(`${path}.fieldPath`, asked, [...offered].sort()));
  }
}

/** Adds what is wrong with a `resourceFieldRef`; in a volume it names its container. */
export function addResourceFieldRefErrors(
  errors: FieldError[],
  reference: JsonObject,
  { isVolume, path }: { readonly isVolume: boolean; readonly path: string },
): void {
  const resource = textAt(reference, 'resource');
  const isHugePages = /^(?:limits|requests)\.hugepages-/.test(resource);
  if (isVolume && textAt(reference, 'containerName') === '') {
    errors.push(requiredField(`${path}.containerName`));
  } else if (resource === '') {
    errors.push(requiredField(`${path}.resource`));
  } else if (!CONTAINER_RESOURCES.includes(resource) && !isHugePages) {
    errors.push(notSupportedField(`${path}.resource`, resource, CONTAINER_RESOURCES));
  }
  const divisor = textAt(reference, 'divisor');
  if (divisor !== '' && divisor !== '0') addDivisorErrors(errors, { resource, divisor }, path);
}

function addDivisorErrors(
  errors: FieldError[],
  { resource, divisor }: { readonly resource: string; readonly divisor: string },
  path: string,
): void {
  const [, kind = ''] = /^(?:limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-)/.exec(resource) ?? [];
  if (kind === '') return;
  const isCpu = kind === 'cpu';
  if (isCpu ? CPU_DIVISORS.has(divisor) : BYTE_DIVISORS.includes(divisor)) return;
  const names: Readonly<Record<string, string>> = {
    'ephemeral-storage': 'local ephemeral storage',
    'hugepages-': 'hugepages',
  };
  const supported = isCpu ? '1m and 1' : BYTE_DIVISORS.join(', ');
  const detail = `only divisor's values ${supported} are supported with the ${names[kind] ?? kind} resource`;
  errors.push(invalidField(`${path}.divisor`, resource, detail));
}

function addSourceErrors(
  errors: FieldError[],
  { source, value }: { readonly source: JsonObject; readonly value: string },
  path: string,
): void {
  let count = 0;
  const fieldRef = objectAt(source, 'fieldRef');
  if (fieldRef !== undefined) {
    count += 1;
    addFieldRefErrors(errors, fieldRef, { offered: ENVIRONMENT_FIELDS, path: `${path}.fieldRef` });
  }
  const resourceFieldRef = objectAt(source, 'resourceFieldRef');
  if (resourceFieldRef !== undefined) {
    count += 1;
    addResourceFieldRefErrors(errors, resourceFieldRef, { isVolume: false, path: `${path}.resourceFieldRef` });
  }
  for (const key of ['configMapKeyRef', 'secretKeyRef']) {
    const selector = objectAt(source, key);
    if (selector === undefined) continue;
    count += 1;
    addKeySelectorErrors(errors, selector, `${path}.${key}`);
  }
  if (count === 0) {
    const detail = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
    errors.push(invalidField(path, '', detail));
  } else if (value !== '') {
    errors.push(invalidField(path, '', 'may not be specified when `value` is not empty'));
  } else if (count > 1) {
    errors.push(invalidField(path, '', 'may not have more than one field specified at a time'));
  }
}

function addKeySelectorErrors(errors: FieldError[], selector: JsonObject, path: string): void {
  const name = textAt(selector, 'name');
  const key = textAt(selector, 'key');
  addProblems(errors, `${path}.name`, name, isDnsSubdomainName(name, false));
  if (key === '') errors.push(requiredField(`${path}.key`));
  else addProblems(errors, `${path}.key`, key, configMapKeyProblems(key));
}
