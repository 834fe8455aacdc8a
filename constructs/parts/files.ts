import type { Construct } from 'constructs';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';

/** The ConfigMap with an environment's text files, one key each. */
export class Files extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: PartProps) {
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: partMeta(props, props.layout.names.configMap),
      data: Object.fromEntries(props.model.files.map(({ name, content }) => [name, content])),
    });
  }
}
