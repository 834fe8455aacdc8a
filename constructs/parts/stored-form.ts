/**
 * What users write inside pods and policies, brought into the form in which the API server stores it.
 *
 * The runtime compares what it would apply with what the server holds. A field that the server drops (an empty text, a
 * zero), rewrites (a quantity) or completes (a default inside an atomic list) would differ for ever and be written again
 * and again. Only such fields are touched here; what a text means is the server's to judge.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/json';
import { canonicalQuantity, canonicalResourceAmount, isQuantity } from '../../src/api/quantity';
import type { Affinity, EnvVar, NetworkPolicyPeer, Probe, ResourceRequirements, Toleration, Volume } from './shapes';

/** A quantity in its stored form; text that is none stays, for the checks and the server to refuse. */
export function storedQuantity(quantity: string): string {
  return isQuantity(quantity) ? canonicalQuantity(quantity) : quantity;
}

/** An amount of a resource in its stored form, which is a little coarser than that of other quantities. */
export function storedAmount(amount: string): string {
  return isQuantity(amount) ? canonicalResourceAmount(amount) : amount;
}

/** The value without null and undefined members, empty lists and, except in `keep`, empty texts of the object itself. */
function compact(object: JsonObject, keep: readonly string[] = []): JsonObject {
  const entries = Object.entries(object).filter(
    ([key, value]) => !isNothing(value) && (value !== '' || keep.includes(key)),
  );
  return Object.fromEntries(entries);
}

function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Drops null members and empty lists at every depth. Empty objects stay: `emptyDir: {}` means something. */
function withoutNothing(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutNothing(item));
  if (!isJsonObject(value)) return value;
  return mapMembers(compact(value, Object.keys(value)), withoutNothing);
}

function mapMembers(object: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value ?? null, key)]));
}

/** The member changed, if it is there. */
function withMember(object: JsonObject, key: string, change: (value: JsonValue) => JsonValue): JsonObject {
  const value = object[key];
  return value === undefined || value === null ? object : { ...object, [key]: change(value) };
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item: JsonValue) => isJsonObject(item)) : [];
}

/** A reference to a pod's own field or to a resource: both are atomic, and the server fills in what is missing. */
function completeDownward(item: JsonObject): JsonObject {
  const withField = withMember(item, 'fieldRef', (ref) =>
    isJsonObject(ref) ? { ...ref, apiVersion: ref['apiVersion'] ?? 'v1' } : ref,
  );
  return withMember(withField, 'resourceFieldRef', (ref) =>
    isJsonObject(ref) ? { ...compact(ref), divisor: storedNumber(ref['divisor'] ?? '0') } : ref,
  );
}

function storedNumber(value: JsonValue): JsonValue {
  return typeof value === 'string' || typeof value === 'number' ? storedQuantity(String(value)) : value;
}

function storedAmounts(amounts: JsonValue): JsonValue {
  if (!isJsonObject(amounts)) return amounts;
  return mapMembers(compact(amounts), (amount) =>
    typeof amount === 'string' || typeof amount === 'number' ? storedAmount(String(amount)) : amount,
  );
}

/**
 * Environment variables, each name once: the API takes no other list. As in a container the last value wins; it stands where
 * the name came first.
 */
export function storedEnv(env: readonly JsonObject[]): readonly EnvVar[] {
  const byName = new Map<JsonValue, JsonObject>();
  for (const variable of env) byName.set(variable['name'] ?? '', variable);
  return [...byName.values()].map(
    (variable) =>
      withMember(compact(variable), 'valueFrom', (source) =>
        isJsonObject(source) ? completeDownward(compact(source)) : source,
      ) as unknown as EnvVar,
  );
}

/** Resource requests and limits with canonical quantities; undefined where there are none. */
export function storedResources(resources: JsonObject | undefined): ResourceRequirements | undefined {
  if (resources === undefined) return undefined;
  const stored = mapMembers(compact(resources), (list, key) =>
    key === 'limits' || key === 'requests' ? storedAmounts(list) : list,
  );
  const filled = Object.entries(stored).filter(
    ([, value]) => !(isJsonObject(value) && Object.keys(value).length === 0),
  );
  return filled.length === 0 ? undefined : Object.fromEntries(filled);
}

const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
];

/** A probe without zeros and empty texts: to the server they mean the default, as if they weren't there. */
export function storedProbe(probe: JsonObject): Probe {
  const plain = withoutNothing(probe) as JsonObject;
  const numbers = Object.fromEntries(
    Object.entries(plain).filter(([key, value]) => value !== 0 || !PROBE_NUMBERS.includes(key)),
  );
  const http = withMember(numbers, 'httpGet', (action) => (isJsonObject(action) ? compact(action) : action));
  return withMember(http, 'tcpSocket', (action) => (isJsonObject(action) ? compact(action) : action));
}

/** Tolerations are one atomic list: empty members are gone once stored. */
export function storedTolerations(tolerations: readonly JsonObject[]): readonly Toleration[] {
  return tolerations.map((toleration) => compact(toleration) as unknown as Toleration);
}

export function storedAffinity(affinity: JsonObject): Affinity {
  return withoutNothing(affinity) as unknown as Affinity;
}

/** Peers of a NetworkPolicy, whose rules are atomic lists. */
export function storedPeers(peers: readonly JsonObject[]): readonly NetworkPolicyPeer[] {
  return peers.map((peer) => withoutNothing(peer) as unknown as NetworkPolicyPeer);
}

/** A volume with its name. Sources in a projected volume and items of the downward API are atomic lists. */
export function storedVolume(name: string, source: JsonObject): Volume {
  const plain = withoutNothing(source) as JsonObject;
  const projected = withMember(plain, 'projected', (volume) =>
    isJsonObject(volume) && 'sources' in volume
      ? { ...volume, sources: objects(volume['sources']).map(projection) }
      : volume,
  );
  const downward = withMember(projected, 'downwardAPI', completeItems);
  const scratch = withMember(downward, 'emptyDir', (volume) =>
    isJsonObject(volume) ? withMember(compact(volume), 'sizeLimit', storedNumber) : volume,
  );
  const ephemeral = withMember(scratch, 'ephemeral', (volume) =>
    changeAt(volume, ['volumeClaimTemplate', 'spec', 'resources', 'requests'], storedAmounts),
  );
  return { name, ...ephemeral };
}

/** The value with what lies at a path changed; unchanged where nothing lies there. */
function changeAt(value: JsonValue, path: readonly string[], change: (value: JsonValue) => JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  return isJsonObject(value) ? withMember(value, step, (member) => changeAt(member, rest, change)) : value;
}

const PROJECTED_TOKEN_SECONDS = 3600;

function projection(source: JsonObject): JsonObject {
  const token = withMember(source, 'serviceAccountToken', (value) =>
    isJsonObject(value)
      ? { ...compact(value), expirationSeconds: value['expirationSeconds'] ?? PROJECTED_TOKEN_SECONDS }
      : value,
  );
  return withMember(token, 'downwardAPI', completeItems);
}

function completeItems(volume: JsonValue): JsonValue {
  if (!isJsonObject(volume) || !('items' in volume)) return volume;
  return { ...volume, items: objects(volume['items']).map(completeDownward) };
}
