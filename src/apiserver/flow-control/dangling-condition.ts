/** Whether a flow schema's priority level is there, as its status tells it. Pure. */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { flowSpecOf } from './flow-match';

interface FlowSchemaCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** The condition that a flow schema is to have; undefined where it says so already. */
export function findDanglingCondition(
  schema: KubeObject,
  hasPriorityLevel: (name: string) => boolean,
  now: string,
): JsonObject | undefined {
  const { name } = flowSpecOf(schema).priorityLevelConfiguration;
  const said = (
    schema.status as { readonly conditions?: readonly FlowSchemaCondition[] } | undefined
  )?.conditions?.find(({ type }) => type === 'Dangling');
  const what = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(name)}`;
  const condition = hasPriorityLevel(name)
    ? { status: 'False', reason: 'Found', message: `${what} and it exists` }
    : { status: 'True', reason: 'NotFound', message: `${what} but there is no such object` };
  const isSame = said?.status === condition.status;
  if (isSame && said.reason === condition.reason && said.message === condition.message) return undefined;
  return { type: 'Dangling', ...condition, lastTransitionTime: isSame ? said.lastTransitionTime : now };
}
