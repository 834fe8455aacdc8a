/**
 * The front end of Amalthea's JupyterServer: a server becomes one environment with one workload.
 *
 * In order: the object is checked (it may have got past an older CRD), then its routing and storage, then access. Anything
 * that can't be said exactly is a hold with every problem at once; a sign-in that can't be described closes the server.
 */
import { type FoundGate, findGate } from '../../../access/find-gate';
import { GATE } from '../../../access/gate';
import { describeObject } from '../../../api/object';
import { describeProblems, type Problem } from '../../../api/problem';
import { isQuantity } from '../../../api/quantity';
import type { ResourceType } from '../../../api/resource-type';
import { accessModel } from '../../../model/access-model';
import type { AccessModel, AccessRules } from '../../../model/environment-model';
import type { FrontEnd, HoldReason, Translation } from '../../../model/front-end';
import type { Lookup } from '../../../plan/lookup';
import { type Admitted, admissionOf } from '../../../schema/admitted';
import { asksForSignIn, jupyterServerAccess } from './access';
import { givenSecretName, secretsOf } from './credentials';
import { configFiles } from './jupyter-config';
import {
  type JupyterServerObject,
  type JupyterServerSpec,
  jupyterServerSchema,
  renkuJupyterServerSchema,
} from './jupyter-server';
import { layoutOf } from './jupyter-server-layout';
import { jupyterServerConditions, jupyterServerStatus } from './jupyter-server-status';
import { JUPYTER_SERVER, RENKU_JUPYTER_SERVER } from './resource-types';
import { entryOf, routingProblems } from './server-address';
import { SECURITY, sizeOf, workloadOf } from './workload';

/** Servers of `amalthea.dev/v1alpha1`. */
export const jupyterServerFrontEnd = frontEndOf(JUPYTER_SERVER, admissionOf<JupyterServerObject>(jupyterServerSchema));

/** Servers of `renku.io/v1alpha1`. */
export const renkuJupyterServerFrontEnd = frontEndOf(
  RENKU_JUPYTER_SERVER,
  admissionOf<JupyterServerObject>(renkuJupyterServerSchema),
);

function frontEndOf(
  type: ResourceType,
  admit: (server: JupyterServerObject) => Admitted<JupyterServerObject>,
): FrontEnd<JupyterServerObject> {
  return {
    type,
    reads: [GATE.type],
    // Without a Gate there is no access layer: an answer like any other.
    mayLack: [GATE.type],
    makesFiles: true,
    translate(given, lookup) {
      const { problems, object } = admit(given);
      return problems.length > 0 ? hold(given, 'Invalid', describeProblems(problems)) : translate(object, lookup);
    },
    status: jupyterServerStatus,
    conditions: jupyterServerConditions,
  };
}

function translate(server: JupyterServerObject, lookup: Lookup): Translation {
  const { spec = {} } = server;
  const problems = [...routingProblems(spec), ...storageProblems(spec)];
  if (problems.length > 0) return hold(server, 'Invalid', describeProblems(problems));
  const { access, isGuarded, unmet } = accessOf(server, spec, lookup);
  return {
    outcome: 'model',
    model: {
      name: server.metadata.name,
      namespace: server.metadata.namespace ?? 'default',
      running: spec.jupyterServer?.hibernated !== true,
      workloads: [workloadOf(server, spec, isGuarded)],
      secrets: secretsOf(spec),
      files: configFiles(spec, isGuarded),
      network: { ingressFrom: [], egressTo: [] },
      access,
      entry: entryOf(spec),
      placement: {},
      security: SECURITY,
      imagePullSecrets: [],
      ...((spec.patches ?? []).length === 0 ? {} : { patches: spec.patches }),
    },
    layout: layoutOf(server, spec),
    notes: { withoutEffect: [...unmet, ...cullingFields(spec)] },
  };
}

interface ServerAccess {
  readonly access: AccessModel;
  /** True: a sidecar stands before Jupyter. */
  readonly isGuarded: boolean;
  /** Fields that have no effect without a gate. */
  readonly unmet: readonly string[];
}

/** Without a gate a server that asks for its token itself is open; one that asks for a sign-in is closed. */
function accessOf(server: JupyterServerObject, spec: JupyterServerSpec, lookup: Lookup): ServerAccess {
  const gate = findGate(lookup);
  const rules = withinIssuers(jupyterServerAccess(spec, givenSecretName(server)), gate);
  const isGuarded = gate.outcome === 'Found';
  const hasRules = asksForSignIn(spec) || (isGuarded && rules.cookies !== undefined);
  const access = accessModel({
    gate,
    ...(hasRules ? { guard: { askedBy: `spec.auth of ${describeObject(server)}`, rules } } : {}),
    hasEntry: true,
    listens: isGuarded ? 'Loopback' : 'AllInterfaces',
  });
  return { access, isGuarded, unmet: access.mode === 'Open' ? cookieFields(spec) : [] };
}

/** The rules, or closed ones where they would have the gate ask an issuer that its administrator hasn't named. */
function withinIssuers(rules: AccessRules, gate: FoundGate): AccessRules {
  const issuer = rules.authenticate.oidc?.client?.issuerUrl;
  if (issuer === undefined || gate.outcome === 'Missing' || gate.spec.clientIssuers.includes(issuer)) return rules;
  return {
    closed: {
      reason: 'PolicyInvalid',
      message: `spec.auth.oidc.issuerUrl: the gate asks no issuer for environments that Gate default doesn't name: an administrator adds ${issuer} to its spec.clientIssuers`,
    },
    authenticate: { method: 'OIDC', oidc: { providers: [] } },
    authorize: [],
    ...(rules.cookies === undefined ? {} : { cookies: rules.cookies }),
  };
}

function cookieFields({ auth }: JupyterServerSpec): readonly string[] {
  if (auth?.cookieBlocklist !== undefined) return ['spec.auth.cookieBlocklist'];
  return auth?.cookieAllowlist === undefined ? [] : ['spec.auth.cookieAllowlist'];
}

/** Fields that are given and have no effect yet. */
function cullingFields({ culling = {} }: JupyterServerSpec): readonly string[] {
  return Object.entries(culling)
    .filter(([, threshold]) => threshold > 0)
    .map(([field]) => `spec.culling.${field}`)
    .sort();
}

function storageProblems(spec: JupyterServerSpec): readonly Problem[] {
  const size = sizeOf(spec);
  const { rootDir = '' } = spec.jupyterServer ?? {};
  const mountPath = spec.storage?.pvc?.mountPath ?? rootDir;
  const paths = [
    ['spec.jupyterServer.rootDir', rootDir],
    ['spec.storage.pvc.mountPath', mountPath],
  ] as const;
  return [
    ...(size === '' || isQuantity(size)
      ? []
      : [{ path: 'spec.storage.size', message: `must be a quantity such as 20Gi, not ${JSON.stringify(size)}` }]),
    ...paths
      .filter(([, path]) => !/^\/[^/]/.test(path))
      .map(([path, value]) => ({
        path,
        message: `must be an absolute path below the root, not ${JSON.stringify(value)}`,
      })),
  ];
}

function hold(server: JupyterServerObject, reason: HoldReason, message: string): Translation {
  return { outcome: 'hold', reason, message: `${describeObject(server)}: ${message}` };
}
