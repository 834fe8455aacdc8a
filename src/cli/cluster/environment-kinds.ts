/**
 * The kinds whose objects are environments, and those that are only read by others.
 */
import { kinds } from '../../../constructs/kinds';
import { apiVersionOf, kindKey, kindKeyOf, type ResourceType } from '../../api/resource-type';

export type CliKind = (typeof kinds)[number];

/** Every kind of Adrasteia. */
export const allKinds: readonly CliKind[] = kinds;

/** Kinds of environments: what `adra get` lists unless told otherwise. Kinds of tenancy are planned too. */
export const environmentKinds: readonly CliKind[] = kinds.filter(
  ({ planner, isTenancy }) => planner !== undefined && isTenancy !== true,
);

/** The kind of an object, or undefined where it is none of ours. */
export function kindOfObject(object: { readonly apiVersion: string; readonly kind: string }): CliKind | undefined {
  return kinds.find(({ type }) => type.kind === object.kind && apiVersionOf(type) === object.apiVersion);
}

/** True for a type whose objects are environments. */
export function isEnvironmentType(type: Pick<ResourceType, 'group' | 'kind'>): boolean {
  return environmentKinds.some((kind) => kindKey(kind.type) === kindKey(type));
}

/** True for an object that is an environment. */
export function isEnvironment(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return environmentKinds.some((kind) => kindKey(kind.type) === kindKeyOf(object));
}

/** True for an object that gets namespaces, in which others lie: a tenant, a workspace, or what holds for all of them. */
export function getsNamespaces(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  const kind = kindOfObject(object);
  return kind?.isTenancy === true && !kind.type.namespaced;
}
