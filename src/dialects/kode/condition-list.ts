/**
 * Conditions as the releases that served v1alpha1 wrote them, taken together: the first had `lastUpdateTime` and asked for
 * type and status only, the later ones are `meta/v1 Condition`.
 */
import { Type } from '@sinclair/typebox';
import { listMap } from '../../schema/keywords';

const condition = Type.Object({
  type: Type.String({ description: 'What the finding is about.' }),
  status: Type.String({ description: 'True, False or Unknown.' }),
  reason: Type.Optional(Type.String({ description: 'Why, in one word.' })),
  message: Type.Optional(Type.String({ description: 'Why, in words.' })),
  observedGeneration: Type.Optional(
    Type.Integer({ format: 'int64', description: 'Generation of the spec that the finding speaks of.' }),
  ),
  lastTransitionTime: Type.Optional(Type.String({ format: 'date-time', description: 'When status changed last.' })),
  lastUpdateTime: Type.Optional(Type.String({ format: 'date-time', description: 'Of the first release.' })),
});

/** A list of conditions, one for each type. */
export function conditionList(description: string) {
  return Type.Optional(listMap(condition, ['type'], { description }));
}
