/**
 * What an environment refers to: its template and its entry point, checked before they are used.
 *
 * A reference lends its author the controller's rights. So it stays in the environment's namespace; another namespace's
 * object must say itself who may use it, and a workspace's template is used by who is in the workspace.
 */
import { describeObject, type KubeObject } from '../../src/api/object';
import { describeProblems, type Problem } from '../../src/api/problem';
import { ALLOWED_NAMESPACES_ANNOTATION } from '../../src/api/well-known';
import type { HoldReason } from '../../src/model/front-end';
import type { Lookup } from '../../src/plan/lookup';
import { admissionOf } from '../../src/schema/admitted';
import { ENTRY_POINT, type EntryPointObject } from '../entry-point';
import {
  CLUSTER_ENVIRONMENT_TEMPLATE,
  ENVIRONMENT_TEMPLATE,
  type EnvironmentTemplateObject,
  type TemplateSpec,
} from '../template';
import type { EnvironmentObject } from './schema';
import { reachProblems, tenancyProblems } from './template-bounds';
import { templateRefusal, tenantWithNamespace } from './workspace-template';

/** A reference that can't be followed. */
export interface Unresolved {
  readonly outcome: 'hold';
  readonly reason: HoldReason;
  readonly message: string;
}

export type Resolved<O> = { readonly outcome: 'resolved'; readonly object: O } | Unresolved;

const admitTemplate = admissionOf<EnvironmentTemplateObject>(ENVIRONMENT_TEMPLATE);
const admitClusterTemplate = admissionOf<EnvironmentTemplateObject>(CLUSTER_ENVIRONMENT_TEMPLATE);
const admitEntryPoint = admissionOf<EntryPointObject>(ENTRY_POINT);

/** Problems that are named; the rest is counted. A message is read by people. */
const NAMED_PROBLEMS = 10;

/** Problems in one line that stays readable. */
export function summarize(problems: readonly Problem[]): string {
  const rest = problems.length - NAMED_PROBLEMS;
  return `${describeProblems(problems.slice(0, NAMED_PROBLEMS))}${rest > 0 ? `; and ${rest} more` : ''}`;
}

/** The template of an environment, with its defaults. */
export function resolveTemplate(environment: EnvironmentObject, lookup: Lookup): Resolved<EnvironmentTemplateObject> {
  const { kind, name } = environment.spec.templateRef;
  const isCluster = kind === 'ClusterEnvironmentTemplate';
  const schema = isCluster ? CLUSTER_ENVIRONMENT_TEMPLATE : ENVIRONMENT_TEMPLATE;
  const namespace = isCluster ? undefined : templateNamespace(environment);
  // Before the look: whether another namespace holds a template is not to be found out this way.
  const refusal = refusalOf(environment, lookup);
  if (refusal !== undefined) return { outcome: 'hold', reason: 'ReferenceNotPermitted', message: refusal };
  const answer = lookup.get<EnvironmentTemplateObject>(schema.type, {
    name,
    ...(namespace === undefined ? {} : { namespace }),
  });
  if (!answer.found) {
    const described = describeObject({ kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } });
    return {
      outcome: 'hold',
      reason: 'TemplateNotFound',
      message: `${described} is not there: create it, or name another in spec.templateRef`,
    };
  }
  const { problems, object } = (isCluster ? admitClusterTemplate : admitTemplate)(answer.object);
  if (problems.length > 0) return invalid(object, problems);
  const reaching = isCluster ? [] : boundProblems(environment, object, lookup);
  return reaching.length > 0
    ? {
        outcome: 'hold',
        reason: 'ReferenceNotPermitted',
        message: `${describeObject(object)} may not be used from namespace ${environment.metadata.namespace ?? ''}: ${summarize(reaching)}`,
      }
    : { outcome: 'resolved', object };
}

/** Namespace of the EnvironmentTemplate that an environment names. */
function templateNamespace({ metadata, spec }: EnvironmentObject): string {
  return spec.templateRef.namespace ?? metadata.namespace ?? '';
}

/** Why another namespace's template may not be used; undefined where it may, or is none of another namespace. */
function refusalOf(environment: EnvironmentObject, lookup: Lookup): string | undefined {
  const namespace = templateNamespace(environment);
  if (namespace === (environment.metadata.namespace ?? '')) return undefined;
  const refusal = templateRefusal(environment, namespace, lookup);
  // Who was let in once can still stop what it has: no pod runs then.
  return refusal === undefined || isStoppedUnder(environment, namespace) ? undefined : refusal;
}

/** Whether an environment is meant to be stopped, and was made from this template. Its status is the controller's own word. */
function isStoppedUnder({ spec, status }: EnvironmentObject, namespace: string): boolean {
  const { kind, name } = spec.templateRef;
  const used = status?.template;
  return spec.desiredState === 'Stopped' && used?.kind === kind && used.name === name && used.namespace === namespace;
}

function boundProblems(
  environment: EnvironmentObject,
  { spec }: EnvironmentTemplateObject,
  lookup: Lookup,
): readonly Problem[] {
  const home = environment.metadata.namespace ?? '';
  if (templateNamespace(environment) !== home) return [...reachProblems(spec), ...tenancyProblems(spec)];
  const problems = tenancyProblems(spec);
  // Whose the namespace is matters only to a template that asks for more.
  return problems.length > 0 && tenantWithNamespace(home, lookup) !== undefined ? problems : [];
}

/** The entry point that a template names; undefined where it names none. */
export function resolveEntryPoint(
  environment: EnvironmentObject,
  template: TemplateSpec,
  lookup: Lookup,
): Resolved<EntryPointObject> | undefined {
  const reference = template.entryPointRef;
  if (reference === undefined) return undefined;
  const home = environment.metadata.namespace ?? '';
  const namespace = reference.namespace ?? home;
  const described = describeObject({ kind: 'EntryPoint', metadata: { name: reference.name, namespace } });
  const answer = lookup.get<EntryPointObject>(ENTRY_POINT.type, { name: reference.name, namespace });
  // Absent and not permitted read alike: whether another namespace holds an object is not to be found out this way.
  if (namespace !== home && !(answer.found && permits(answer.object, home))) {
    return {
      outcome: 'hold',
      reason: 'ReferenceNotPermitted',
      message: `${described} may not be used from namespace ${home}: its annotation ${ALLOWED_NAMESPACES_ANNOTATION} must name the namespace, or "*"`,
    };
  }
  if (!answer.found)
    return {
      outcome: 'hold',
      reason: 'ReferenceNotFound',
      message: `${described} is not there: create it, or name another in the template's spec.entryPointRef`,
    };
  const { problems, object } = admitEntryPoint(answer.object);
  return problems.length > 0 ? invalid(object, problems) : { outcome: 'resolved', object };
}

function invalid(object: KubeObject, problems: readonly Problem[]): Unresolved {
  return {
    outcome: 'hold',
    reason: 'Invalid',
    message: `${describeObject(object)} is invalid: ${summarize(problems)}`,
  };
}

/** True where an object says that it may be used from a namespace. */
function permits(object: KubeObject, namespace: string): boolean {
  const allowed = (object.metadata.annotations?.[ALLOWED_NAMESPACES_ANNOTATION] ?? '')
    .split(',')
    .map((name) => name.trim());
  return allowed.includes('*') || allowed.includes(namespace);
}
