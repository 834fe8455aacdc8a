/** Checks of the containers of a pod: regular, init and ephemeral ones. */
import type { JsonObject } from '../../../api/json';
import {
  duplicateField,
  type FieldError,
  forbiddenField,
  invalidField,
  notFoundField,
  notSupportedField,
  requiredField,
} from '../../field-error';
import { listAt, numberAt, objectAt, optionalTextAt, textAt } from '../json-members';
import { addProblems, dnsLabelProblems, portNameProblems, portNumberProblems } from '../metadata';
import { isSidecar } from './containers-of-pod';
import { addEnvironmentErrors, addEnvironmentFromErrors } from './environment';
import { addLifecycleErrors, addProbeErrors } from './probes';
import { addContainerResourceErrors } from './resources';
import { addContainerSecurityErrors } from './security-context';
import { addVolumeDeviceErrors, addVolumeMountErrors } from './volume-mounts';
import type { VolumeMap } from './volumes';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const ONLY_FOR_SIDECARS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];

/** Members of a container that an ephemeral one doesn't have, in the order of the server's struct. */
const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
];

/** What containers are checked against: the rest of their pod. */
export interface ContainerRules {
  readonly spec: JsonObject;
  readonly volumes: VolumeMap;
  readonly claimNames: ReadonlySet<string>;
  readonly gracePeriod: number | undefined;
  readonly usesHostUsers: boolean;
}

/** Adds what is wrong with `containers`. */
export function addContainerErrors(errors: FieldError[], rules: ContainerRules, path: string): void {
  const containers = listAt(rules.spec, 'containers');
  if (containers.length === 0) {
    errors.push(requiredField(path));
    return;
  }
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${String(index)}]`;
    addCommonErrors(errors, { container, rules }, at);
    addNameErrors(errors, { name: textAt(container, 'name'), names }, at);
    addRuntimeErrors(errors, { container, rules }, at);
    if (container['restartPolicy'] !== undefined) {
      errors.push(forbiddenField(`${at}.restartPolicy`, 'may not be set for non-init containers'));
    }
  }
  addHostPortErrors(errors, containers, path);
}

/** Adds what is wrong with `initContainers`. */
export function addInitContainerErrors(errors: FieldError[], rules: ContainerRules, path: string): void {
  const names = new Set(listAt(rules.spec, 'containers').map((container) => textAt(container, 'name')));
  for (const [index, container] of listAt(rules.spec, 'initContainers').entries()) {
    const at = `${path}[${String(index)}]`;
    addCommonErrors(errors, { container, rules }, at);
    const restartPolicy = optionalTextAt(container, 'restartPolicy');
    if (restartPolicy !== undefined && restartPolicy !== 'Always') {
      errors.push(notSupportedField(`${at}.restartPolicy`, restartPolicy, ['Always']));
    }
    addNameErrors(errors, { name: textAt(container, 'name'), names }, at);
    addHostPortErrors(errors, [container], path);
    if (isSidecar(container)) addRuntimeErrors(errors, { container, rules }, at);
    else {
      for (const key of ONLY_FOR_SIDECARS) {
        if (container[key] === undefined) continue;
        const why = 'may not be set for init containers without restartPolicy=Always';
        errors.push(forbiddenField(`${at}.${key}`, why));
      }
    }
  }
}

/** Adds what is wrong with `ephemeralContainers`. */
export function addEphemeralContainerErrors(errors: FieldError[], rules: ContainerRules, path: string): void {
  const { spec } = rules;
  const others = new Set(
    [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].map((container) => textAt(container, 'name')),
  );
  const names = new Set(others);
  for (const [index, container] of listAt(spec, 'ephemeralContainers').entries()) {
    const at = `${path}[${String(index)}]`;
    addCommonErrors(errors, { container, rules }, at);
    addImageSpaceErrors(errors, container, at);
    const name = textAt(container, 'name');
    if (names.has(name)) errors.push(duplicateField(`${at}.name`, name));
    names.add(name);
    const target = textAt(container, 'targetContainerName');
    if (target !== '' && !others.has(target)) errors.push(notFoundField(`${at}.targetContainerName`, target));
    addNotEphemeralErrors(errors, container, at);
  }
}

function addNotEphemeralErrors(errors: FieldError[], container: JsonObject, path: string): void {
  for (const key of NOT_EPHEMERAL) {
    const member = container[key];
    const isEmpty = member === undefined || (typeof member === 'object' && Object.keys(member ?? {}).length === 0);
    if (!isEmpty) errors.push(forbiddenField(`${path}.${key}`, 'cannot be set for an Ephemeral Container'));
  }
  for (const [index, mount] of listAt(container, 'volumeMounts').entries()) {
    for (const key of ['subPath', 'subPathExpr']) {
      if (textAt(mount, key) === '') continue;
      const at = `${path}.volumeMounts[${String(index)}].${key}`;
      errors.push(forbiddenField(at, 'cannot be set for an Ephemeral Container'));
    }
  }
}

/** Adds an error for an image with spaces around it: they are let pass in templates. */
export function addImageSpaceErrors(errors: FieldError[], container: JsonObject, path: string): void {
  const image = textAt(container, 'image');
  if (image !== image.trim()) {
    errors.push(invalidField(`${path}.image`, image, 'must not have leading or trailing whitespace'));
  }
}

interface ContainerOf {
  readonly container: JsonObject;
  readonly rules: ContainerRules;
}

function addCommonErrors(errors: FieldError[], { container, rules }: ContainerOf, path: string): void {
  const name = textAt(container, 'name');
  if (name === '') errors.push(requiredField(`${path}.name`));
  else addProblems(errors, `${path}.name`, name, dnsLabelProblems(name));
  if (textAt(container, 'image') === '') errors.push(requiredField(`${path}.image`));
  const messagePolicy = textAt(container, 'terminationMessagePolicy');
  const policyPath = `${path}.terminationMessagePolicy`;
  if (messagePolicy === '') errors.push(requiredField(policyPath));
  else if (messagePolicy !== 'File' && messagePolicy !== 'FallbackToLogsOnError') {
    errors.push(notSupportedField(policyPath, messagePolicy, ['File', 'FallbackToLogsOnError']));
  }
  addPortErrors(errors, listAt(container, 'ports'), `${path}.ports`);
  addEnvironmentErrors(errors, listAt(container, 'env'), `${path}.env`);
  addEnvironmentFromErrors(errors, listAt(container, 'envFrom'), `${path}.envFrom`);
  addVolumeMountErrors(errors, { container, volumes: rules.volumes }, `${path}.volumeMounts`);
  addVolumeDeviceErrors(errors, { container, volumes: rules.volumes }, `${path}.volumeDevices`);
  addPullPolicyErrors(errors, textAt(container, 'imagePullPolicy'), `${path}.imagePullPolicy`);
  const resources = objectAt(container, 'resources');
  if (resources !== undefined) {
    addContainerResourceErrors(errors, resources, { claimNames: rules.claimNames, path: `${path}.resources` });
  }
  addResizePolicyErrors(errors, { container, rules }, `${path}.resizePolicy`);
  const security = objectAt(container, 'securityContext');
  if (security !== undefined) {
    const at = `${path}.securityContext`;
    addContainerSecurityErrors(errors, security, { usesHostUsers: rules.usesHostUsers, path: at });
  }
}

function addRuntimeErrors(errors: FieldError[], { container, rules }: ContainerOf, path: string): void {
  const lifecycle = objectAt(container, 'lifecycle');
  if (lifecycle !== undefined) {
    addLifecycleErrors(errors, lifecycle, { gracePeriod: rules.gracePeriod, path: `${path}.lifecycle` });
  }
  addProbeErrors(errors, container, path);
}

function addNameErrors(
  errors: FieldError[],
  { name, names }: { readonly name: string; readonly names: Set<string> },
  path: string,
): void {
  if (names.has(name)) errors.push(duplicateField(`${path}.name`, name));
  else names.add(name);
}

function addPortErrors(errors: FieldError[], ports: readonly JsonObject[], path: string): void {
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `${path}[${String(index)}]`;
    const name = textAt(port, 'name');
    if (name !== '') addPortNameErrors(errors, { name, names }, at);
    const number = numberAt(port, 'containerPort');
    if (number === 0) errors.push(requiredField(`${at}.containerPort`));
    else addNumberErrors(errors, number, `${at}.containerPort`);
    const hostPort = numberAt(port, 'hostPort');
    if (hostPort !== 0) addNumberErrors(errors, hostPort, `${at}.hostPort`);
    const protocol = textAt(port, 'protocol');
    if (protocol === '') errors.push(requiredField(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupportedField(`${at}.protocol`, protocol, PROTOCOLS));
  }
}

function addPortNameErrors(
  errors: FieldError[],
  { name, names }: { readonly name: string; readonly names: Set<string> },
  path: string,
): void {
  const problems = portNameProblems(name);
  addProblems(errors, `${path}.name`, name, problems);
  if (problems.length > 0) return;
  if (names.has(name)) errors.push(duplicateField(`${path}.name`, name));
  names.add(name);
}

function addNumberErrors(errors: FieldError[], port: number, path: string): void {
  for (const problem of portNumberProblems(port)) errors.push(invalidField(path, port, problem));
}

function addHostPortErrors(errors: FieldError[], containers: readonly JsonObject[], path: string): void {
  const seen = new Set<string>();
  for (const [index, container] of containers.entries()) {
    for (const [portIndex, port] of listAt(container, 'ports').entries()) {
      const hostPort = numberAt(port, 'hostPort');
      if (hostPort === 0) continue;
      const key = `${textAt(port, 'protocol')}/${textAt(port, 'hostIP')}/${String(hostPort)}`;
      const at = `${path}[${String(index)}].ports[${String(portIndex)}].hostPort`;
      if (seen.has(key)) errors.push(duplicateField(at, key));
      seen.add(key);
    }
  }
}

function addPullPolicyErrors(errors: FieldError[], policy: string, path: string): void {
  if (policy === '') errors.push(requiredField(path));
  else if (!PULL_POLICIES.includes(policy)) errors.push(notSupportedField(path, policy, PULL_POLICIES));
}

function addResizePolicyErrors(errors: FieldError[], { container, rules }: ContainerOf, path: string): void {
  const seen = new Set<string>();
  for (const [index, policy] of listAt(container, 'resizePolicy').entries()) {
    const resource = textAt(policy, 'resourceName');
    const restart = textAt(policy, 'restartPolicy');
    if (seen.has(resource)) errors.push(duplicateField(`${path}[${String(index)}]`, resource));
    seen.add(resource);
    addOneOfErrors(errors, { value: resource, choices: ['cpu', 'memory'] }, path);
    addOneOfErrors(errors, { value: restart, choices: ['NotRequired', 'RestartContainer'] }, path);
    if (textAt(rules.spec, 'restartPolicy') === 'Never' && restart !== 'NotRequired') {
      errors.push(invalidField(path, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
  }
}

function addOneOfErrors(
  errors: FieldError[],
  { value, choices }: { readonly value: string; readonly choices: readonly string[] },
  path: string,
): void {
  if (value === '') errors.push(requiredField(path));
  else if (!choices.includes(value)) errors.push(notSupportedField(path, value, choices));
}
