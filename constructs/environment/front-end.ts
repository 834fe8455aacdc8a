/**
 * The front end of our own API: an Environment with its template and entry point becomes model and layout, and what is seen
 * of it becomes its status. Pure.
 *
 * In order: the object is checked (it may have got past an older CRD), its references are followed, parameters are resolved,
 * then each workload is made. Anything that can't be said exactly is a hold with every problem at once, never a guess.
 */

import { findGate } from '../../src/access/find-gate';
import { GATE } from '../../src/access/gate';
import { digest, isJsonObject, type JsonObject } from '../../src/api/json';
import { STATEFUL_SET_NAME_MAX } from '../../src/api/name';
import type { Problem } from '../../src/api/problem';
import { accessModel } from '../../src/model/access-model';
import type { EntryModel, EnvironmentModel } from '../../src/model/environment-model';
import type { FrontEnd, Translation } from '../../src/model/front-end';
import type { Lookup } from '../../src/plan/lookup';
import { admissionOf } from '../../src/schema/admitted';
import { tenantNamespace } from '../../src/tenancy/names';
import { ACCESS_POLICY, CLUSTER_ACCESS_POLICY } from '../access-policy';
import { ENTRY_POINT } from '../entry-point';
import { SHARED_VOLUME } from '../shared-volume';
import {
  CLUSTER_ENVIRONMENT_TEMPLATE,
  ENVIRONMENT_TEMPLATE,
  type EnvironmentTemplateObject,
  type ParameterValue,
  type TemplateSpec,
} from '../template';
import { TENANT } from '../tenant';
import { WORKSPACE } from '../workspace';
import { withoutGaps } from './defaults';
import { entryOf } from './entry-model';
import { layoutOf } from './environment-layout';
import { accessOf, guardOf, policyOf, sharedCondition, type TemplateAccess } from './guard';
import { mainWorkload } from './main-workload';
import type { MountedVolume } from './mounted-volume';
import { createFiller, resolveParameters } from './parameters';
import { personalVolume } from './personal-storage';
import { PASSWORD_KEY } from './presets';
import { resolveEntryPoint, resolveTemplate, summarize } from './references';
import { ENVIRONMENT, type EnvironmentObject } from './schema';
import { securityOf, withIdentity } from './security-model';
import { sharedVolumes } from './shared-volumes';
import { presetOf, workloadModel } from './workload-model';
import { tenantWithNamespace } from './workspace-template';

const HOST_MAX = 253;
const CREDENTIALS = 'credentials';
const PASSWORD_BYTES = 24;

const admit = admissionOf<EnvironmentObject>(ENVIRONMENT);

/** Environments of our own API. */
export const environmentFrontEnd: FrontEnd<EnvironmentObject> = {
  type: ENVIRONMENT.type,
  reads: [
    ENVIRONMENT_TEMPLATE.type,
    CLUSTER_ENVIRONMENT_TEMPLATE.type,
    ENTRY_POINT.type,
    GATE.type,
    ACCESS_POLICY.type,
    CLUSTER_ACCESS_POLICY.type,
  ],
  // Without a Gate there is no access layer, and without its policy an environment is closed: both are answers.
  mayLack: [GATE.type, ACCESS_POLICY.type, CLUSTER_ACCESS_POLICY.type],
  // Where there are no tenants, no namespace is one's, and templates of workspaces are refused; no volume is shared.
  readsIfServed: [TENANT.type, WORKSPACE.type, SHARED_VOLUME.type],
  translate,
  conditions: (_object, report, notes) => [...report.conditions, ...sharedCondition(notes['sharing'])],
  status: (object, report, notes) => ({
    phase: report.phase,
    ...(report.url === undefined ? {} : { url: report.url }),
    ...(object.metadata.generation === undefined ? {} : { observedGeneration: object.metadata.generation }),
    ...(report.stages.length === 0 ? {} : { stages: report.stages.map(({ name, at }) => ({ name, at })) }),
    ...(report.blockedBy === undefined ? {} : { blockedBy: { ...report.blockedBy } }),
    // A hold knows no template. What was recorded stays: the parameters in it are fixed.
    ...templateStatus(notes['template'] ?? object.status?.template),
    ...(report.simulated ? { simulated: true } : {}),
  }),
};

function templateStatus(template: unknown): JsonObject {
  return isJsonObject(template) ? { template } : {};
}

function translate(given: EnvironmentObject, lookup: Lookup): Translation {
  if (given.metadata.name.length > STATEFUL_SET_NAME_MAX) {
    return {
      outcome: 'hold',
      reason: 'NameTooLong',
      message: `metadata.name must have at most ${STATEFUL_SET_NAME_MAX} characters: make the environment anew under a shorter name`,
    };
  }
  const { problems, object: environment } = admit(given);
  if (problems.length > 0) return invalid(problems);
  const template = resolveTemplate(environment, lookup);
  if (template.outcome === 'hold')
    return withRules(template, environment, environment.status?.template?.access, lookup);
  const translation = translateWith(environment, template.object, lookup);
  return translation.outcome === 'model'
    ? translation
    : withRules(translation, environment, accessOf(template.object.spec), lookup);
}

/** What is wrong with the rest changes nothing of who gets in; of a template that isn't known, what was recorded counts. */
function withRules(
  hold: Extract<Translation, { outcome: 'hold' }>,
  environment: EnvironmentObject,
  access: TemplateAccess | undefined,
  lookup: Lookup,
): Translation {
  const policy = access === undefined ? undefined : policyOf(access, findGate(lookup));
  if (access === undefined || policy === undefined) return hold;
  return { ...hold, rules: guardOf(policy, environment, access, lookup).rules };
}

function translateWith(
  environment: EnvironmentObject,
  template: EnvironmentTemplateObject,
  lookup: Lookup,
): Translation {
  const { spec } = template;
  const entryPoint = resolveEntryPoint(environment, spec, lookup);
  if (entryPoint?.outcome === 'hold') return entryPoint;
  const entry = entryPoint === undefined ? undefined : entryOf(environment, spec, entryPoint.object);
  if (entry !== undefined && entry.host.length > HOST_MAX) {
    return {
      outcome: 'hold',
      reason: 'NameTooLong',
      message: `The host name ${entry.host} has more than ${HOST_MAX} characters: take shorter names, or an EntryPoint with routing Path`,
    };
  }
  const home = environment.metadata.namespace ?? '';
  const volumes = [personalVolume(spec, home, lookup) ?? [], sharedVolumes(template, home, lookup)].flat();
  const unresolved = volumes.find((volume) => volume.outcome === 'hold');
  // What is to stop needs no volume.
  if (unresolved !== undefined && environment.spec.desiredState === 'Running') return unresolved;
  const mounted = volumes.flatMap((volume) => (volume.outcome === 'hold' ? [] : [volume.mounted]));
  return describe({ environment, template, entry, lookup, mounted });
}

function invalid(problems: readonly Problem[]): Translation {
  return { outcome: 'hold', reason: 'Invalid', message: summarize(problems) };
}

function describe({
  environment,
  template,
  entry,
  lookup,
  mounted,
}: {
  readonly environment: EnvironmentObject;
  readonly template: EnvironmentTemplateObject;
  readonly entry: EntryModel | undefined;
  readonly lookup: Lookup;
  readonly mounted: readonly MountedVolume[];
}): Translation {
  const { metadata, spec } = environment;
  const { spec: wanted } = template;
  const hash = digest(wanted);
  const parameters = resolveParameters({
    declared: wanted.parameters ?? [],
    given: spec.parameters ?? {},
    recorded: recordedParameters(environment),
  });
  const filler = createFiller(parameters.values, `${template.kind} ${template.metadata.name}`);
  const main = mainWorkload(wanted);
  const gate = findGate(lookup);
  const templateAccess = accessOf(wanted);
  const policy = policyOf(templateAccess, gate);
  const results = wanted.workloads.map((workload) => {
    const isMain = workload === main;
    const size = spec.overrides?.storage?.[workload.name]?.size;
    return workloadModel({
      workload,
      filler,
      path: isMain && entry?.basePath === 'Keep' ? entry.path : '/',
      credentials: `${metadata.name}-${CREDENTIALS}`,
      ...(isMain && spec.overrides?.resources !== undefined ? { resources: spec.overrides.resources } : {}),
      ...(size === undefined ? {} : { size }),
      initPlugins: isMain ? [...(wanted.initPlugins ?? []), ...(spec.initPlugins ?? [])] : [],
      sidecars: isMain ? (wanted.sidecars ?? []) : [],
      mounted: isMain ? mounted : [],
      isWeb: isMain,
      isGuarded: isMain && policy !== undefined,
    });
  });
  const problems = [
    ...overrideProblems(environment, wanted),
    ...parameters.problems,
    // Without its value a parameter is unknown to every text as well: one problem is enough.
    ...(parameters.problems.length > 0 ? [] : [...filler.problems(), ...results.flatMap((result) => result.problems)]),
  ];
  if (problems.length > 0) return invalid(problems);

  const workloads = results.map(({ workload }, index) => withIdentity(workload, wanted.workloads[index], main));
  const hasWeb = workloads.some(({ webPort }) => webPort !== undefined);
  const displayName = spec.displayName ?? wanted.displayName;
  const model: EnvironmentModel = {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    ...(displayName === undefined ? {} : { displayName }),
    running: spec.desiredState === 'Running',
    workloads,
    // A password is for an app that asks for one: a guarded one doesn't.
    secrets: wanted.workloads.some(
      (workload) => presetOf(workload) !== undefined && !(workload === main && policy !== undefined),
    )
      ? [{ id: CREDENTIALS, generate: { [PASSWORD_KEY]: { bytes: PASSWORD_BYTES, encoding: 'base64url' } } }]
      : [],
    files: [],
    network: {
      ...(isOfTenant(environment, lookup) ? { entryFrom: OWN_NAMESPACE } : {}),
      ingressFrom: (wanted.network?.ingressFrom ?? []).map(plainObject),
      egressTo: (wanted.network?.egressTo ?? []).map(plainObject),
    },
    access: accessModel({
      gate,
      ...(policy === undefined ? {} : { guard: guardOf(policy, environment, templateAccess, lookup) }),
      hasEntry: hasWeb && entry !== undefined,
      listens: workloads.find(({ webPort }) => webPort !== undefined)?.webListens ?? 'AllInterfaces',
    }),
    ...(entry === undefined || !hasWeb ? {} : { entry }),
    placement: plainObject(wanted.placement ?? {}),
    security: securityOf(wanted, main),
    imagePullSecrets: [
      ...new Set(
        wanted.workloads.flatMap(({ container }) => (container.imagePullSecrets ?? []).map(({ name }) => name)),
      ),
    ],
  };
  return {
    outcome: 'model',
    model,
    layout: layoutOf(model, wanted, main),
    notes: {
      template: {
        kind: template.kind,
        name: template.metadata.name,
        ...otherNamespace(environment),
        hash,
        access: templateAccess,
        ...(Object.keys(parameters.fixed).length === 0 ? {} : { parameters: parameters.fixed }),
      },
      ...(spec.share === undefined || spec.share.length === 0
        ? {}
        : { sharing: templateAccess.share ? 'Granted' : 'NotAllowed' }),
    },
  };
}

/** Whom else the Tenancy lets in is said by the policy of the tenant's namespace. */
const OWN_NAMESPACE: readonly JsonObject[] = [{ podSelector: {} }];

/** True in a tenant's namespace; also where only the environment says so, which opens nothing. */
function isOfTenant({ metadata: { namespace = '' }, spec: { owner } }: EnvironmentObject, lookup: Lookup): boolean {
  const isSaid = owner.kind === 'Tenant' && namespace === tenantNamespace(owner.name);
  return isSaid || tenantWithNamespace(namespace, lookup) !== undefined;
}

function plainObject(value: object): JsonObject {
  return withoutGaps(value) as JsonObject;
}

/** The namespace of a template that isn't the environment's. */
function otherNamespace(environment: EnvironmentObject): { readonly namespace?: string } {
  const { namespace } = environment.spec.templateRef;
  return namespace === undefined || namespace === environment.metadata.namespace ? {} : { namespace };
}

/** Of the same template only: another template's parameters mean something else. */
function recordedParameters(environment: EnvironmentObject): Readonly<Record<string, ParameterValue>> {
  const { spec, status } = environment;
  const recorded = status?.template;
  const isSame =
    recorded?.kind === spec.templateRef.kind &&
    recorded.name === spec.templateRef.name &&
    recorded.namespace === otherNamespace(environment).namespace;
  return isSame && isJsonObject(recorded.parameters)
    ? (recorded.parameters as Readonly<Record<string, ParameterValue>>)
    : {};
}

function overrideProblems({ spec }: EnvironmentObject, template: TemplateSpec): Problem[] {
  const allowed = template.allow?.overrides ?? [];
  const refusal =
    allowed.length === 0 ? 'the template allows no overrides' : `the template allows ${allowed.join(', ')}`;
  const problems: Problem[] = [];
  if (spec.overrides?.resources !== undefined && !allowed.includes('resources')) {
    problems.push({ path: 'spec.overrides.resources', message: `may not be set: ${refusal}` });
  }
  for (const [name, { size }] of Object.entries(spec.overrides?.storage ?? {})) {
    const path = `spec.overrides.storage.${name}`;
    const workload = template.workloads.find((candidate) => candidate.name === name);
    if (workload?.storage?.size === undefined)
      problems.push({ path, message: 'names no workload whose claim is made here' });
    else if (size !== undefined && !allowed.includes('storage.size'))
      problems.push({ path: `${path}.size`, message: `may not be set: ${refusal}` });
  }
  return problems;
}
