/** Component statuses: what the server is told of parts of the control plane. Nobody writes them. */

import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { jsonOf, listAt, textAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import { columnsOf } from './column-definitions';

export const componentStatuses: KindFacts = {
  strategy: {},
  columns: columnsOf('componentstatuses', {
    Status: (component) => {
      const health = healthOf(component);
      if (health === undefined) return 'Unknown';
      return textAt(health, 'status') === 'True' ? 'Healthy' : 'Unhealthy';
    },
    Message: (component) => textAt(healthOf(component), 'message'),
    Error: (component) => textAt(healthOf(component), 'error'),
  }),
};

function healthOf(component: KubeObject): JsonObject | undefined {
  return listAt(jsonOf(component), 'conditions').find((condition) => textAt(condition, 'type') === 'Healthy');
}
