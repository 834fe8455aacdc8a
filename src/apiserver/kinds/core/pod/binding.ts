/** Bindings: a scheduler says on which node a pod runs. */
import type { JsonObject } from '../../../../api/json';
import type { KubeObject } from '../../../../api/object';
import { type DraftObject, ensureObject, objectsIn } from '../../../draft';
import { type FieldError, notSupportedField, requiredField } from '../../../field-error';
import { conflict } from '../../../status-error';
import { entryAt, listAt, mapAt, objectAt, textAt } from '../../json-members';
import { specOf } from '../strategy-parts';

/** What is wrong with a binding. */
export function bindingErrors(binding: JsonObject): FieldError[] {
  const target = objectAt(binding, 'target');
  const kind = textAt(target, 'kind');
  const errors: FieldError[] = [];
  if (kind !== '' && kind !== 'Node') errors.push(notSupportedField('target.kind', kind, ['Node', '<empty>']));
  if (textAt(target, 'name') === '') errors.push(requiredField('target.name'));
  return errors;
}

/**
 * Puts a pod on the node of a binding, in place, with the annotations and labels that the binding brings.
 * @throws StatusError 409 where the pod can't be put anywhere.
 */
export function assignPod(pod: DraftObject, binding: JsonObject, now: Date): void {
  const refused = refusal(pod as unknown as KubeObject);
  const metadata = ensureObject(pod, 'metadata');
  if (refused !== undefined) {
    throw conflict({ group: '', resource: 'pods/binding' }, textAt(metadata, 'name'), refused);
  }
  ensureObject(pod, 'spec')['nodeName'] = textAt(objectAt(binding, 'target'), 'name');
  for (const key of ['annotations', 'labels']) {
    const brought = mapAt(objectAt(binding, 'metadata'), key);
    for (const [name, value] of Object.entries(brought)) {
      Object.defineProperty(ensureObject(metadata, key), name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
  }
  setScheduled(ensureObject(pod, 'status'), now);
}

function refusal(pod: KubeObject): string | undefined {
  const { name, deletionTimestamp } = pod.metadata;
  const node = textAt(specOf(pod), 'nodeName');
  if (deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (node !== '') return `pod ${name} is already assigned to node ${JSON.stringify(node)}`;
  const isGated = listAt(specOf(pod), 'schedulingGates').length > 0;
  return isGated ? `pod ${name} has non-empty .spec.schedulingGates` : undefined;
}

function setScheduled(status: DraftObject, now: Date): void {
  const conditions = objectsIn(status, 'conditions');
  const before = conditions.find((condition) => condition['type'] === 'PodScheduled');
  const isKept = entryAt((before ?? {}) as Record<string, string>, 'status') === 'True';
  const scheduled: DraftObject = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: isKept ? (before?.['lastTransitionTime'] ?? null) : `${now.toISOString().slice(0, 19)}Z`,
  };
  status['conditions'] =
    before === undefined
      ? [...conditions, scheduled]
      : conditions.map((condition) => (condition === before ? scheduled : condition));
}
