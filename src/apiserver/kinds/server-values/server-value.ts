/**
 * Values as a Kubernetes server's own types print: messages that show a struct show all its members, by their Go names.
 *
 * Clients see such text where an update is refused, as the value that is wrong or as a diff.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import { STRUCT_FIELDS } from './struct-fields';
import { unifiedDiff } from './unified-diff';

interface Member {
  readonly goName: string;
  readonly name: string;
  readonly type: string;
}

const members = new Map<string, readonly Member[]>();

const ZEROS: Readonly<Record<string, JsonValue>> = { s: '', n: 0, b: false, q: '0', i: 0 };

/** The members of the API's metadata in the order in which they print, where a struct holds it. */
const METADATA_ORDER = ['name', 'generateName', 'namespace', 'labels', 'annotations', 'finalizers'];

/** Members that the API has in a pod's spec, and the server in its security context. */
const LIFTED = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

/** A value of the API as a struct of the server, ready to be printed: `serverValue(spec, 'PodSpec')`. */
export function serverValue(value: JsonValue | undefined, type: string): JsonValue {
  const kind = type[0] ?? '';
  if (kind === '*') return value === undefined || value === null ? null : serverValue(value, type.slice(1));
  if (kind === '[') return Array.isArray(value) ? listValue(value as readonly JsonValue[], type.slice(1)) : null;
  if (kind === '{') return isJsonObject(value) ? mapValue(value, type.slice(1)) : null;
  const isStruct = Object.hasOwn(STRUCT_FIELDS, type);
  if (isStruct) return structValue(isJsonObject(value) ? value : {}, type);
  return value ?? ZEROS[type] ?? null;
}

/** What changes from one struct to the other, in lines with three lines around. */
export function serverDiff(old: JsonValue | undefined, next: JsonValue | undefined, type: string): string {
  return unifiedDiff(prettyText(serverValue(old, type)), prettyText(serverValue(next, type)));
}

function listValue(items: readonly JsonValue[], type: string): JsonValue {
  return items.map((item) => serverValue(item, type));
}

function mapValue(map: JsonObject, type: string): JsonValue {
  const keys = Object.keys(map).sort();
  return Object.fromEntries(keys.map((key) => [key, serverValue(map[key], type)]));
}

function structValue(object: JsonObject, type: string): JsonValue {
  const source = type === 'PodSpec' ? withLiftedMembers(object) : object;
  const value: [string, JsonValue][] = [];
  for (const { goName, name, type: memberType } of membersOf(type)) {
    if (memberType === 'M') value.push(...metadataMembers(source['metadata']));
    else value.push([goName, serverValue(source[name], memberType)]);
  }
  return Object.fromEntries(value);
}

function withLiftedMembers(spec: JsonObject): JsonObject {
  const context = isJsonObject(spec['securityContext']) ? spec['securityContext'] : {};
  const lifted = Object.fromEntries(LIFTED.map((key) => [key, spec[key]]));
  return { ...spec, securityContext: { ...context, ...lifted } };
}

function metadataMembers(metadata: JsonValue | undefined): [string, JsonValue][] {
  if (!isJsonObject(metadata)) return [];
  return METADATA_ORDER.flatMap((key) => {
    const member = metadata[key];
    return member === undefined ? [] : [[key, member] as [string, JsonValue]];
  });
}

function membersOf(type: string): readonly Member[] {
  const known = members.get(type);
  if (known !== undefined) return known;
  const read = (STRUCT_FIELDS[type] ?? '').split(' ').map(memberOf);
  members.set(type, read);
  return read;
}

function memberOf(text: string): Member {
  const [names = '', type = 's'] = text.split(':');
  const [goName = '', name] = names.split('=');
  return { goName, name: name ?? `${goName.charAt(0).toLowerCase()}${goName.slice(1)}`, type };
}

function prettyText(value: JsonValue): string {
  return JSON.stringify(value, undefined, 1).replace(/[<>&\u2028\u2029]/g, escaped);
}

/** A Go server writes these characters by their numbers. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
