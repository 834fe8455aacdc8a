/**
 * The objects of one environment, from its model and layout alone. The order in which they are applied is data: the
 * StatefulSet waits for what its pods mount and for the policy that guards them, and for nothing that starts only with the
 * pods, such as a claim that is bound to its first consumer.
 */

import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { EnvironmentModel } from '../../src/model/environment-model';
import type { Layout } from '../../src/model/layout';
import { entryPort, sidecarOf, webWorkload } from '../parts/access';
import { Account } from '../parts/account';
import { Claim } from '../parts/claim';
import { EnvironmentAccess } from '../parts/environment-access';
import { Files } from '../parts/files';
import { GateReader } from '../parts/gate-reader';
import { HttpRoute } from '../parts/http-route';
import { Ingress, isRenderableEntry } from '../parts/ingress';
import { madeClaims } from '../parts/layout-name';
import { NetworkPolicy } from '../parts/network-policy';
import { Secret } from '../parts/secret';
import { Service } from '../parts/service';
import { StatefulWorkload } from '../parts/stateful-workload';

export interface EnvironmentProps {
  readonly model: EnvironmentModel;
  readonly layout: Layout;
}

/**
 * One environment: ServiceAccount, ConfigMap, Secrets, claims, EnvironmentAccess and NetworkPolicy, then a StatefulSet for each
 * workload, a Service and an Ingress. Names come from the layout, so moving the construct changes no byte. Where a sign-in is asked for
 * that can't be put before the app the environment is closed: no pod, no Service, no Ingress, nobody let in.
 *
 * Throws `LayoutIncomplete` where the layout lacks a name.
 */
export class Environment extends Construct {
  constructor(scope: Construct, id: string, props: EnvironmentProps) {
    super(scope, id);
    const { model, layout } = props;
    const { entry } = model;
    const policy = new NetworkPolicy(this, 'network-policy', props);
    const sidecar = sidecarOf(model, layout);
    const before: ApiObject[] = [
      new Account(this, 'account', props),
      ...(model.files.length === 0 ? [] : [new Files(this, 'files', props)]),
      ...model.secrets.map((secret) => new Secret(this, `secret-${secret.id}`, { ...props, secret })),
      ...madeClaims(model, layout).map((claim) => new Claim(this, `claim-${claim.name.name}`, { ...props, claim })),
      ...(sidecar === undefined ? [] : [new EnvironmentAccess(this, 'access', { ...props, sidecar })]),
      policy,
    ];
    if (sidecar !== undefined) new GateReader(this, 'gate-reader', { ...props, sidecar });
    for (const workload of model.workloads) {
      new StatefulWorkload(this, `workload-${workload.name}`, { ...props, workload }).addDependency(...before);
    }
    const web = webWorkload(model);
    const target = entryPort(model, layout);
    if (web === undefined || target === undefined) return;
    new Service(this, 'service', { ...props, web, target }).addDependency(policy);
    if (entry === undefined || !isRenderableEntry(entry, sidecar)) return;
    const route =
      entry.gateway === undefined
        ? new Ingress(this, 'ingress', { ...props, entry })
        : new HttpRoute(this, 'http-route', { ...props, entry, gateway: entry.gateway });
    route.addDependency(policy);
  }
}
