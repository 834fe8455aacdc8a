/** Checks of what only pods for Windows, or only those for Linux, may say. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import { flagAt, objectAt, textAt } from '../json-members';
import { visitContainers } from './containers-of-pod';

const USER_MAX = 104;
const DOMAIN_MAX = 256;
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS_DOMAIN = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`);
const NOT_IN_USER = /["/\\:;|=,+*?<>@[\]]/;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** What a pod for Windows doesn't have: in its security context, or in its spec. */
const LINUX_POD_MEMBERS: readonly (readonly [key: string, isInContext: boolean])[] = [
  ['appArmorProfile', true],
  ['seLinuxOptions', true],
  ['hostUsers', false],
  ['hostPID', false],
  ['hostIPC', false],
  ['seccompProfile', true],
  ['fsGroup', true],
  ['fsGroupChangePolicy', true],
  ['sysctls', true],
  ['shareProcessNamespace', false],
  ['runAsUser', true],
  ['runAsGroup', true],
  ['supplementalGroups', true],
  ['supplementalGroupsPolicy', true],
  ['seLinuxChangePolicy', true],
];

const LINUX_CONTAINER_MEMBERS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

const NOT_FOR_WINDOWS = 'cannot be set for a windows pod';
const NOT_FOR_LINUX = 'windows options cannot be set for a linux pod';

/** Adds what is wrong with `os`, and what doesn't go with it. */
export function addOperatingSystemErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const system = objectAt(spec, 'os');
  if (system === undefined) return;
  const name = textAt(system, 'name');
  if (name === '') errors.push(requiredField(`${path}.os.name`));
  else if (name === 'linux') addLinuxErrors(errors, spec, path);
  else if (name === 'windows') addWindowsErrors(errors, spec, path);
  else errors.push(notSupportedField(`${path}.os`, name, ['linux', 'windows']));
}

function addLinuxErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  if (objectAt(objectAt(spec, 'securityContext'), 'windowsOptions') !== undefined) {
    errors.push(forbiddenField(`${path}.securityContext.windowsOptions`, NOT_FOR_LINUX));
  }
  visitContainers(spec, path, (container, at) => {
    if (objectAt(objectAt(container, 'securityContext'), 'windowsOptions') !== undefined) {
      errors.push(forbiddenField(`${at}.securityContext.windowsOptions`, NOT_FOR_LINUX));
    }
  });
}

function addWindowsErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const context = objectAt(spec, 'securityContext');
  for (const [key, isInContext] of LINUX_POD_MEMBERS) {
    const member = isInContext ? context?.[key] : spec[key];
    if (member === undefined) continue;
    const at = isInContext ? `${path}.securityContext.${key}` : `${path}.${key}`;
    errors.push(forbiddenField(at, NOT_FOR_WINDOWS));
  }
  visitContainers(spec, path, (container, at) => {
    const own = objectAt(container, 'securityContext');
    for (const key of LINUX_CONTAINER_MEMBERS) {
      if (own?.[key] !== undefined) errors.push(forbiddenField(`${at}.securityContext.${key}`, NOT_FOR_WINDOWS));
    }
  });
}

/** Adds what is wrong with a pod some of whose containers are processes of the host. */
export function addHostProcessErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const ofPod = hostProcessOf(spec);
  let containers = 0;
  let hostProcesses = 0;
  visitContainers(spec, path, (container, at) => {
    containers += 1;
    const own = hostProcessOf(container);
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${String(ofPod)}`;
      errors.push(invalidField(`${at}.securityContext.windowsOptions.hostProcess`, own, detail));
    }
    if (own ?? ofPod ?? false) hostProcesses += 1;
  });
  if (hostProcesses === 0) return;
  if (hostProcesses !== containers) {
    const detail = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalidField(path, '', detail));
  }
  if (!flagAt(spec, 'hostNetwork')) {
    const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalidField(`${path}.hostNetwork`, false, detail));
  }
}

function hostProcessOf(holder: JsonObject): boolean | undefined {
  const value = objectAt(objectAt(holder, 'securityContext'), 'windowsOptions')?.['hostProcess'];
  return typeof value === 'boolean' ? value : undefined;
}

/** Adds what is wrong with the name of a user: `DOMAIN\\user`, or `user`. */
export function addRunAsUserNameErrors(errors: FieldError[], name: string, path: string): void {
  const refuse = (why: string) => {
    errors.push(invalidField(path, name, why));
  };
  const parts = name.split('\\');
  if (name === '') refuse('runAsUserName cannot be an empty string');
  else if (CONTROL.test(name)) refuse('runAsUserName cannot contain control characters');
  else if (parts.length > 2) refuse('runAsUserName cannot contain more than one backslash');
  else {
    const user = parts.at(-1) ?? '';
    const domain = parts.length === 2 ? parts[0] : undefined;
    for (const problem of [...domainProblems(domain), ...userProblems(user)]) refuse(problem);
  }
}

function domainProblems(domain: string | undefined): string[] {
  if (domain === undefined) return [];
  const problems: string[] = [];
  if (Buffer.byteLength(domain) >= DOMAIN_MAX) {
    problems.push(`runAsUserName's Domain length must be under ${String(DOMAIN_MAX)} characters`);
  }
  if (!NET_BIOS.test(domain) && !DNS_DOMAIN.test(domain)) {
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  return problems;
}

function userProblems(user: string): string[] {
  const problems: string[] = [];
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (Buffer.byteLength(user) > USER_MAX) {
    problems.push(`runAsUserName's User length must not be longer than ${String(USER_MAX)} characters`);
  }
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (NOT_IN_USER.test(user)) {
    problems.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return problems;
}
