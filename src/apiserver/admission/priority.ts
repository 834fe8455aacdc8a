/**
 * The priority of a pod, from its class.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
 */
import type { KubeObject } from '../../api/object';
import { booleanAt, numberAt, stringAt } from '../authentication/json-members';
import { type DraftObject, ensureObject, findNumber, findObject, findString } from '../draft';
import type { ObjectReader } from '../resources/object-reader';
import type { AdmissionAttributes, AdmissionPlugin } from './admission';
import { isAbout, refusedByAdmission } from './refusal';

const GROUP = 'scheduling.k8s.io';
const PRIORITY_CLASSES = { group: GROUP, resource: 'priorityclasses' } as const;

export function priority(reader: ObjectReader): AdmissionPlugin {
  return {
    name: 'Priority',
    admit(pod, attributes) {
      if (!isAbout(attributes, '', 'pods')) return;
      if (attributes.operation === 'CREATE') setPriority(pod, attributes, reader);
      else if (attributes.operation === 'UPDATE') keepPriority(pod, attributes.oldObject);
    },
    validate(object, attributes) {
      const { operation } = attributes;
      const isWrite = operation === 'CREATE' || operation === 'UPDATE';
      if (!isWrite || !isAbout(attributes, GROUP, 'priorityclasses') || booleanAt(object, 'globalDefault') !== true) {
        return undefined;
      }
      const name = findDefaultClass(reader)?.metadata.name;
      if (name === undefined || (operation === 'UPDATE' && name === object?.metadata.name)) return undefined;
      const why = `PriorityClass ${name} is already marked as default. Only one default can exist`;
      throw refusedByAdmission(attributes, object, why);
    },
  };
}

function setPriority(pod: DraftObject, attributes: AdmissionAttributes, reader: ObjectReader): void {
  const spec = ensureObject(pod, 'spec');
  const named = findString(spec, 'priorityClassName') ?? '';
  const chosen = named === '' ? findDefaultClass(reader) : reader.find(PRIORITY_CLASSES, '', named);
  if (named !== '' && chosen === undefined) {
    throw refusedByAdmission(attributes, pod, `no PriorityClass with name ${named} was found`);
  }
  if (chosen !== undefined) spec['priorityClassName'] = chosen.metadata.name;

  const computed = numberAt(chosen, 'value') ?? 0;
  const given = findNumber(spec, 'priority');
  if (given !== undefined && given !== computed) {
    const why = `the integer value of priority (${given}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;
    throw refusedByAdmission(attributes, pod, why);
  }
  spec['priority'] = computed;

  const policy = chosen === undefined ? 'PreemptLowerPriority' : stringAt(chosen, 'preemptionPolicy');
  if (policy === '') return;
  const givenPolicy = findString(spec, 'preemptionPolicy');
  if (givenPolicy !== undefined && givenPolicy !== policy) {
    const why = `the string value of PreemptionPolicy (${givenPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`;
    throw refusedByAdmission(attributes, pod, why);
  }
  spec['preemptionPolicy'] = policy;
}

/** An update that says nothing changes nothing. */
function keepPriority(pod: DraftObject, oldPod: KubeObject | undefined): void {
  const spec = findObject(pod, 'spec');
  if (spec === undefined) return;
  const before = numberAt(oldPod, 'spec', 'priority');
  if (before !== undefined) spec['priority'] ??= before;
  const policy = stringAt(oldPod, 'spec', 'preemptionPolicy');
  if (policy !== '') spec['preemptionPolicy'] ??= policy;
}

/** The global default; of several the one with the lowest value. */
function findDefaultClass(reader: ObjectReader): KubeObject | undefined {
  let chosen: KubeObject | undefined;
  for (const candidate of reader.list(PRIORITY_CLASSES, '')) {
    if (booleanAt(candidate, 'globalDefault') !== true) continue;
    if (chosen === undefined || (numberAt(chosen, 'value') ?? 0) > (numberAt(candidate, 'value') ?? 0))
      chosen = candidate;
  }
  return chosen;
}
