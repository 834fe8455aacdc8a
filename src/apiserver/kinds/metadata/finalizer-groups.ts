/** Which built-in kinds take only finalizers that Kubernetes knows, or that name a domain and a path. */

/** The groups whose finalizers may be any qualified name, as those of custom resources. */
const LENIENT: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
]);

/** Whether the objects of a built-in group have their finalizers looked up. */
export function knowsFinalizers(group: string): boolean {
  return !LENIENT.has(group);
}
