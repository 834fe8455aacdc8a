/** What is told to whoever makes a namespace stricter: which of its pods wouldn't be admitted any more. */
import type { KubeObject } from '../../../api/object';
import { objectAt } from '../../authentication/json-members';
import type { ObjectReader } from '../../resources/object-reader';
import { violationsOf } from './evaluation';
import { type LevelVersion, levelText } from './policy';

const PODS = { group: '', resource: 'pods' } as const;
/** No more pods are looked at. */
const CHECKED_MAX = 3000;

/** The warnings, in the order in which they are shown. */
export function existingPodsWarnings(
  namespace: string,
  enforce: LevelVersion,
  reader: ObjectReader,
): readonly string[] {
  const pods = prioritized(reader.list(PODS, namespace));
  const checked = pods.slice(0, CHECKED_MAX);
  const found = new Map<string, { name: string; count: number }>();
  for (const pod of checked) {
    const content = { metadata: objectAt(pod, 'metadata') ?? {}, spec: objectAt(pod, 'spec') ?? {} };
    const reasons = violationsOf(content, enforce)
      .map(({ reason }) => reason)
      .join(', ');
    if (reasons === '') continue;
    const { name } = pod.metadata;
    const before = found.get(reasons);
    if (before === undefined) found.set(reasons, { name, count: 1 });
    else found.set(reasons, { name: name < before.name ? name : before.name, count: before.count + 1 });
  }
  const warnings: string[] = [];
  if (checked.length < pods.length) {
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${checked.length} of ${pods.length} existing pods`,
    );
  }
  if (found.size > 0) {
    const level = JSON.stringify(levelText(enforce));
    warnings.push(
      `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${level}`,
    );
  }
  const each = [...found].map(([reasons, { name, count }]) => `${name}${othersText(count - 1)}: ${reasons}`);
  return [...warnings, ...each.sort()];
}

function othersText(others: number): string {
  if (others === 0) return '';
  return others === 1 ? ' (and 1 other pod)' : ` (and ${others} other pods)`;
}

/** One pod of each owner comes before its twins. */
function prioritized(pods: readonly KubeObject[]): readonly KubeObject[] {
  const owners = new Set<string>();
  const first: KubeObject[] = [];
  const twins: KubeObject[] = [];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
    if (owner !== undefined && owners.has(owner)) twins.push(pod);
    else first.push(pod);
    if (owner !== undefined) owners.add(owner);
  }
  return [...first, ...twins];
}
