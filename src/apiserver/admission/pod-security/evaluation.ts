/** Holds a pod against a level. */
import { BASELINE_CHECKS } from './baseline-checks';
import type { Check, CheckedPod, CheckVersion, PodCheck, Violation } from './check';
import type { LevelVersion } from './policy';
import { RESTRICTED_CHECKS } from './restricted-checks';

/** The newest version that any check has. */
const NEWEST = Math.max(
  ...[...BASELINE_CHECKS, ...RESTRICTED_CHECKS].flatMap(({ versions }) => versions.map(({ since }) => since)),
);

const known = new Map<string, readonly PodCheck[]>();

/** What of a pod is beyond the level; empty where it passes. */
export function violationsOf(pod: CheckedPod, { level, minor = NEWEST }: LevelVersion): readonly Violation[] {
  if (level === 'privileged') return [];
  const version = Math.min(minor, NEWEST);
  const key = `${level}:${version}`;
  let checks = known.get(key);
  if (checks === undefined) {
    checks = checksOf(level, version);
    known.set(key, checks);
  }
  const violations: Violation[] = [];
  for (const check of checks) {
    const violation = check(pod);
    if (violation !== undefined) violations.push(violation);
  }
  return violations;
}

function checksOf(level: 'baseline' | 'restricted', minor: number): readonly PodCheck[] {
  const restricted = level === 'restricted' ? RESTRICTED_CHECKS.map((check) => versionOf(check, minor)) : [];
  const overridden = new Set(restricted.flatMap((version) => version?.overrides ?? []));
  const baseline = BASELINE_CHECKS.filter(({ id }) => !overridden.has(id)).map((check) => versionOf(check, minor));
  return [...baseline, ...restricted].filter((version) => version !== undefined).map(({ check }) => check);
}

/** The check as it was in a version; undefined where it came later. */
function versionOf({ versions }: Check, minor: number): CheckVersion | undefined {
  return versions.findLast(({ since }) => since <= minor);
}

/** `reason (detail), reason (detail)` */
export function violationsText(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}
