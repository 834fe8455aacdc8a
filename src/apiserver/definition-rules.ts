/** What is known of CustomResourceDefinitions, as the server keeps them in step. */
import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import type { DefinitionRules } from './custom-resource-definitions';
import { customResource } from './custom-resources/custom-resource';
import { type CustomResourceDefinition, isConditionTrue } from './custom-resources/definition';
import { nextStatus } from './custom-resources/establishment';
import { statusAt } from './custom-resources/finalization';
import type { ValidationRules } from './custom-resources/validation-rules';
import { forbidden } from './status-error';

const TERMINATING = 'create not allowed while custom resource definition is terminating';

/** `rules` checks what CEL says of custom objects. */
export function definitionRules(rules: ValidationRules): DefinitionRules {
  const definitionOf = (object: KubeObject): CustomResourceDefinition => object as CustomResourceDefinition;
  return {
    nextStatus: (object, all, now) => {
      const status = nextStatus(definitionOf(object), { definitions: all as readonly CustomResourceDefinition[], now });
      return status as JsonObject | undefined;
    },
    terminatingStatus: (object, stage, now) => {
      const definition = definitionOf(object);
      const reason = stage === 'InProgress' ? 'InstanceDeletionInProgress' : 'InstanceDeletionCompleted';
      const told = definition.status?.conditions?.find(({ type }) => type === 'Terminating')?.reason;
      return told === reason ? undefined : (statusAt(definition, reason, { now }) as unknown as JsonObject);
    },
    isEstablished: (object) => isConditionTrue(definitionOf(object), 'Established'),
    resourceOf: (object) => {
      const resource = customResource(definitionOf(object), { rules });
      const { group, resource: plural } = resource;
      const until = Number(object.metadata.resourceVersion ?? '0');
      return {
        ...resource,
        reread: { until, read: (stored) => resource.stored(stored) as unknown as KubeObject },
        ...(object.metadata.deletionTimestamp === undefined
          ? {}
          : {
              refuseCreate: () => {
                throw forbidden({ group, resource: plural }, '', TERMINATING);
              },
            }),
      };
    },
  };
}
