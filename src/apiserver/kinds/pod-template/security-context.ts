/** Checks of security contexts, of pods and of containers. */
import type { JsonObject } from '../../../api/json';
import {
  duplicateField,
  type FieldError,
  invalidField,
  notSupportedField,
  requiredField,
  tooLongField,
} from '../../field-error';
import { flagAt, listAt, objectAt, optionalNumberAt, optionalTextAt, textAt, textsAt } from '../json-members';
import { accountIdProblems, addProblems, dnsSubdomainProblems } from '../metadata';
import { serverValue } from '../server-values';
import { addDescendingPathErrors } from './paths';
import { addRunAsUserNameErrors } from './windows';

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const PROFILE_PATH_MAX = 4095;
const SYSCTL_MAX = 253;
const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL_FORMAT = `^(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}$`;
const SYSCTL = new RegExp(SYSCTL_FORMAT);
const IPC_SYSCTLS: ReadonlySet<string> = new Set([
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
  'kernel.shm',
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.msg',
]);
const GMSA_SPEC_MAX = 64 * 1024;

/** Adds what is wrong with the security context of a pod. */
export function addPodSecurityErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const context = objectAt(spec, 'securityContext');
  if (context === undefined) return;
  const at = `${path}.securityContext`;
  for (const key of ['fsGroup', 'runAsUser', 'runAsGroup']) addAccountErrors(errors, context, { key, path: at });
  for (const [index, group] of listNumbers(context, 'supplementalGroups').entries()) {
    for (const problem of accountIdProblems(group)) {
      errors.push(invalidField(`${at}.supplementalGroups[${String(index)}]`, group, problem));
    }
  }
  if (flagAt(spec, 'shareProcessNamespace') && flagAt(spec, 'hostPID')) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalidField(`${at}.shareProcessNamespace`, true, detail));
  }
  addSysctlErrors(errors, { spec, sysctls: listAt(context, 'sysctls') }, `${at}.sysctls`);
  addChoiceErrors(errors, context, { key: 'fsGroupChangePolicy', choices: ['Always', 'OnRootMismatch'], path: at });
  addSeccompErrors(errors, objectAt(context, 'seccompProfile'), `${at}.seccompProfile`);
  addWindowsOptionErrors(errors, objectAt(context, 'windowsOptions'), `${at}.windowsOptions`);
  addAppArmorErrors(errors, objectAt(context, 'appArmorProfile'), `${at}.appArmorProfile`);
  addChoiceErrors(errors, context, { key: 'supplementalGroupsPolicy', choices: ['Merge', 'Strict'], path: at });
  addChoiceErrors(errors, context, { key: 'seLinuxChangePolicy', choices: ['Recursive'], path: at });
}

/** Adds what is wrong with the security context of a container. `usesHostUsers` is said of its pod. */
export function addContainerSecurityErrors(
  errors: FieldError[],
  context: JsonObject,
  { usesHostUsers, path }: { readonly usesHostUsers: boolean; readonly path: string },
): void {
  for (const key of ['runAsUser', 'runAsGroup']) addAccountErrors(errors, context, { key, path });
  const procMount = optionalTextAt(context, 'procMount');
  if (procMount !== undefined) {
    addChoiceErrors(errors, context, { key: 'procMount', choices: ['Default', 'Unmasked'], path });
    if (usesHostUsers && procMount === 'Unmasked') {
      errors.push(invalidField(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  addSeccompErrors(errors, objectAt(context, 'seccompProfile'), `${path}.seccompProfile`);
  if (context['allowPrivilegeEscalation'] === false) addEscalationErrors(errors, context, path);
  addWindowsOptionErrors(errors, objectAt(context, 'windowsOptions'), `${path}.windowsOptions`);
  addAppArmorErrors(errors, objectAt(context, 'appArmorProfile'), `${path}.appArmorProfile`);
}

function addEscalationErrors(errors: FieldError[], context: JsonObject, path: string): void {
  const refuse = (why: string) => {
    errors.push(invalidField(path, serverValue(context, 'SecurityContext'), why));
  };
  if (flagAt(context, 'privileged')) {
    refuse('cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
  }
  for (const capability of textsAt(objectAt(context, 'capabilities'), 'add')) {
    if (capability === 'CAP_SYS_ADMIN') {
      refuse('cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN');
    }
  }
}

interface MemberAt {
  readonly key: string;
  readonly path: string;
}

function addAccountErrors(errors: FieldError[], context: JsonObject, { key, path }: MemberAt): void {
  const id = optionalNumberAt(context, key);
  if (id === undefined) return;
  for (const problem of accountIdProblems(id)) errors.push(invalidField(`${path}.${key}`, context[key], problem));
}

function addChoiceErrors(
  errors: FieldError[],
  context: JsonObject,
  { key, choices, path }: MemberAt & { readonly choices: readonly string[] },
): void {
  const choice = optionalTextAt(context, key);
  if (choice !== undefined && !choices.includes(choice)) {
    errors.push(notSupportedField(`${path}.${key}`, choice, choices));
  }
}

function listNumbers(parent: JsonObject, key: string): readonly number[] {
  const member = parent[key];
  return Array.isArray(member) ? (member as readonly number[]) : [];
}

function addSeccompErrors(errors: FieldError[], profile: JsonObject | undefined, path: string): void {
  if (profile === undefined) return;
  const type = textAt(profile, 'type');
  if (type === '') errors.push(requiredField(`${path}.type`, 'type is required when seccompProfile is set'));
  else if (!PROFILE_TYPES.includes(type)) errors.push(notSupportedField(`${path}.type`, type, PROFILE_TYPES));
  const local = optionalTextAt(profile, 'localhostProfile');
  if (type === 'Localhost') {
    if (local === undefined) {
      errors.push(requiredField(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
    } else addDescendingPathErrors(errors, local, `${path}.localhostProfile`);
  } else if (local !== undefined) {
    const shown = serverValue(profile, 'SeccompProfile');
    errors.push(invalidField(`${path}.localhostProfile`, shown, 'can only be set when seccomp type is Localhost'));
  }
}

function addAppArmorErrors(errors: FieldError[], profile: JsonObject | undefined, path: string): void {
  if (profile === undefined) return;
  const type = textAt(profile, 'type');
  const local = optionalTextAt(profile, 'localhostProfile');
  if (type === 'Localhost') addLocalProfileErrors(errors, local, `${path}.localhostProfile`);
  else if (type === 'RuntimeDefault' || type === 'Unconfined') {
    if (local !== undefined) {
      errors.push(invalidField(`${path}.localhostProfile`, local, 'can only be set when AppArmor type is Localhost'));
    }
  } else if (type === '') {
    errors.push(requiredField(`${path}.type`, 'type is required when appArmorProfile is set'));
  } else errors.push(notSupportedField(`${path}.type`, type, PROFILE_TYPES));
}

function addLocalProfileErrors(errors: FieldError[], local: string | undefined, path: string): void {
  if (local === undefined || local === '') {
    errors.push(requiredField(path, 'must be set when AppArmor type is Localhost'));
  } else if (local.trim() !== local) {
    errors.push(invalidField(path, local, 'must not be padded with whitespace'));
  }
  if (local !== undefined && Buffer.byteLength(local) > PROFILE_PATH_MAX) {
    errors.push(tooLongField(path, PROFILE_PATH_MAX));
  }
}

function addSysctlErrors(
  errors: FieldError[],
  { spec, sysctls }: { readonly spec: JsonObject; readonly sysctls: readonly JsonObject[] },
  path: string,
): void {
  const seen = new Set<string>();
  for (const [index, sysctl] of sysctls.entries()) {
    const name = textAt(sysctl, 'name');
    const at = `${path}[${String(index)}].name`;
    if (name === '') errors.push(requiredField(at));
    else if (name.length > SYSCTL_MAX || !SYSCTL.test(name)) {
      const detail = `must have at most ${String(SYSCTL_MAX)} characters and match regex ${SYSCTL_FORMAT}`;
      errors.push(invalidField(at, name, detail));
    } else if (seen.has(name)) errors.push(duplicateField(at, name));
    seen.add(name);
    addHostSysctlErrors(errors, { spec, name }, at);
  }
}

function addHostSysctlErrors(
  errors: FieldError[],
  { spec, name }: { readonly spec: JsonObject; readonly name: string },
  path: string,
): void {
  // A name with slashes is the same as one with dots, unless a dot comes first.
  const dotted = /^[^.]*\//.test(name) ? name.replace(/[./]/g, (mark) => (mark === '/' ? '.' : '/')) : name;
  if (flagAt(spec, 'hostNetwork') && dotted.startsWith('net.')) {
    errors.push(invalidField(path, name, "may not be specified when 'hostNetwork' is true"));
  } else if (flagAt(spec, 'hostIPC') && (IPC_SYSCTLS.has(dotted) || dotted.startsWith('fs.mqueue.'))) {
    errors.push(invalidField(path, name, "may not be specified when 'hostIPC' is true"));
  }
}

function addWindowsOptionErrors(errors: FieldError[], options: JsonObject | undefined, path: string): void {
  if (options === undefined) return;
  const name = optionalTextAt(options, 'gmsaCredentialSpecName');
  if (name !== undefined) addProblems(errors, `${path}.gmsaCredentialSpecName`, name, dnsSubdomainProblems(name));
  const spec = optionalTextAt(options, 'gmsaCredentialSpec');
  if (spec === '') {
    errors.push(invalidField(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'));
  } else if (spec !== undefined && Buffer.byteLength(spec) > GMSA_SPEC_MAX) {
    errors.push(invalidField(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB'));
  }
  const user = optionalTextAt(options, 'runAsUserName');
  if (user !== undefined) addRunAsUserNameErrors(errors, user, `${path}.runAsUserName`);
}
