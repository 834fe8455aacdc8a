/**
 * The access of an environment, by what asks for a sign-in and what the cluster has to put it before the app. Front ends call
 * it last, when they know the rules, the entry and where the app listens.
 */
import type { FoundGate } from '../access/find-gate';
import type { AccessModel, AccessRules, ClosedReason, ContainerWorkload } from './environment-model';

export interface AccessRequest {
  readonly gate: FoundGate;
  /** Absent: nothing asks for a sign-in, and the app is its own guard. */
  readonly guard?: {
    /** What asks for it, for messages: `AccessPolicy team-a/sso`. */
    readonly askedBy: string;
    readonly rules: AccessRules;
  };
  /** True where the environment is reached from outside. */
  readonly hasEntry: boolean;
  readonly listens: NonNullable<ContainerWorkload['webListens']>;
}

/** What is open to everybody, as far as the gate is concerned. */
const NO_RULES: AccessRules = { authenticate: { method: 'None' }, authorize: [] };

/** Rules that let nobody in. */
export function closedRules(reason: 'PolicyNotFound' | 'PolicyInvalid' | ClosedReason, message: string): AccessRules {
  return { closed: { reason, message }, authenticate: { method: 'None' }, authorize: [] };
}

/** The access model. With a Gate every environment that has an entry has a sidecar, so that a policy changes no pod. */
export function accessModel({ gate, guard, hasEntry, listens }: AccessRequest): AccessModel {
  if (guard === undefined) {
    return gate.outcome === 'Found' && hasEntry
      ? { mode: 'Gate', gate: gateOf(gate), rules: NO_RULES }
      : { mode: 'Open' };
  }
  const { askedBy, rules } = guard;
  if (gate.outcome === 'Missing')
    return {
      mode: 'Closed',
      reason: 'AccessLayerMissing',
      message: `${askedBy} asks for a sign-in before the app, and ${gate.message}, or use a template that asks for none: the environment stays closed`,
    };
  if (!hasEntry && rules.authenticate.method === 'OIDC')
    return {
      mode: 'Closed',
      reason: 'EntryMissing',
      message: `${askedBy} asks for a sign-in before the app, which needs an address that browsers open: name an EntryPoint in the template; the environment stays closed`,
    };
  if (listens === 'AllInterfaces' && gate.spec.networkPolicies === 'Unknown' && isGuarding(rules))
    return {
      mode: 'Closed',
      reason: 'BypassPossible',
      message: `The app listens on every interface, so that pods of the cluster could reach it around the sign-in that ${askedBy} asks for: let it listen on 127.0.0.1, or say in Gate default, networkPolicies: Enforced, that the cluster's network enforces NetworkPolicies; the environment stays closed`,
    };
  return { mode: 'Gate', gate: gateOf(gate), rules };
}

function gateOf({ spec: { service, sidecar } }: Extract<FoundGate, { outcome: 'Found' }>) {
  return { service, sidecar };
}

/** True where somebody is kept out. */
function isGuarding({ closed, authenticate, authorize, envoy }: AccessRules): boolean {
  const filters = envoy?.httpFilters ?? [];
  return closed !== undefined || authenticate.method !== 'None' || authorize.length > 0 || filters.length > 0;
}
