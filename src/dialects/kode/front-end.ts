/**
 * The front end of kode-operator's API: a Kode with its template becomes one environment with one workload.
 *
 * In order: names, template, permission to run privileged, proxy, credentials, home, containers. The first step that can't be
 * done ends the translation with a hold that names the field to change.
 */

import { findGate } from '../../access/find-gate';
import { GATE } from '../../access/gate';
import { DNS_1035_LABEL, STATEFUL_SET_NAME_MAX } from '../../api/name';
import { describeObject } from '../../api/object';
import { accessModel } from '../../model/access-model';
import type { SecurityModel } from '../../model/environment-model';
import type { FrontEnd, Translation } from '../../model/front-end';
import type { Lookup } from '../../plan/lookup';
import { rulesOf } from './access';
import { APP_PORT, appContainer, initContainers, servicePort } from './containers';
import { credentialsOf } from './credentials';
import { type Hold, hold, isHold } from './hold';
import { homePaths, homeVolume } from './home';
import type { KodeObject } from './kode';
import { layoutOf, WORKLOAD } from './kode-layout';
import { kodeConditions, kodeStatus } from './kode-status';
import type { KodeTemplateObject } from './kode-template';
import { namespaceOf, resolveProxy, resolveTemplate } from './references';
import {
  ENVOY_PROXY_CLUSTER_CONFIG,
  ENVOY_PROXY_CONFIG,
  KODE,
  KODE_CLUSTER_TEMPLATE,
  KODE_TEMPLATE,
  PERSISTENT_VOLUME_CLAIM,
  SECRET,
} from './resource-types';

/** Translates Kodes, and reports in their status. */
export const kodeFrontEnd: FrontEnd<KodeObject> = {
  type: KODE,
  reads: [
    KODE,
    KODE_TEMPLATE,
    KODE_CLUSTER_TEMPLATE,
    ENVOY_PROXY_CONFIG,
    ENVOY_PROXY_CLUSTER_CONFIG,
    PERSISTENT_VOLUME_CLAIM,
    SECRET,
    GATE.type,
  ],
  // A reference without a kind is looked for in both, and one that leads nowhere closes the environment.
  mayLack: [ENVOY_PROXY_CONFIG, ENVOY_PROXY_CLUSTER_CONFIG, GATE.type],
  translate,
  status: kodeStatus,
  conditions: (_kode, report, notes) => kodeConditions(report, notes),
};

function translate(kode: KodeObject, lookup: Lookup): Translation {
  const badName = nameProblem(kode);
  if (badName !== undefined) return badName;
  const template = resolveTemplate(kode, lookup);
  if (isHold(template)) return template;
  const security = securityOf(kode, template);
  if (isHold(security)) return security;
  const proxy = resolveProxy(kode, template, lookup);
  if (isHold(proxy)) return proxy;
  const credentials = credentialsOf(kode, lookup);
  if (isHold(credentials)) return credentials;

  const { volume, claims } = homeVolume(kode, lookup);
  const props = { kode, template: template.spec, paths: homePaths(kode.spec, template.spec), homeVolume: volume.name };
  const app = appContainer({ ...props, credentials, proxied: proxy !== undefined });
  if (isHold(app)) return app;
  const init = initContainers(props);
  if (isHold(init)) return init;

  const access = accessModel({
    gate: findGate(lookup),
    ...(proxy === undefined ? {} : { guard: { askedBy: proxy.askedBy, rules: rulesOf(kode, proxy, credentials) } }),
    hasEntry: false,
    // The images listen on every interface, and no setting changes that.
    listens: 'AllInterfaces',
  });
  return {
    outcome: 'model',
    model: {
      name: kode.metadata.name,
      namespace: namespaceOf(kode),
      running: true,
      workloads: [{ type: 'container', name: WORKLOAD, app, init, sidecars: [], volumes: [volume], webPort: APP_PORT }],
      secrets: credentials.secrets,
      files: [],
      network: { ingressFrom: [], egressTo: [] },
      access,
      placement: {},
      security,
      imagePullSecrets: [],
    },
    layout: layoutOf({ kode, proxy, port: servicePort(template.spec), claims }),
    notes: { template: describeObject(template), withoutEffect: withoutEffect(kode, template) },
  };
}

function nameProblem(kode: KodeObject): Hold | undefined {
  const { name } = kode.metadata;
  if (name.length > STATEFUL_SET_NAME_MAX) {
    return hold(
      kode,
      'NameTooLong',
      `metadata.name has ${name.length} characters and gives its name to a StatefulSet: use at most ${STATEFUL_SET_NAME_MAX}`,
    );
  }
  if (DNS_1035_LABEL.test(name)) return undefined;
  return hold(
    kode,
    'Invalid',
    'metadata.name gives its name to a Service: use lower-case letters, digits and dashes, beginning with a letter',
  );
}

/**
 * The images of both types start as root, make the user that PUID and PGID name, own the home to it and drop to it. Under
 * Restricted they end at the first step; Baseline is what they need. What an image is can't be told from its name, so this
 * holds for every image of these types.
 */
function securityOf(kode: KodeObject, template: KodeTemplateObject): SecurityModel | Hold {
  if (kode.spec.privileged !== true) {
    return {
      level: 'Baseline',
      reason: `Images of type ${template.spec.type} start as root to become the user that PUID and PGID name.`,
    };
  }
  if (template.spec.allowPrivileged === true) {
    return {
      level: 'Privileged',
      reason: `${describeObject(template)} allows it (allowPrivileged), and the Kode asks for it (privileged).`,
    };
  }
  return hold(
    kode,
    'Invalid',
    `spec.privileged is true and spec.allowPrivileged of ${describeObject(template)} is not: remove privileged, or let the template's owner allow it`,
  );
}

/** Fields that are given and have no effect yet, as the condition SpecHonoured names them. */
function withoutEffect(kode: KodeObject, template: KodeTemplateObject): readonly string[] {
  const { inactiveAfterSeconds = 0, recycleAfterSeconds = 0, entryPointSpec } = template.spec;
  const of = (field: string): string => `spec.${field} of ${describeObject(template)}`;
  return [
    ...((kode.spec.userConfig ?? '') === '' ? [] : ['spec.userConfig']),
    ...(entryPointSpec === undefined ? [] : [of('entryPointSpec')]),
    ...(inactiveAfterSeconds > 0 ? [of('inactiveAfterSeconds')] : []),
    ...(recycleAfterSeconds > 0 ? [of('recycleAfterSeconds')] : []),
  ];
}
