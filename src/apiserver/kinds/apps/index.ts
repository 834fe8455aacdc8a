/** What the kinds of `apps` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import {
  controllerRevisionColumns,
  daemonSetColumns,
  deploymentColumns,
  replicaSetColumns,
  statefulSetColumns,
} from './columns';
import { controllerRevisionStrategy } from './controller-revision';
import { daemonSetStrategy } from './daemon-set';
import { deploymentStrategy } from './deployment';
import { replicaSetStrategy } from './replica-set';
import { statefulSetStrategy } from './stateful-set';

export const appsKinds: Readonly<Record<string, KindFacts>> = {
  deployments: { strategy: deploymentStrategy, columns: deploymentColumns },
  replicasets: { strategy: replicaSetStrategy, columns: replicaSetColumns },
  statefulsets: { strategy: statefulSetStrategy, columns: statefulSetColumns },
  daemonsets: { strategy: daemonSetStrategy, columns: daemonSetColumns },
  controllerrevisions: { strategy: controllerRevisionStrategy, columns: controllerRevisionColumns },
};
