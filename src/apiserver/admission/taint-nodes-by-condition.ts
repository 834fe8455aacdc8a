/** A new node takes no pods before it is known to be ready. */
import { ensureObject, findObject, objectsIn } from '../draft';
import type { AdmissionPlugin } from './admission';
import { isAbout } from './refusal';

const NOT_READY = 'node.kubernetes.io/not-ready';

export function taintNodesByCondition(): AdmissionPlugin {
  return {
    name: 'TaintNodesByCondition',
    admit(node, attributes) {
      if (attributes.operation !== 'CREATE' || !isAbout(attributes, '', 'nodes')) return;
      const taints = objectsIn(findObject(node, 'spec'), 'taints');
      if (taints.some(({ key, effect }) => key === NOT_READY && effect === 'NoSchedule')) return;
      ensureObject(node, 'spec')['taints'] = [...taints, { key: NOT_READY, effect: 'NoSchedule' }];
    },
  };
}
