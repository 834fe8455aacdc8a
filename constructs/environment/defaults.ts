/**
 * What the API server would fill in or rewrite in the core shapes that a template embeds, written out beforehand: what is
 * applied then equals what is stored, and nothing looks changed that isn't.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/json';
import { canonicalQuantity, isQuantity } from '../../src/api/quantity';

/** A copy without undefined and null members, at every depth. */
export function withoutGaps(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(withoutGaps);
  if (!isJsonObject(value)) return value as JsonValue;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(entries.map(([name, member]) => [name, withoutGaps(member)]));
}

/** A probe with the API server's defaults. */
export function completeProbe(probe: object): JsonObject {
  const plain = withoutGaps(probe) as JsonObject;
  const { httpGet } = plain;
  return {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...plain,
    ...(isJsonObject(httpGet) ? { httpGet: { path: '/', scheme: 'HTTP', ...httpGet } } : {}),
  };
}

/** A variable with the API server's defaults in its source. A divisor that is no quantity stays, for the server to refuse. */
export function completeVariable(variable: object): JsonObject {
  const plain = withoutGaps(variable) as JsonObject;
  const source = plain['valueFrom'];
  if (!isJsonObject(source)) return plain;
  const { fieldRef, resourceFieldRef } = source;
  return {
    ...plain,
    valueFrom: {
      ...source,
      ...(isJsonObject(fieldRef) ? { fieldRef: { apiVersion: 'v1', ...fieldRef } } : {}),
      ...(isJsonObject(resourceFieldRef)
        ? { resourceFieldRef: { ...resourceFieldRef, divisor: divisorOf(resourceFieldRef['divisor']) } }
        : {}),
    },
  };
}

function divisorOf(divisor: JsonValue | undefined): JsonValue {
  if (typeof divisor !== 'string' && typeof divisor !== 'number') return '0';
  return isQuantity(divisor) ? canonicalQuantity(divisor) : divisor;
}

/** Variables with later ones in place of earlier ones of the same name. */
export function mergeVariables(...lists: readonly (readonly JsonObject[])[]): readonly JsonObject[] {
  const byName = new Map<JsonValue | undefined, JsonObject>();
  for (const variable of lists.flat()) byName.set(variable['name'], variable);
  return [...byName.values()];
}

/** What the API server takes where no policy is given: Always for the tag latest and for none, else IfNotPresent. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const [reference = '', imageDigest] = image.split('@');
  const tag = /:([^:/]*)$/.exec(reference)?.[1];
  if (tag === undefined) return imageDigest === undefined ? 'Always' : 'IfNotPresent';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}
