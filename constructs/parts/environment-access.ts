import type { Construct } from 'constructs';
import { ANY_HOST, ENVIRONMENT_ACCESS, type EnvironmentAccessSpec } from '../../src/access/environment-access';
import { apiVersionOf } from '../../src/api/resource-type';
import type { Sidecar } from './access';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';

export interface EnvironmentAccessProps extends PartProps {
  readonly sidecar: Sidecar;
}

/** Who gets into the environment, for the gate. Called like the environment, whose sidecar names it when it asks. */
export class EnvironmentAccess extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: EnvironmentAccessProps) {
    super(scope, id, {
      apiVersion: apiVersionOf(ENVIRONMENT_ACCESS.type),
      kind: ENVIRONMENT_ACCESS.type.kind,
      metadata: partMeta(props, props.model.name),
      spec: accessSpec(props),
    });
  }
}

function accessSpec({ model, sidecar }: EnvironmentAccessProps): EnvironmentAccessSpec {
  const { web, access, layout } = sidecar;
  // Without an entry people come by the Service, through ports that they forward.
  const { tls, host, path, basePath } = model.entry ?? {
    host: ANY_HOST,
    path: '/',
    basePath: 'Keep',
  };
  return {
    ...(model.displayName === undefined || model.displayName === '' ? {} : { displayName: model.displayName }),
    address: { scheme: tls === undefined ? 'http' : 'https', host, path },
    listenPort: layout.port,
    app: { port: web.port.port, basePath, view: web.workload.webView ?? 'None' },
    ...access.rules,
  };
}
