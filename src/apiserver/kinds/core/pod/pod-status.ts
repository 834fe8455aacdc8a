/** Updates of the status of a pod, as kubelets and schedulers write it. */
import type { JsonObject } from '../../../../api/json';
import type { KubeObject } from '../../../../api/object';
import { type Draft, type DraftObject, ensureObject, findObject, objectsIn } from '../../../draft';
import { duplicateField, type FieldError, forbiddenField, invalidField } from '../../../field-error';
import { findIpAddress, sloppyIpErrors } from '../../checks/ip-addresses';
import { listAt, numberAt, objectAt, optionalTextAt, textAt } from '../../json-members';
import {
  accountIdProblems,
  addProblems,
  immutableErrors,
  isDnsSubdomainName,
  qualifiedNameProblems,
} from '../../metadata';
import { isSidecar } from '../../pod-template/containers-of-pod';
import { keepMember, specOf, statusOf } from '../strategy-parts';

const SYSTEM_CONDITIONS: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);
const CONTAINER_STATUSES = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];
const NOT_NEGATIVE = 'must be a non-negative integer';
const NOT_BACK = 'may not be transitioned to non-terminated state';

/** Puts back what an update of a status doesn't change, in place. */
export function prepareStatusUpdate(pod: DraftObject, old: KubeObject): void {
  keepMember(pod, old, 'spec');
  const metadata = ensureObject(pod, 'metadata');
  delete metadata['deletionTimestamp'];
  const owners = old.metadata.ownerReferences as unknown as Draft | undefined;
  if (owners === undefined) delete metadata['ownerReferences'];
  else metadata['ownerReferences'] = owners;
  const status = ensureObject(pod, 'status');
  const oldStatus = statusOf(old);
  if (textAt(status, 'qosClass') === '' && textAt(oldStatus, 'qosClass') !== '') {
    status['qosClass'] = textAt(oldStatus, 'qosClass');
  }
  keepObservedGenerations(status, oldStatus);
  dropDisabledStatusFields(status);
}

/** Writers that know nothing of generations don't take away what others have seen. */
function keepObservedGenerations(status: DraftObject, old: JsonObject): void {
  keepGeneration(status, old);
  const conditions = new Map<string, JsonObject[]>();
  for (const condition of listAt(old, 'conditions')) {
    const type = textAt(condition, 'type');
    conditions.set(type, [...(conditions.get(type) ?? []), condition]);
  }
  for (const condition of objectsIn(status, 'conditions')) {
    keepGeneration(condition, conditions.get(textAt(condition, 'type'))?.shift());
  }
}

function keepGeneration(holder: DraftObject, old: JsonObject | undefined): void {
  const before = numberAt(old, 'observedGeneration');
  if (numberAt(holder, 'observedGeneration') === 0 && before !== 0) holder['observedGeneration'] = before;
}

function dropDisabledStatusFields(status: DraftObject): void {
  delete status['extendedResourceClaimStatus'];
  for (const key of CONTAINER_STATUSES) {
    for (const container of objectsIn(status, key)) delete container['allocatedResourcesStatus'];
  }
}

/** What is wrong with an update of a status, but for metadata. */
export function podStatusErrors(pod: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const status = statusOf(pod);
  const oldStatus = statusOf(old);
  const spec = specOf(old);
  addConditionErrors(errors, listAt(status, 'conditions'));
  const nominated = textAt(status, 'nominatedNodeName');
  if (nominated !== '' && nominated !== textAt(oldStatus, 'nominatedNodeName')) {
    addProblems(errors, 'status.nominatedNodeName', nominated, isDnsSubdomainName(nominated, false));
  }
  const observed = numberAt(status, 'observedGeneration');
  if (observed < 0) errors.push(invalidField('status.observedGeneration', observed, NOT_NEGATIVE));
  errors.push(
    ...immutableErrors(textAt(status, 'qosClass'), textAt(oldStatus, 'qosClass'), 'status.qosClass'),
    ...CONTAINER_STATUSES.flatMap((key) => transitionErrors(key, { status, oldStatus, spec })),
  );
  addClaimStatusErrors(errors, listAt(status, 'resourceClaimStatuses'), listAt(spec, 'resourceClaims'));
  addAddressErrors(errors, { status, key: 'podIPs', known: ipsOf(oldStatus, 'podIPs') });
  addAddressErrors(errors, { status, key: 'hostIPs', known: ipsOf(oldStatus, 'hostIPs') });
  addUserErrors(errors, { status, system: textAt(objectAt(spec, 'os'), 'name') });
  return errors;
}

function addConditionErrors(errors: FieldError[], conditions: readonly JsonObject[]): void {
  for (const [index, condition] of conditions.entries()) {
    const at = `status.conditions[${String(index)}]`;
    const observed = numberAt(condition, 'observedGeneration');
    if (observed < 0) errors.push(invalidField(`${at}.observedGeneration`, observed, NOT_NEGATIVE));
    const type = textAt(condition, 'type');
    if (!SYSTEM_CONDITIONS.has(type)) addProblems(errors, `${at}.Type`, type, qualifiedNameProblems(type));
  }
}

interface Transition {
  readonly status: JsonObject;
  readonly oldStatus: JsonObject;
  readonly spec: JsonObject;
}

/** What has ended for good doesn't begin again. */
function transitionErrors(key: string, { status, oldStatus, spec }: Transition): FieldError[] {
  const restartPolicy = textAt(spec, 'restartPolicy');
  if (key !== 'ephemeralContainerStatuses' && restartPolicy === 'Always') return [];
  const sidecars = new Set(
    listAt(spec, 'initContainers')
      .filter(isSidecar)
      .map((container) => textAt(container, 'name')),
  );
  return listAt(oldStatus, key).flatMap((old, index) => {
    const ended = objectAt(objectAt(old, 'state'), 'terminated');
    if (ended === undefined) return [];
    const name = textAt(old, 'name');
    const mayRestart = restartPolicy === 'OnFailure' && numberAt(ended, 'exitCode') !== 0;
    if (key !== 'ephemeralContainerStatuses' && mayRestart) return [];
    if (key === 'initContainerStatuses' && sidecars.has(name)) return [];
    const runsAgain = listAt(status, key).filter(
      (next) => textAt(next, 'name') === name && objectAt(next, 'state')?.['terminated'] === undefined,
    );
    return runsAgain.map(() => forbiddenField(`status.${key}[${String(index)}].state`, NOT_BACK));
  });
}

function addClaimStatusErrors(
  errors: FieldError[],
  statuses: readonly JsonObject[],
  claims: readonly JsonObject[],
): void {
  const known = new Set(claims.map((claim) => textAt(claim, 'name')));
  const seen = new Set<string>();
  for (const [index, status] of statuses.entries()) {
    const path = `status.resourceClaimStatuses[${String(index)}].name`;
    const name = textAt(status, 'name');
    if (!known.has(name)) {
      errors.push(invalidField(path, name, 'must match the name of an entry in `spec.resourceClaims`'));
    }
    if (seen.has(name)) errors.push(duplicateField(path, name));
    seen.add(name);
    const claim = optionalTextAt(status, 'resourceClaimName');
    if (claim !== undefined) addProblems(errors, path, claim, isDnsSubdomainName(claim, false));
  }
}

interface Addresses {
  readonly status: JsonObject;
  readonly key: 'podIPs' | 'hostIPs';
  /** Those of the old status, which are not checked again. */
  readonly known: readonly string[];
}

function ipsOf(status: JsonObject, key: string): string[] {
  return listAt(status, key).map((address) => textAt(address, 'ip'));
}

function addAddressErrors(errors: FieldError[], { status, key, known }: Addresses): void {
  const path = `status.${key}`;
  const ips = ipsOf(status, key);
  const first = ips[0];
  if (key === 'hostIPs' && first !== undefined && first !== textAt(status, 'hostIP')) {
    errors.push(invalidField(`${path}[0].ip`, first, 'must be equal to `hostIP`'));
  }
  for (const [index, ip] of ips.entries()) {
    if (!known.includes(ip)) errors.push(...sloppyIpErrors(`${path}[${String(index)}]`, ip));
  }
  if (ips.length < 2) return;
  const lengths = new Set(ips.map((ip) => findIpAddress(ip)?.bytes.length));
  if (ips.length > 2 || lengths.size < 2 || lengths.has(undefined)) {
    const shown = ips.map((ip) => ({ IP: ip }));
    errors.push(invalidField(path, shown, 'may specify no more than one IP for each IP family'));
  }
}

function addUserErrors(
  errors: FieldError[],
  { status, system }: { readonly status: JsonObject; readonly system: string },
): void {
  for (const key of CONTAINER_STATUSES) {
    for (const [index, container] of listAt(status, key).entries()) {
      const user = findObject(container as DraftObject, 'user');
      const linux = objectAt(user, 'linux');
      const path = `status.${key}[${String(index)}].user.linux`;
      if (linux === undefined) continue;
      if (system === 'windows') errors.push(forbiddenField(path, 'cannot be set for a windows pod'));
      else for (const id of ['uid', 'gid']) addIdErrors(errors, numberAt(linux, id), `${path}.${id}`);
    }
  }
}

function addIdErrors(errors: FieldError[], id: number, path: string): void {
  for (const problem of accountIdProblems(id)) errors.push(invalidField(path, id, problem));
}
