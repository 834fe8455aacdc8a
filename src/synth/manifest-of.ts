/**
 * The manifest of one `ApiObject`: what cdk8s makes of it, members in our order.
 *
 * cdk8s walks each object three times, for lazy values, for empty ones and for order. Objects made of plain values only, as all of
 * ours are, come out the same from one walk.
 */
import type { ApiObject } from 'cdk8s';
import { unpatchedProps } from '../../constructs/parts/planned';
import { isJsonObject } from '../api/json';
import type { Manifest } from '../api/object';

/** `apiVersion`, `kind` and `metadata` first, everything else by name, at every depth; nothing that is null or undefined. */
export function manifestOf(object: ApiObject): Manifest {
  return (plainManifest(object) ?? inMemberOrder(object.toJson())) as Manifest;
}

/** Undefined where only cdk8s knows what the object says. */
function plainManifest(object: ApiObject): unknown {
  const props = unpatchedProps(object);
  if (props === undefined) return undefined;
  try {
    return inMemberOrder({ ...props, metadata: object.metadata.toJson() as unknown });
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

function inMemberOrder(manifest: unknown): unknown {
  if (!isJsonObject(manifest)) return manifest;
  const { apiVersion, kind, metadata, ...rest } = manifest;
  return { apiVersion, kind, metadata: inOrder(metadata), ...(inOrder(rest) as object) };
}

const NOT_PLAIN = new Error('not a plain value');

/** The value with members by name. Throws `NOT_PLAIN` for what isn't JSON, such as a lazy value or a function. */
function inOrder(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'function' || typeof value === 'symbol') throw NOT_PLAIN;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(inOrder);
  if (Object.getPrototypeOf(value) !== Object.prototype || 'resolve' in value) throw NOT_PLAIN;
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    const member = inOrder((value as Record<string, unknown>)[name]);
    if (member !== undefined) result[name] = member;
  }
  return result;
}
