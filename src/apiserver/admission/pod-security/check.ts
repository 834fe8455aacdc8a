/** The parts that checks of pod security are made of. */
import type { JsonObject } from '../../../api/json';
import { objectsAt, stringAt } from '../../authentication/json-members';

/** A pod, or the template of one. */
export interface CheckedPod {
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
}

/** Why a pod doesn't pass: in a few words, and in detail. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

export type PodCheck = (pod: CheckedPod) => Violation | undefined;

/** A check as it is from some minor version of Kubernetes on. */
export interface CheckVersion {
  readonly since: number;
  readonly check: PodCheck;
  /** Checks of the baseline that this one makes superfluous. */
  readonly overrides?: readonly string[];
}

export interface Check {
  readonly id: string;
  /** In the order of their versions. */
  readonly versions: readonly CheckVersion[];
}

/** All containers of a pod: those that start first, the usual ones, those added to debug. */
export function containersOf({ spec }: CheckedPod): readonly JsonObject[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => objectsAt(spec, list));
}

/** The names of the containers for which a test holds. */
export function containersWhere(pod: CheckedPod, test: (container: JsonObject) => boolean): readonly string[] {
  return containersOf(pod)
    .filter(test)
    .map((container) => stringAt(container, 'name'));
}

/** `container "a"`, `containers "a", "b"`. */
export function containersText(names: readonly string[]): string {
  return `${plural('container', names.length)} ${quotedNames(names)}`;
}

/** `"a", "b"` */
export function quotedNames(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** A word, with an s unless it stands for one. */
export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}

/** Distinct texts in the order of their bytes. */
export function sortedSet(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/** `pod`, `containers "a", "b"`, or both: who sets something. */
export function settersText(isPod: boolean, containers: readonly string[]): string {
  return [...(isPod ? ['pod'] : []), ...(containers.length === 0 ? [] : [containersText(containers)])].join(' and ');
}

export function isWindows({ spec }: CheckedPod): boolean {
  return stringAt(spec, 'os', 'name') === 'windows';
}
