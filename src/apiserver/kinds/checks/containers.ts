/** The containers that a workload's pods have. */
import type { JsonObject } from '../../../api/json';
import { listAt, objectAt } from '../json-members';

/** The containers of `template.spec` below a workload's spec. */
export function containersOf(spec: JsonObject): readonly JsonObject[] {
  return listAt(objectAt(objectAt(spec, 'template'), 'spec'), 'containers');
}
