/** Conditions of objects as the API holds them: whatever a status says that isn't a condition is passed over. */
import type { Condition } from '../../api/condition';
import { isJsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';

/** All conditions, in the order of the status. */
export function conditionsOf(object: KubeObject): readonly Condition[] {
  const status = isJsonObject(object.status) ? object.status : {};
  const { conditions } = status;
  if (!Array.isArray(conditions)) return [];
  return conditions
    .filter(isJsonObject)
    .filter(
      (item) => typeof item['type'] === 'string' && typeof item['status'] === 'string',
    ) as unknown as readonly Condition[];
}

export function findCondition(object: KubeObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}
