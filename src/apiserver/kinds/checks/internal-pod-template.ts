/**
 * A pod template as messages show it: the server's own value of it, with every member and under the names of its code.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import { objectAt } from '../json-members';
import { INTERNAL_MEMBERS } from './internal-members';

interface InternalMember {
  readonly name: string;
  /** Its name in the API; undefined for a type whose members are taken in. */
  readonly key: string | undefined;
  readonly type: string;
}

type Structs = ReadonlyMap<string, readonly InternalMember[]>;

/** Members that the API has in the spec of a pod and the server in its security context. */
const MOVED_MEMBERS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

let structs: Structs | undefined;

/** The template as the server's messages show it. */
export function internalPodTemplate(template: JsonObject): JsonObject {
  // Refusals are rare: the table is read when the first comes.
  structs ??= readStructs(INTERNAL_MEMBERS);
  const spec = objectAt(template, 'spec') ?? {};
  const securityContext = { ...objectAt(spec, 'securityContext') };
  for (const key of MOVED_MEMBERS) if (spec[key] !== undefined) Object.assign(securityContext, { [key]: spec[key] });
  const shown = { ...spec, securityContext };
  return { ...objectAt(template, 'metadata'), Spec: internalValue(shown, 'PodSpec', structs) };
}

function readStructs(text: string): Structs {
  const read = new Map<string, InternalMember[]>();
  let members: InternalMember[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (!line.startsWith(' ')) {
      members = [];
      read.set(line, members);
      continue;
    }
    for (const word of line.trim().split(' ')) {
      const [names = '', type = ''] = word.split(':');
      const [name = '', key] = names.split('=');
      const own = key ?? `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      members.push({ name, key: own === '-' ? undefined : own, type });
    }
  }
  return read;
}

function internalValue(value: JsonValue | undefined, type: string, known: Structs): JsonValue {
  if (type.startsWith('*')) return value === undefined ? null : internalValue(value, type.slice(1), known);
  if (type.startsWith('[]')) {
    if (!Array.isArray(value)) return null;
    return (value as readonly JsonValue[]).map((item) => internalValue(item, type.slice(2), known));
  }
  const members = known.get(type);
  if (members === undefined) return value ?? zeroOf(type);
  return internalObject(isJsonObject(value) ? value : {}, members, known);
}

function internalObject(object: JsonObject, members: readonly InternalMember[], known: Structs): JsonObject {
  return Object.fromEntries(
    members.flatMap(({ name, key, type }): [string, JsonValue | undefined][] => {
      if (key !== undefined) return [[name, internalValue(object[key], type, known)]];
      if (type === 'metav1.ObjectMeta') return Object.entries(objectAt(object, 'metadata') ?? {});
      return Object.entries(internalObject(object, known.get(type) ?? [], known));
    }),
  );
}

function zeroOf(type: string): JsonValue {
  switch (type) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'resource.Quantity':
      return '0';
    case 'map':
    case 'metav1.LabelSelector':
      return null;
    default:
      return 0;
  }
}
