import type { Construct } from 'constructs';
import type { Workload } from '../../src/model/environment-model';
import type { ReadyRule } from '../../src/plan/planned-object';
import { replicasOf } from './access';
import { workloadName } from './layout-name';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';
import { podTemplate, workloadSelector } from './pod';
import type { StatefulSetSpec } from './shapes';

export interface StatefulWorkloadProps extends PartProps {
  readonly workload: Workload;
}

/**
 * The StatefulSet of a workload, with one pod or none: two pods never share a volume that only one may mount, since the
 * next pod of a name is made when the one before is gone. Throws `LayoutIncomplete`.
 */
export class StatefulWorkload extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: StatefulWorkloadProps) {
    const { model, layout, workload } = props;
    const replicas = replicasOf(model);
    const spec: StatefulSetSpec = {
      replicas,
      serviceName: layout.names.service,
      selector: { matchLabels: workloadSelector(layout, workload) },
      // With OrderedReady a pod that never became ready isn't replaced by a mended one until somebody deletes it.
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      template: podTemplate(model, layout, workload),
    };
    super(
      scope,
      id,
      { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: partMeta(props, workloadName(layout, workload)), spec },
      { readyWhen: readyRules(replicas), handling: { immutable: 'RecreateOrphaning' } },
    );
  }
}

function readyRules(replicas: number): readonly ReadyRule[] {
  return [
    { path: ['status', 'observedGeneration'], operator: 'ObservedGeneration' },
    // The server leaves out `readyReplicas` where it is zero, but never `replicas`.
    replicas === 0
      ? { path: ['status', 'replicas'], operator: 'Equals', value: 0 }
      : { path: ['status', 'readyReplicas'], operator: 'AtLeast', value: replicas },
  ];
}
