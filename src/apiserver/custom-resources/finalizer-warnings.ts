/** What writers of finalizers are told whose names may meet those of others. */
import type { KubeObject } from '../../api/object';
import { qualifiedNameErrors } from '../schema/name-rules';

const STANDARD: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** The warnings about finalizers that weren't there before, in the order of their names. */
export function finalizerWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const before = new Set(old?.metadata.finalizers);
  const added = [...new Set(object.metadata.finalizers)].filter((finalizer) => !before.has(finalizer));
  return added.sort().flatMap((finalizer) => {
    const told = `metadata.finalizers: ${JSON.stringify(finalizer)}: `;
    const warnings = qualifiedNameErrors(finalizer).map((error) => `${told}${error}`);
    if (finalizer.includes('/') || STANDARD.has(finalizer)) return warnings;
    const path = finalizer.includes('.') ? ' including a path (/)' : '';
    return [
      ...warnings,
      `${told}prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    ];
  });
}
