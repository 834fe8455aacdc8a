import type { Construct } from 'constructs';
import type { JsonObject } from '../../src/api/json';
import type { EntryModel } from '../../src/model/environment-model';
import { sidecarOf } from './access';
import { askedEntry } from './ingress';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';

export interface HttpRouteProps extends PartProps {
  readonly entry: EntryModel;
  readonly gateway: NonNullable<EntryModel['gateway']>;
}

/**
 * The HTTPRoute by which a Gateway leads to an environment: one host, one path prefix, one Service. It stands in the
 * environment's namespace, beside the Service, so no ReferenceGrant is needed; whether the Gateway takes routes from there is
 * for its listeners to say.
 * @see https://gateway-api.sigs.k8s.io/api-types/httproute/
 */
export class HttpRoute extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: HttpRouteProps) {
    const { model, layout, gateway } = props;
    const entry = askedEntry(props.entry, sidecarOf(model, layout));
    super(scope, id, {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: partMeta(props, layout.names.ingress),
      spec: {
        // With what the server would fill in, so that nothing differs afterwards.
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', ...gateway }],
        ...(entry.host === '' ? {} : { hostnames: [entry.host] }),
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: entry.path } }],
            ...(entry.basePath === 'Strip' && entry.path !== '/' ? { filters: [STRIP] } : {}),
            backendRefs: [
              { group: '', kind: 'Service', name: layout.names.service, port: layout.service.port, weight: 1 },
            ],
            // A terminal may be silent for hours.
            timeouts: { request: '0s', backendRequest: '0s' },
          },
        ],
      },
    });
  }
}

const STRIP: JsonObject = {
  type: 'URLRewrite',
  urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } },
};
