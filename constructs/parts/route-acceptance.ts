/** Whether the Gateway that is to lead to an environment does: only its controller says so, in the status of the route. */
import { isJsonObject } from '../../src/api/json';
import { valueAt } from '../../src/api/object';
import type { EntryModel } from '../../src/model/environment-model';
import type { ObservedObject } from '../../src/plan/plan';

/**
 * What to do about an HTTPRoute that its Gateway hasn't taken: until it has, no address leads anywhere. Undefined where it has.
 * @see https://gateway-api.sigs.k8s.io/api-types/httproute/#routestatus
 */
export function untakenRoute(
  route: ObservedObject,
  { name, namespace }: NonNullable<EntryModel['gateway']>,
): string | undefined {
  const own = route.metadata.namespace ?? '';
  const of = namespace ?? own;
  const parents = valueAt(route.status, ['parents']);
  const isTaken = (Array.isArray(parents) ? parents.filter(isJsonObject) : []).some(
    ({ parentRef, conditions }) =>
      valueAt(parentRef, ['name']) === name &&
      (valueAt(parentRef, ['namespace']) ?? own) === of &&
      Array.isArray(conditions) &&
      conditions.filter(isJsonObject).some(({ type, status }) => type === 'Accepted' && status === 'True'),
  );
  return isTaken
    ? undefined
    : `Gateway ${of}/${name} hasn't taken HTTPRoute ${own}/${route.metadata.name}: create it, let its listeners allow routes from namespace ${own}, or name another one`;
}
