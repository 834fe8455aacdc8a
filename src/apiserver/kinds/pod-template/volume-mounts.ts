/** Checks of where a container finds its volumes. */
import type { JsonObject } from '../../../api/json';
import {
  type FieldError,
  forbiddenField,
  invalidField,
  notFoundField,
  notSupportedField,
  requiredField,
} from '../../field-error';
import { flagAt, listAt, objectAt, optionalTextAt, textAt } from '../json-members';
import { addDescendingPathErrors } from './paths';
import type { VolumeMap } from './volumes';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIONS = ['Disabled', 'Enabled', 'IfPossible'];

interface MountingContainer {
  readonly container: JsonObject;
  readonly volumes: VolumeMap;
}

/** Adds what is wrong with `volumeMounts`. */
export function addVolumeMountErrors(
  errors: FieldError[],
  { container, volumes }: MountingContainer,
  path: string,
): void {
  const devices = listAt(container, 'volumeDevices');
  const targets = new Set<string>();
  for (const [index, mount] of listAt(container, 'volumeMounts').entries()) {
    const at = `${path}[${String(index)}]`;
    const name = textAt(mount, 'name');
    const target = textAt(mount, 'mountPath');
    if (name === '') errors.push(requiredField(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFoundField(`${at}.name`, name));
    if (target === '') errors.push(requiredField(`${at}.mountPath`));
    if (targets.has(target)) errors.push(invalidField(`${at}.mountPath`, target, 'must be unique'));
    targets.add(target);
    if (devices.some((device) => textAt(device, 'name') === name)) {
      errors.push(invalidField(`${at}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => textAt(device, 'devicePath') === target)) {
      errors.push(invalidField(`${at}.mountPath`, target, 'must not already exist as a path in volumeDevices'));
    }
    addSubPathErrors(errors, { mount, path: at }, path);
    addPropagationErrors(errors, { mount, container }, path);
    addRecursionErrors(errors, mount, path);
  }
}

/** As Kubernetes does it, the paths of these errors don't say which mount they are of. */
function addSubPathErrors(
  errors: FieldError[],
  { mount, path }: { readonly mount: JsonObject; readonly path: string },
  listPath: string,
): void {
  const subPath = textAt(mount, 'subPath');
  const expression = textAt(mount, 'subPathExpr');
  if (subPath !== '') addDescendingPathErrors(errors, subPath, `${listPath}.subPath`);
  if (expression === '') return;
  if (subPath !== '') {
    errors.push(invalidField(`${path}.subPathExpr`, expression, 'subPathExpr and subPath are mutually exclusive'));
  }
  addDescendingPathErrors(errors, expression, `${listPath}.subPathExpr`);
}

function addPropagationErrors(
  errors: FieldError[],
  { mount, container }: { readonly mount: JsonObject; readonly container: JsonObject },
  path: string,
): void {
  const propagation = optionalTextAt(mount, 'mountPropagation');
  if (propagation === undefined) return;
  const at = `${path}.mountPropagation`;
  if (!PROPAGATIONS.includes(propagation)) errors.push(notSupportedField(at, propagation, PROPAGATIONS));
  if (propagation === 'Bidirectional' && !flagAt(objectAt(container, 'securityContext'), 'privileged')) {
    errors.push(forbiddenField(at, 'Bidirectional mount propagation is available only to privileged containers'));
  }
}

function addRecursionErrors(errors: FieldError[], mount: JsonObject, path: string): void {
  const recursion = optionalTextAt(mount, 'recursiveReadOnly');
  if (recursion === undefined || recursion === 'Disabled') return;
  const at = `${path}.recursiveReadOnly`;
  if (!RECURSIONS.includes(recursion)) {
    errors.push(notSupportedField(at, recursion, RECURSIONS));
    return;
  }
  if (!flagAt(mount, 'readOnly')) errors.push(forbiddenField(at, 'may only be specified when readOnly is true'));
  const propagation = optionalTextAt(mount, 'mountPropagation') ?? 'None';
  if (propagation !== 'None') {
    errors.push(forbiddenField(at, 'may only be specified when mountPropagation is None or not specified'));
  }
}

/** Adds what is wrong with `volumeDevices`. */
export function addVolumeDeviceErrors(
  errors: FieldError[],
  { container, volumes }: MountingContainer,
  path: string,
): void {
  const mounts = listAt(container, 'volumeMounts');
  const names = new Set<string>();
  const targets = new Set<string>();
  for (const [index, device] of listAt(container, 'volumeDevices').entries()) {
    const at = `${path}[${String(index)}]`;
    const name = textAt(device, 'name');
    const target = textAt(device, 'devicePath');
    addDeviceNameErrors(errors, { name, names, volume: volumes.get(name) }, at);
    if (target === '') errors.push(requiredField(`${at}.devicePath`));
    if (targets.has(target)) errors.push(invalidField(`${at}.devicePath`, target, 'must be unique'));
    if (target.split('/').includes('..')) {
      errors.push(invalidField(`${at}.devicePath`, target, "can not contain backsteps ('..')"));
    } else targets.add(target);
    if (mounts.some((mount) => textAt(mount, 'name') === name)) {
      errors.push(invalidField(`${at}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some((mount) => textAt(mount, 'mountPath') === target)) {
      errors.push(invalidField(`${at}.devicePath`, target, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
  }
}

interface NamedDevice {
  readonly name: string;
  readonly names: ReadonlySet<string>;
  readonly volume: JsonObject | undefined;
}

function addDeviceNameErrors(errors: FieldError[], { name, names, volume }: NamedDevice, path: string): void {
  if (name === '') errors.push(requiredField(`${path}.name`));
  if (names.has(name)) errors.push(invalidField(`${path}.name`, name, 'must be unique'));
  if (volume === undefined) errors.push(notFoundField(`${path}.name`, name));
  else if (volume['persistentVolumeClaim'] === undefined && volume['ephemeral'] === undefined) {
    const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
    errors.push(invalidField(`${path}.name`, name, detail));
  }
}
