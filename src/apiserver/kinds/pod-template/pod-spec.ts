/** Checks of the spec of a pod, on its own and in a template, in the order of Kubernetes' checks. */
import type { JsonObject } from '../../../api/json';
import {
  duplicateField,
  type FieldError,
  forbiddenField,
  invalidField,
  notSupportedField,
  requiredField,
} from '../../field-error';
import { sloppyIpErrors } from '../checks/ip-addresses';
import {
  flagAt,
  listAt,
  mapAt,
  numberAt,
  objectAt,
  optionalNumberAt,
  optionalTextAt,
  textAt,
  textsAt,
} from '../json-members';
import {
  addProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  dnsSubdomainWithUnderscoreProblems,
  isDnsSubdomainName,
  labelErrors,
  labelValueProblems,
  qualifiedNameProblems,
  rangeProblem,
} from '../metadata';
import { serverValue } from '../server-values';
import { addContainerErrors, addEphemeralContainerErrors, addInitContainerErrors } from './containers';
import { visitContainers } from './containers-of-pod';
import { addAffinityErrors } from './node-selectors';
import { addOverheadErrors, addPodResourceErrors } from './resources';
import { addPodSecurityErrors } from './security-context';
import { addTopologySpreadErrors } from './topology-spread';
import { addVolumeErrors } from './volumes';
import { addHostProcessErrors, addOperatingSystemErrors } from './windows';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const DEADLINE_MAX = 2_147_483_647;
const NAMESERVERS_MAX = 3;
const SEARCHES_MAX = 32;
const SEARCH_CHARACTERS_MAX = 2048;

/** Where a spec stands. */
export interface PodSpecPlace {
  readonly path: string;
  /** The metadata of the pod; undefined where the spec is one of a template. */
  readonly metadata?: JsonObject;
}

/** What is wrong with the spec of a pod. */
export function validatePodSpec(spec: JsonObject, { path, metadata }: PodSpecPlace): FieldError[] {
  const errors: FieldError[] = [];
  const gracePeriod = optionalNumberAt(spec, 'terminationGracePeriodSeconds');
  if (gracePeriod === undefined) errors.push(requiredField(`${path}.terminationGracePeriodSeconds`));
  const podName = metadata === undefined ? undefined : textAt(metadata, 'name');
  const volumes = addVolumeErrors(errors, listAt(spec, 'volumes'), { podName, path: `${path}.volumes` });
  const claims = listAt(spec, 'resourceClaims');
  const claimNames = new Set(claims.map((claim) => textAt(claim, 'name')).filter((name) => name !== ''));
  addResourceClaimErrors(errors, { claims, metadata }, `${path}.resourceClaims`);
  const rules = { spec, volumes, claimNames, gracePeriod, usesHostUsers: spec['hostUsers'] !== false };
  addContainerErrors(errors, rules, `${path}.containers`);
  addInitContainerErrors(errors, rules, `${path}.initContainers`);
  addEphemeralContainerErrors(errors, rules, `${path}.ephemeralContainers`);
  addPodResourceErrors(errors, spec, { claimNames, path: `${path}.resources` });
  addHostNetworkErrors(errors, { spec, isPod: metadata !== undefined }, path);
  addPolicyErrors(errors, spec, path);
  errors.push(...labelErrors(mapAt(spec, 'nodeSelector'), `${path}.nodeSelector`));
  addPodSecurityErrors(errors, spec, path);
  const affinity = objectAt(spec, 'affinity');
  if (affinity !== undefined) addAffinityErrors(errors, affinity, `${path}.affinity`);
  addDnsErrors(errors, spec, `${path}.dnsConfig`);
  addGateErrors(errors, spec, path);
  const constraints = listAt(spec, 'topologySpreadConstraints');
  addTopologySpreadErrors(errors, constraints, `${path}.topologySpreadConstraints`);
  addHostProcessErrors(errors, spec, path);
  addHostUsersErrors(errors, spec, path);
  addNameErrors(errors, spec, path);
  addOperatingSystemErrors(errors, spec, path);
  return errors;
}

function addResourceClaimErrors(
  errors: FieldError[],
  { claims, metadata }: { readonly claims: readonly JsonObject[]; readonly metadata: JsonObject | undefined },
  path: string,
): void {
  const isStatic = Object.hasOwn(mapAt(metadata, 'annotations'), 'kubernetes.io/config.mirror');
  const seen = new Set<string>();
  for (const [index, claim] of claims.entries()) {
    if (isStatic) errors.push(forbiddenField('[]', 'static pods do not support resource claims'));
    else addOneClaimErrors(errors, { claim, seen }, `${path}[${String(index)}]`);
  }
}

function addOneClaimErrors(
  errors: FieldError[],
  { claim, seen }: { readonly claim: JsonObject; readonly seen: Set<string> },
  path: string,
): void {
  const name = textAt(claim, 'name');
  if (name === '') errors.push(requiredField(`${path}.name`));
  else if (seen.has(name)) errors.push(duplicateField(`${path}.name`, name));
  else addProblems(errors, `${path}.name`, name, dnsLabelProblems(name));
  seen.add(name);
  const sources = ['resourceClaimName', 'resourceClaimTemplateName'];
  const said = sources.filter((key) => claim[key] !== undefined);
  const refuse = (why: string) => {
    errors.push(invalidField(path, serverValue(claim, 'PodResourceClaim'), why));
  };
  if (said.length > 1) refuse('at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
  if (said.length === 0) refuse('must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
  for (const key of said)
    addProblems(errors, `${path}.${key}`, textAt(claim, key), isDnsSubdomainName(textAt(claim, key), false));
}

function addHostNetworkErrors(
  errors: FieldError[],
  { spec, isPod }: { readonly spec: JsonObject; readonly isPod: boolean },
  path: string,
): void {
  if (!flagAt(spec, 'hostNetwork')) return;
  for (const [index, container] of listAt(spec, 'containers').entries()) {
    for (const [portIndex, port] of listAt(container, 'ports').entries()) {
      const hostPort = numberAt(port, 'hostPort');
      if (hostPort === numberAt(port, 'containerPort') || (!isPod && hostPort === 0)) continue;
      const at = `${path}.containers[${String(index)}].ports[${String(portIndex)}].hostPort`;
      errors.push(invalidField(at, hostPort, 'must match `containerPort` when `hostNetwork` is true'));
    }
  }
}

function addPolicyErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  for (const [key, choices] of [
    ['restartPolicy', RESTART_POLICIES],
    ['dnsPolicy', DNS_POLICIES],
  ] as const) {
    const policy = textAt(spec, key);
    if (policy === '') errors.push(requiredField(`${path}.${key}`));
    else if (!choices.includes(policy)) errors.push(notSupportedField(`${path}.${key}`, policy, choices));
  }
}

function addDnsErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const config = objectAt(spec, 'dnsConfig');
  const nameservers = textsAt(config, 'nameservers');
  if (textAt(spec, 'dnsPolicy') === 'None') {
    if (config === undefined) {
      errors.push(requiredField(path, 'must provide `dnsConfig` when `dnsPolicy` is None'));
      return;
    }
    if (nameservers.length === 0) {
      const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      errors.push(requiredField(`${path}.nameservers`, detail));
      return;
    }
  }
  if (config === undefined) return;
  if (nameservers.length > NAMESERVERS_MAX) {
    const detail = `must not have more than ${String(NAMESERVERS_MAX)} nameservers`;
    errors.push(invalidField(`${path}.nameservers`, nameservers, detail));
  }
  for (const [index, nameserver] of nameservers.entries()) {
    errors.push(...sloppyIpErrors(`${path}.nameservers[${String(index)}]`, nameserver));
  }
  addSearchErrors(errors, textsAt(config, 'searches'), `${path}.searches`);
  for (const [index, option] of listAt(config, 'options').entries()) {
    if (textAt(option, 'name') === '') {
      errors.push(requiredField(`${path}.options[${String(index)}]`, 'must not be empty'));
    }
  }
}

function addSearchErrors(errors: FieldError[], searches: readonly string[], path: string): void {
  if (searches.length > SEARCHES_MAX) {
    errors.push(invalidField(path, searches, `must not have more than ${String(SEARCHES_MAX)} search paths`));
  }
  if (searches.join(' ').length > SEARCH_CHARACTERS_MAX) {
    const detail = `must not have more than ${String(SEARCH_CHARACTERS_MAX)} characters (including spaces) in the search list`;
    errors.push(invalidField(path, searches, detail));
  }
  for (const [index, search] of searches.entries()) {
    if (search === '.') continue;
    const domain = search.endsWith('.') ? search.slice(0, -1) : search;
    addProblems(errors, `${path}[${String(index)}]`, domain, dnsSubdomainWithUnderscoreProblems(domain));
  }
}

function addGateErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  for (const [index, gate] of listAt(spec, 'readinessGates').entries()) {
    const type = textAt(gate, 'conditionType');
    const at = `${path}.readinessGates[${String(index)}].conditionType`;
    addProblems(errors, at, type, qualifiedNameProblems(type));
  }
  const seen = new Set<string>();
  for (const [index, gate] of listAt(spec, 'schedulingGates').entries()) {
    const name = textAt(gate, 'name');
    const at = `${path}.schedulingGates[${String(index)}]`;
    addProblems(errors, at, name, qualifiedNameProblems(name));
    if (seen.has(name)) errors.push(duplicateField(at, name));
    seen.add(name);
  }
}

function addHostUsersErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  if (spec['hostUsers'] !== false) return;
  const refuse = (at: string) => {
    errors.push(forbiddenField(at, 'when `hostUsers` is false'));
  };
  if (flagAt(spec, 'hostNetwork')) refuse(`${path}.hostNetwork`);
  if (flagAt(spec, 'hostPID')) refuse(`${path}.HostPID`);
  if (flagAt(spec, 'hostIPC')) refuse(`${path}.HostIPC`);
  visitContainers(spec, path, (container, at) => {
    if (listAt(container, 'volumeDevices').length > 0) refuse(`${at}.volumeDevices`);
  });
}

function addNameErrors(errors: FieldError[], spec: JsonObject, path: string): void {
  const addSubdomain = (key: string) => {
    const name = textAt(spec, key);
    if (name !== '') addProblems(errors, `${path}.${key}`, name, isDnsSubdomainName(name, false));
  };
  const addLabel = (key: string) => {
    const name = textAt(spec, key);
    if (name !== '') addProblems(errors, `${path}.${key}`, name, dnsLabelProblems(name));
  };
  addSubdomain('serviceAccountName');
  addSubdomain('nodeName');
  const deadline = optionalNumberAt(spec, 'activeDeadlineSeconds');
  if (deadline !== undefined && (deadline < 1 || deadline > DEADLINE_MAX)) {
    errors.push(
      invalidField(`${path}.activeDeadlineSeconds`, spec['activeDeadlineSeconds'], rangeProblem(1, DEADLINE_MAX)),
    );
  }
  addLabel('hostname');
  addLabel('subdomain');
  addTolerationErrors(errors, listAt(spec, 'tolerations'), `${path}.tolerations`);
  addHostAliasErrors(errors, listAt(spec, 'hostAliases'), `${path}.hostAliases`);
  addSubdomain('priorityClassName');
  const runtimeClass = optionalTextAt(spec, 'runtimeClassName');
  if (runtimeClass !== undefined) {
    addProblems(errors, `${path}.runtimeClassName`, runtimeClass, isDnsSubdomainName(runtimeClass, false));
  }
  const preemption = optionalTextAt(spec, 'preemptionPolicy');
  if (preemption === '') errors.push(requiredField(`${path}.preemptionPolicy`));
  else if (preemption !== undefined && !PREEMPTION_POLICIES.includes(preemption)) {
    errors.push(notSupportedField(`${path}.preemptionPolicy`, preemption, PREEMPTION_POLICIES));
  }
  const overhead = objectAt(spec, 'overhead');
  if (overhead !== undefined) addOverheadErrors(errors, overhead, `${path}.overhead`);
}

function addHostAliasErrors(errors: FieldError[], aliases: readonly JsonObject[], path: string): void {
  for (const [index, alias] of aliases.entries()) {
    const at = `${path}[${String(index)}]`;
    errors.push(...sloppyIpErrors(`${at}.ip`, textAt(alias, 'ip')));
    for (const [nameIndex, name] of textsAt(alias, 'hostnames').entries()) {
      addProblems(errors, `${at}.hostnames[${String(nameIndex)}]`, name, dnsSubdomainProblems(name));
    }
  }
}

/** Adds what is wrong with tolerations. */
export function addTolerationErrors(errors: FieldError[], tolerations: readonly JsonObject[], path: string): void {
  for (const [index, toleration] of tolerations.entries()) {
    const at = `${path}[${String(index)}]`;
    const key = textAt(toleration, 'key');
    const operator = textAt(toleration, 'operator');
    const effect = textAt(toleration, 'effect');
    if (key !== '') addProblems(errors, `${at}.key`, key, qualifiedNameProblems(key));
    else if (operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidField(`${at}.operator`, operator, detail));
    }
    if (toleration['tolerationSeconds'] !== undefined && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalidField(`${at}.effect`, effect, detail));
    }
    addTolerationValueErrors(errors, { operator, value: textAt(toleration, 'value') }, `${at}.operator`);
    if (effect !== '') addTaintEffectErrors(errors, effect, `${at}.effect`);
  }
}

function addTolerationValueErrors(
  errors: FieldError[],
  { operator, value }: { readonly operator: string; readonly value: string },
  path: string,
): void {
  if (operator === 'Equal' || operator === '') {
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalidField(path, value, problems.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '') errors.push(invalidField(path, value, "value must be empty when `operator` is 'Exists'"));
  } else errors.push(notSupportedField(path, operator, ['Equal', 'Exists']));
}

/** Adds what is wrong with the effect of a taint. */
export function addTaintEffectErrors(errors: FieldError[], effect: string, path: string): void {
  if (!TAINT_EFFECTS.includes(effect)) errors.push(notSupportedField(path, effect, TAINT_EFFECTS));
}
