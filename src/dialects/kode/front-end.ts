/**
 * The front end of kode-operator's API: a Kode with its template becomes one environment with one workload.
 *
 * In order: names, template, permission to run privileged, proxy, credentials, home, entry and who may come in by it,
 * containers. The first step that can't be done ends the translation with a hold that names the field to change, except for the
 * entry: without it the Kode is reached inside the cluster only.
 */

import { findGate } from '../../access/find-gate';
import { GATE } from '../../access/gate';
import type { JsonObject } from '../../api/json';
import { DNS_1035_LABEL, STATEFUL_SET_NAME_MAX } from '../../api/name';
import { describeObject } from '../../api/object';
import { accessModel } from '../../model/access-model';
import type { SecurityModel } from '../../model/environment-model';
import type { FrontEnd, Translation } from '../../model/front-end';
import type { Lookup } from '../../plan/lookup';
import { rulesOf } from './access';
import { APP_PORT, appContainer, initContainers, listensOn, servicePort } from './containers';
import { appAsksForPassword, credentialsOf } from './credentials';
import { type KodeEntry, resolveEntry } from './entry';
import { guardedEntry } from './guarded-entry';
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
  KODE_ENTRY_POINT,
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
    KODE_ENTRY_POINT,
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
  const gate = findGate(lookup);
  const issuers = gate.outcome === 'Found' ? gate.spec.clientIssuers : [];
  const asked = resolveEntry(kode, template, lookup);
  const place = { issuers, ...(asked.outcome === 'Entry' ? { host: asked.entry.host } : {}) };
  const guard =
    proxy === undefined ? undefined : { askedBy: proxy.askedBy, rules: rulesOf({ kode, proxy, credentials, place }) };
  const entry = guardedEntry(asked, {
    ...(guard === undefined ? {} : { proxy: guard }),
    appAsks: appAsksForPassword(template.spec, credentials),
  });
  const props = { kode, template: template.spec, paths: homePaths(kode.spec, template.spec), homeVolume: volume.name };
  const path = entry.outcome === 'Entry' ? entry.entry.path : '/';
  const app = appContainer({ ...props, credentials, proxied: proxy !== undefined, path });
  if (isHold(app)) return app;
  const init = initContainers(props);
  if (isHold(init)) return init;

  const listens = listensOn(template.spec);
  const access = accessModel({
    gate,
    ...(guard === undefined ? {} : { guard }),
    hasEntry: entry.outcome === 'Entry',
    listens,
  });
  return {
    outcome: 'model',
    model: {
      name: kode.metadata.name,
      namespace: namespaceOf(kode),
      running: true,
      workloads: [
        {
          type: 'container',
          name: WORKLOAD,
          app,
          init,
          sidecars: [],
          volumes: [volume],
          webPort: APP_PORT,
          ...(listens === 'Loopback' ? { webListens: listens } : {}),
        },
      ],
      secrets: credentials.secrets,
      files: [],
      network: { ingressFrom: [], egressTo: [] },
      access,
      ...(entry.outcome === 'Entry' ? { entry: entry.entry } : {}),
      placement: {},
      security,
      imagePullSecrets: [],
    },
    layout: layoutOf({ kode, proxy, port: servicePort(template.spec), claims }),
    notes: {
      template: describeObject(template),
      withoutEffect: withoutEffect(kode, template),
      ...entryNotes(entry),
    },
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

/** What the status says of the entry: why there is none, or who asked for the Gateway that has to take its route. */
function entryNotes(entry: KodeEntry): JsonObject {
  if (entry.outcome === 'Refused') return { entryRefused: entry.message };
  return entry.outcome === 'None' || entry.entry.gateway === undefined ? {} : { gatewayAskedBy: entry.askedBy };
}

/** Fields that are given and have no effect yet, as the condition SpecHonoured names them. */
function withoutEffect(kode: KodeObject, template: KodeTemplateObject): readonly string[] {
  const { inactiveAfterSeconds = 0, recycleAfterSeconds = 0 } = template.spec;
  const of = (field: string): string => `spec.${field} of ${describeObject(template)}`;
  return [
    ...((kode.spec.userConfig ?? '') === '' ? [] : ['spec.userConfig']),
    ...(inactiveAfterSeconds > 0 ? [of('inactiveAfterSeconds')] : []),
    ...(recycleAfterSeconds > 0 ? [of('recycleAfterSeconds')] : []),
  ];
}
