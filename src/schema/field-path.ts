/**
 * Paths of fields as kubectl writes them: `spec.workloads[0].env`, `metadata.labels[app.kubernetes.io/name]`.
 */

/** A path is shown to people: no member name takes more of it than this. */
const SHOWN_MAX = 80;

/** The path of a member of the object at `path`. */
export function memberPath(path: string, name: string): string {
  const shown = name.length > SHOWN_MAX ? `${name.slice(0, SHOWN_MAX)}…` : name;
  if (!/^[A-Za-z_$][\w$-]*$/.test(shown)) return `${path}[${shown}]`;
  return path === '' ? shown : `${path}.${shown}`;
}

/** The path that a JSON pointer into `root` names. */
export function pathOfPointer(pointer: string, root: unknown): string {
  let path = '';
  let value = root;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    path = Array.isArray(value) ? `${path}[${name}]` : memberPath(path, name);
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return path;
}
