/**
 * What no ordinary workload needs.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 */
import type { JsonObject } from '../../../api/json';
import {
  booleanAt,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
  stringMapAt,
  stringsAt,
} from '../../authentication/json-members';
import { goQuoted } from '../../schema/go-text';
import {
  type Check,
  type CheckedPod,
  containersOf,
  containersText,
  containersWhere,
  plural,
  quotedNames,
  settersText,
  sortedSet,
  type Violation,
} from './check';

const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
const ALLOWED_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

function appArmorProfile(pod: CheckedPod): Violation | undefined {
  const typeOf = (holder: JsonObject): string | undefined => {
    const profile = objectAt(holder, 'securityContext', 'appArmorProfile');
    return profile === undefined ? undefined : stringAt(profile, 'type');
  };
  const isBad = (type: string | undefined): type is string =>
    type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  const podType = typeOf(pod.spec);
  const containers = containersOf(pod).filter((container) => isBad(typeOf(container)));
  const types = [podType, ...containers.map(typeOf)].filter(isBad);
  const annotations = [...stringMapAt(pod.metadata, 'annotations')]
    .filter(([key, value]) => key.startsWith(APP_ARMOR_PREFIX) && !isAllowedAnnotation(value))
    .map(([key, value]) => `${key}=${goQuoted(value)}`)
    .sort();
  const setters = [
    settersText(
      isBad(podType),
      containers.map((container) => stringAt(container, 'name')),
    ),
    annotations.length === 0 ? '' : plural('annotation', annotations.length),
  ].filter((setter) => setter !== '');
  if (setters.length === 0) return undefined;
  const values = [...sortedSet(types), ...annotations];
  return {
    reason: plural('forbidden AppArmor profile', values.length),
    detail: `${setters.join(' and ')} must not set AppArmor profile type to ${quotedNames(values)}`,
  };
}

function isAllowedAnnotation(profile: string): boolean {
  return profile === '' || profile === 'runtime/default' || profile.startsWith('localhost/');
}

function capabilities(pod: CheckedPod): Violation | undefined {
  const forbidden = (container: JsonObject): readonly string[] =>
    stringsAt(container, 'securityContext', 'capabilities', 'add').filter((name) => !ALLOWED_CAPABILITIES.has(name));
  const containers = containersWhere(pod, (container) => forbidden(container).length > 0);
  if (containers.length === 0) return undefined;
  const names = sortedSet(containersOf(pod).flatMap(forbidden));
  return {
    reason: 'non-default capabilities',
    detail: `${containersText(containers)} must not include ${quotedNames(names)} in securityContext.capabilities.add`,
  };
}

function hostNamespaces({ spec }: CheckedPod): Violation | undefined {
  const set = ['hostNetwork', 'hostPID', 'hostIPC'].filter((member) => booleanAt(spec, member) === true);
  if (set.length === 0) return undefined;
  return { reason: 'host namespaces', detail: set.map((member) => `${member}=true`).join(', ') };
}

function hostPathVolumes({ spec }: CheckedPod): Violation | undefined {
  const names = objectsAt(spec, 'volumes')
    .filter((volume) => objectAt(volume, 'hostPath') !== undefined)
    .map((volume) => stringAt(volume, 'name'));
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural('volume', names.length)} ${quotedNames(names)}` };
}

function hostPorts(pod: CheckedPod): Violation | undefined {
  const portsOf = (container: JsonObject): readonly string[] =>
    objectsAt(container, 'ports')
      .map((port) => numberAt(port, 'hostPort') ?? 0)
      .filter((port) => port !== 0)
      .map(String);
  const containers = containersWhere(pod, (container) => portsOf(container).length > 0);
  if (containers.length === 0) return undefined;
  const ports = sortedSet(containersOf(pod).flatMap(portsOf));
  const use = containers.length === 1 ? 'uses' : 'use';
  return {
    reason: 'hostPort',
    detail: `${containersText(containers)} ${use} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  };
}

function hostProbes(pod: CheckedPod): Violation | undefined {
  const hostsOf = (container: JsonObject): readonly string[] =>
    [
      objectAt(container, 'livenessProbe'),
      objectAt(container, 'readinessProbe'),
      objectAt(container, 'startupProbe'),
      objectAt(container, 'lifecycle', 'postStart'),
      objectAt(container, 'lifecycle', 'preStop'),
    ]
      .flatMap((handler) => [stringAt(handler, 'httpGet', 'host'), stringAt(handler, 'tcpSocket', 'host')])
      .filter((host) => host !== '');
  const containers = sortedSet(containersWhere(pod, (container) => hostsOf(container).length > 0));
  if (containers.length === 0) return undefined;
  const hosts = sortedSet(containersOf(pod).flatMap(hostsOf));
  const use = containers.length === 1 ? 'uses' : 'use';
  return {
    reason: 'probe or lifecycle host',
    detail: `${containersText(containers)} ${use} ${plural('probe or lifecycle host', hosts.length)} ${quotedNames(hosts)}`,
  };
}

function privileged(pod: CheckedPod): Violation | undefined {
  const containers = containersWhere(
    pod,
    (container) => booleanAt(container, 'securityContext', 'privileged') === true,
  );
  if (containers.length === 0) return undefined;
  return {
    reason: 'privileged',
    detail: `${containersText(containers)} must not set securityContext.privileged=true`,
  };
}

function procMount(pod: CheckedPod): Violation | undefined {
  const typeOf = (container: JsonObject): string => stringAt(container, 'securityContext', 'procMount');
  const isBad = (type: string): boolean => type !== '' && type !== 'Default';
  const containers = containersWhere(pod, (container) => isBad(typeOf(container)));
  if (containers.length === 0) return undefined;
  const types = sortedSet(containersOf(pod).map(typeOf).filter(isBad));
  return {
    reason: 'procMount',
    detail: `${containersText(containers)} must not set securityContext.procMount to ${quotedNames(types)}`,
  };
}

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

function seLinuxOptions(allowed: readonly string[]): (pod: CheckedPod) => Violation | undefined {
  return (pod) => {
    const optionsOf = (holder: JsonObject): JsonObject | undefined =>
      objectAt(holder, 'securityContext', 'seLinuxOptions');
    const isBad = (options: JsonObject | undefined): boolean =>
      !allowed.includes(stringAt(options, 'type')) ||
      stringAt(options, 'user') !== '' ||
      stringAt(options, 'role') !== '';
    const setters = settersText(
      isBad(optionsOf(pod.spec)),
      containersWhere(pod, (container) => isBad(optionsOf(container))),
    );
    if (setters === '') return undefined;
    const all = [pod.spec, ...containersOf(pod)].map(optionsOf);
    const types = sortedSet(all.map((options) => stringAt(options, 'type')).filter((type) => !allowed.includes(type)));
    const told = [
      types.length === 0 ? '' : `${plural('type', types.length)} ${quotedNames(types)}`,
      all.some((options) => stringAt(options, 'user') !== '') ? 'user may not be set' : '',
      all.some((options) => stringAt(options, 'role') !== '') ? 'role may not be set' : '',
    ].filter((text) => text !== '');
    return {
      reason: 'seLinuxOptions',
      detail: `${setters} set forbidden securityContext.seLinuxOptions: ${told.join('; ')}`,
    };
  };
}

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

function seccompAnnotations(pod: CheckedPod): Violation | undefined {
  const annotations = stringMapAt(pod.metadata, 'annotations');
  const keys = [SECCOMP_POD, ...containersOf(pod).map((container) => SECCOMP_CONTAINER + stringAt(container, 'name'))];
  const forbidden = sortedSet(
    keys.flatMap((key) => {
      const value = annotations.get(key);
      const isGood =
        value === undefined || ['runtime/default', 'docker/default'].includes(value) || value.startsWith('localhost/');
      return isGood ? [] : [`${key}=${goQuoted(value)}`];
    }),
  );
  if (forbidden.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `forbidden ${plural('annotation', forbidden.length)} ${forbidden.join(', ')}`,
  };
}

/** The type of a seccomp profile; undefined where there is none. */
export function seccompTypeOf(holder: JsonObject): string | undefined {
  const profile = objectAt(holder, 'securityContext', 'seccompProfile');
  return profile === undefined ? undefined : stringAt(profile, 'type');
}

/** Seccomp profiles that are set to something else than the usual. */
export function seccompProfile(pod: CheckedPod): Violation | undefined {
  const isBad = (type: string | undefined): type is string =>
    type !== undefined && type !== 'Localhost' && type !== 'RuntimeDefault';
  const podType = seccompTypeOf(pod.spec);
  const setters = settersText(
    isBad(podType),
    containersWhere(pod, (container) => isBad(seccompTypeOf(container))),
  );
  if (setters === '') return undefined;
  const types = sortedSet([podType, ...containersOf(pod).map(seccompTypeOf)].filter(isBad));
  return {
    reason: 'seccompProfile',
    detail: `${setters} must not set securityContext.seccompProfile.type to ${quotedNames(types)}`,
  };
}

const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const SYSCTLS_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports'];
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

function sysctls(allowed: readonly string[]): (pod: CheckedPod) => Violation | undefined {
  return ({ spec }) => {
    const names = objectsAt(spec, 'securityContext', 'sysctls')
      .map((sysctl) => stringAt(sysctl, 'name'))
      .filter((name) => !allowed.includes(name));
    return names.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: names.join(', ') };
  };
}

function windowsHostProcess(pod: CheckedPod): Violation | undefined {
  const isSet = (holder: JsonObject): boolean =>
    booleanAt(holder, 'securityContext', 'windowsOptions', 'hostProcess') === true;
  const setters = settersText(isSet(pod.spec), containersWhere(pod, isSet));
  if (setters === '') return undefined;
  return { reason: 'hostProcess', detail: `${setters} must not set securityContext.windowsOptions.hostProcess=true` };
}

/** In the order in which their violations are told. */
export const BASELINE_CHECKS: readonly Check[] = [
  { id: 'appArmorProfile', versions: [{ since: 0, check: appArmorProfile }] },
  { id: 'capabilities_baseline', versions: [{ since: 0, check: capabilities }] },
  { id: 'hostNamespaces', versions: [{ since: 0, check: hostNamespaces }] },
  { id: 'hostPathVolumes', versions: [{ since: 0, check: hostPathVolumes }] },
  { id: 'hostPorts', versions: [{ since: 0, check: hostPorts }] },
  { id: 'hostProbesAndHostLifecycle', versions: [{ since: 34, check: hostProbes }] },
  { id: 'privileged', versions: [{ since: 0, check: privileged }] },
  { id: 'procMount', versions: [{ since: 0, check: procMount }] },
  {
    id: 'seLinuxOptions',
    versions: [
      { since: 0, check: seLinuxOptions(SELINUX_TYPES) },
      { since: 31, check: seLinuxOptions([...SELINUX_TYPES, 'container_engine_t']) },
    ],
  },
  {
    id: 'seccompProfile_baseline',
    versions: [
      { since: 0, check: seccompAnnotations },
      { since: 19, check: seccompProfile },
    ],
  },
  {
    id: 'sysctls',
    versions: [
      { since: 0, check: sysctls(SYSCTLS) },
      { since: 27, check: sysctls(SYSCTLS_27) },
      { since: 29, check: sysctls(SYSCTLS_29) },
      { since: 32, check: sysctls(SYSCTLS_32) },
    ],
  },
  { id: 'windowsHostProcess', versions: [{ since: 0, check: windowsHostProcess }] },
];
