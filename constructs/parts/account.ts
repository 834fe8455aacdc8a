import type { Construct } from 'constructs';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';

/** The ServiceAccount of an environment: an identity without rights, whose token no pod gets unasked. */
export class Account extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: PartProps) {
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: partMeta(props, props.layout.names.serviceAccount),
      automountServiceAccountToken: false,
    });
  }
}
