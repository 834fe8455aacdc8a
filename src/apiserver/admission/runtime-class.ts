/**
 * What the runtime of a pod takes for itself, and where it runs.
 * @see https://kubernetes.io/docs/concepts/containers/runtime-class/
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { objectAt, objectsAt, stringAt, stringMapAt } from '../authentication/json-members';
import { type DraftObject, draftOf, ensureObject } from '../draft';
import { canonicalJson } from '../json/json-text';
import type { ObjectReader } from '../resources/object-reader';
import type { AdmissionAttributes, AdmissionPlugin } from './admission';
import { isAbout, refusedByAdmission } from './refusal';
import { amountsAt, amountsText } from './resource-amounts';
import { mergedTolerations } from './tolerations';

const RUNTIME_CLASSES = { group: 'node.k8s.io', resource: 'runtimeclasses' } as const;
const OTHER_OVERHEAD = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

export function runtimeClass(reader: ObjectReader): AdmissionPlugin {
  const applies = (attributes: AdmissionAttributes): boolean =>
    attributes.operation === 'CREATE' && isAbout(attributes, '', 'pods');
  return {
    name: 'RuntimeClass',
    admit(pod, attributes) {
      if (!applies(attributes)) return;
      const chosen = findClass(pod, attributes, reader);
      if (chosen === undefined) return;
      setOverhead(pod, chosen, attributes);
      setScheduling(pod, chosen, attributes);
    },
    validate(pod, attributes) {
      if (!applies(attributes)) return undefined;
      const chosen = findClass(pod, attributes, reader);
      if (objectAt(chosen, 'overhead') !== undefined) {
        if (!hasOverheadOf(pod, chosen)) throw refusedByAdmission(attributes, pod, OTHER_OVERHEAD);
      } else if (objectAt(pod, 'spec', 'overhead') !== undefined) {
        const why = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
        throw refusedByAdmission(attributes, pod, why);
      }
      return undefined;
    },
  };
}

function findClass(pod: unknown, attributes: AdmissionAttributes, reader: ObjectReader): KubeObject | undefined {
  const name = stringAt(pod, 'spec', 'runtimeClassName');
  if (name === '') return undefined;
  const found = reader.find(RUNTIME_CLASSES, '', name);
  if (found !== undefined) return found;
  throw refusedByAdmission(attributes, pod, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
}

function setOverhead(pod: DraftObject, chosen: KubeObject, attributes: AdmissionAttributes): void {
  const fixed = objectAt(chosen, 'overhead', 'podFixed');
  if (objectAt(chosen, 'overhead') === undefined) return;
  const given = amountsAt(pod, 'spec', 'overhead');
  if (given.size > 0 && !hasOverheadOf(pod, chosen)) throw refusedByAdmission(attributes, pod, OTHER_OVERHEAD);
  if (fixed !== undefined) ensureObject(pod, 'spec')['overhead'] = draftOf(fixed);
}

function hasOverheadOf(pod: unknown, chosen: KubeObject | undefined): boolean {
  const own = amountsAt(pod, 'spec', 'overhead');
  return amountsText(own) === amountsText(amountsAt(chosen, 'overhead', 'podFixed'));
}

function setScheduling(pod: DraftObject, chosen: KubeObject, attributes: AdmissionAttributes): void {
  if (objectAt(chosen, 'scheduling') === undefined) return;
  const given = stringMapAt(pod, 'spec', 'nodeSelector');
  const wanted = stringMapAt(chosen, 'scheduling', 'nodeSelector');
  for (const [key, value] of wanted) {
    const own = given.get(key);
    if (own !== undefined && own !== value) {
      const why = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`;
      throw refusedByAdmission(attributes, pod, why);
    }
  }
  const spec = ensureObject(pod, 'spec');
  if (wanted.size > 0) spec['nodeSelector'] = Object.fromEntries([...given, ...wanted]);
  const before = objectsAt(pod, 'spec', 'tolerations');
  const merged = mergedTolerations([...before, ...objectsAt(chosen, 'scheduling', 'tolerations')]);
  if (canonicalJson(merged) !== canonicalJson(before)) {
    spec['tolerations'] = merged.map((toleration: JsonObject) => draftOf(toleration));
  }
}
