import type { Construct } from 'constructs';
import type { PortModel } from '../../src/model/environment-model';
import type { WebWorkload } from './access';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';
import { workloadSelector } from './pod';
import type { ServiceSpec } from './shapes';

export interface ServiceProps extends PartProps {
  readonly web: WebWorkload;
  /** The port of the pods that it leads to. */
  readonly target: PortModel;
}

/** The Service in front of a workload's web port, reached inside the cluster. */
export class Service extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    const { layout, web, target } = props;
    const { portName, port } = layout.service;
    const spec: ServiceSpec = {
      type: 'ClusterIP',
      selector: workloadSelector(layout, web.workload),
      ports: [
        {
          ...(portName === undefined ? {} : { name: portName }),
          port,
          protocol: target.protocol ?? 'TCP',
          targetPort: target.name,
        },
      ],
    };
    super(scope, id, { apiVersion: 'v1', kind: 'Service', metadata: partMeta(props, layout.names.service), spec });
  }
}
