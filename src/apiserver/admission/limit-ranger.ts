/**
 * Limits of a namespace for each container, pod and claim: defaults where nothing is said, refusals beyond them.
 * @see https://kubernetes.io/docs/concepts/policy/limit-range/
 */
import type { JsonObject } from '../../api/json';
import { objectsAt, stringAt, stringMapAt } from '../authentication/json-members';
import { type DraftObject, ensureObject, findObject, objectsIn } from '../draft';
import type { ObjectReader } from '../resources/object-reader';
import type { AdmissionAttributes, AdmissionPlugin } from './admission';
import { limitProblems } from './limit-constraints';
import { reasonsText, refusedByAdmission } from './refusal';

const LIMIT_RANGES = { group: '', resource: 'limitranges' } as const;
const ANNOTATION = 'kubernetes.io/limit-ranger';

export function limitRanger(reader: ObjectReader): AdmissionPlugin {
  return {
    name: 'LimitRanger',
    admit(object, attributes) {
      if (attributes.resource !== 'pods') return;
      for (const range of rangesFor(attributes, reader)) setDefaults(object, defaultsOf(range));
    },
    validate(object, attributes) {
      for (const range of rangesFor(attributes, reader)) {
        const problems = limitProblems(range, attributes.resource, object);
        if (problems.length > 0) throw refusedByAdmission(attributes, object, reasonsText(problems));
      }
      return undefined;
    },
  };
}

/** The limit ranges that a request is held to. An object that is going may still change. */
function rangesFor(attributes: AdmissionAttributes, reader: ObjectReader): readonly JsonObject[] {
  const { operation, group, kind, subresource, oldObject, namespace } = attributes;
  const isPod = kind === 'Pod';
  if (group !== '' || !(isPod || kind === 'PersistentVolumeClaim')) return [];
  if (operation !== 'CREATE' && operation !== 'UPDATE') return [];
  const isResize = isPod && operation === 'UPDATE' && subresource === 'resize';
  if (!isResize && (subresource !== '' || (isPod && operation === 'UPDATE'))) return [];
  if (oldObject?.metadata.deletionTimestamp !== undefined) return [];
  return reader.list(LIMIT_RANGES, namespace) as unknown as readonly JsonObject[];
}

type Defaults = Readonly<Record<'requests' | 'limits', readonly (readonly [string, string])[]>>;

/** What a container gets that says nothing; a later limit of the range wins. */
function defaultsOf(range: JsonObject): Defaults {
  const requests = new Map<string, string>();
  const limits = new Map<string, string>();
  for (const limit of objectsAt(range, 'spec', 'limits')) {
    if (stringAt(limit, 'type') !== 'Container') continue;
    collect(limit, 'defaultRequest', requests);
    collect(limit, 'default', limits);
  }
  const sorted = (amounts: Map<string, string>): readonly (readonly [string, string])[] =>
    [...amounts].sort(([a], [b]) => (a < b ? -1 : 1));
  return { requests: sorted(requests), limits: sorted(limits) };
}

function collect(limit: JsonObject, member: string, into: Map<string, string>): void {
  for (const [name, amount] of stringMapAt(limit, member)) into.set(name, amount);
}

/** Sets what is missing, and notes it in an annotation. */
function setDefaults(pod: DraftObject, defaults: Defaults): void {
  const notes: string[] = [];
  const spec = findObject(pod, 'spec');
  for (const container of objectsIn(spec, 'containers')) notes.push(...fill(container, 'container', defaults));
  for (const container of objectsIn(spec, 'initContainers')) notes.push(...fill(container, 'init container', defaults));
  if (notes.length === 0) return;
  const annotations = ensureObject(ensureObject(pod, 'metadata'), 'annotations');
  annotations[ANNOTATION] = `LimitRanger plugin set: ${notes.join('; ')}`;
}

function fill(container: DraftObject, title: string, defaults: Defaults): readonly string[] {
  const notes: string[] = [];
  for (const [claim, word] of [
    ['requests', 'request'],
    ['limits', 'limit'],
  ] as const) {
    const given = findObject(findObject(container, 'resources'), claim) ?? {};
    const missing = defaults[claim].filter(([name]) => !Object.hasOwn(given, name));
    if (missing.length === 0) continue;
    const amounts = ensureObject(ensureObject(container, 'resources'), claim);
    for (const [name, amount] of missing) amounts[name] = amount;
    notes.push(`${missing.map(([name]) => name).join(', ')} ${word} for ${title} ${stringAt(container, 'name')}`);
  }
  return notes;
}
