import type { Construct } from 'constructs';
import type { WebWorkload } from './access';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';
import { workloadSelector } from './pod';
import type { ServiceSpec } from './shapes';

export interface ServiceProps extends PartProps {
  readonly web: WebWorkload;
}

/** The Service in front of a workload's web port, reached inside the cluster. */
export class Service extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    const { layout, web } = props;
    const { portName, port } = layout.service;
    const spec: ServiceSpec = {
      type: 'ClusterIP',
      selector: workloadSelector(layout, web.workload),
      ports: [
        {
          ...(portName === undefined ? {} : { name: portName }),
          port,
          protocol: web.port.protocol ?? 'TCP',
          targetPort: web.port.name,
        },
      ],
    };
    super(scope, id, { apiVersion: 'v1', kind: 'Service', metadata: partMeta(props, layout.names.service), spec });
  }
}
