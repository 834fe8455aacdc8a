/** The containers of a pod, of all three sorts. */
import type { JsonObject } from '../../../api/json';
import { listAt, textAt } from '../json-members';

const SORTS = ['initContainers', 'containers', 'ephemeralContainers'];

/** Calls a visitor for each container with its path; `path` is that of the spec, empty where nothing holds it. */
export function visitContainers(
  spec: JsonObject,
  path: string,
  visit: (container: JsonObject, path: string) => void,
): void {
  const prefix = path === '' ? '' : `${path}.`;
  for (const sort of SORTS) {
    for (const [index, container] of listAt(spec, sort).entries())
      visit(container, `${prefix}${sort}[${String(index)}]`);
  }
}

/** Whether an init container goes on while the others run. */
export function isSidecar(container: JsonObject): boolean {
  return textAt(container, 'restartPolicy') === 'Always';
}
