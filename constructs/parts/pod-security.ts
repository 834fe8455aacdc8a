/**
 * Which fields of a pod break a Pod Security level. Pure, and independent of admission: an environment is held to its level
 * in every namespace, also where nobody has set the label.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ (v1.34)
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/json';
import { valueAt } from '../../src/api/object';
import type { Problem } from '../../src/api/problem';
import type { SecurityModel } from '../../src/model/environment-model';
import type { PodTemplateSpec } from './shapes';

type Report = (path: string, message: string) => void;

/** A container or the pod itself: both have a `securityContext`, and most rules hold for both. */
interface Part {
  readonly path: string;
  readonly value: JsonObject;
}

interface Pod extends Part {
  readonly annotations: JsonObject;
  readonly containers: readonly Part[];
}

const BASELINE_CAPABILITIES = new Set([
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
const SELINUX_TYPES = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);
const RESTRICTED_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

/**
 * Everything in a pod template that breaks a level, in the order of paths. Paths start at the template: `spec.hostNetwork`,
 * `metadata.annotations`. Nothing breaks Privileged.
 */
export function podSecurityProblems(template: PodTemplateSpec, level: SecurityModel['level']): readonly Problem[] {
  if (level === 'Privileged') return [];
  const problems: Problem[] = [];
  const report: Report = (path, message) => problems.push({ path, message: `${message} (Pod Security ${level})` });
  const pod = podOf(template as unknown as JsonObject);
  checkBaseline(pod, report);
  if (level === 'Restricted') checkRestricted(pod, report);
  return problems.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function podOf(template: JsonObject): Pod {
  const value = memberOf(template, 'spec');
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    itemsOf(value, list).map((container, index) => ({ path: `spec.${list}[${index}]`, value: container })),
  );
  return { path: 'spec', value, containers, annotations: memberOf(memberOf(template, 'metadata'), 'annotations') };
}

function checkBaseline(pod: Pod, report: Report): void {
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (pod.value[field] === true) report(`spec.${field}`, 'must not be true');
  }
  itemsOf(pod.value, 'volumes').forEach((volume, index) => {
    if ('hostPath' in volume) report(`spec.volumes[${index}].hostPath`, 'must not be set: use a claim');
  });
  itemsOf(contextOf(pod), 'sysctls').forEach((sysctl, index) => {
    const name = textOf(sysctl['name']);
    if (!SAFE_SYSCTLS.has(name))
      report(`spec.securityContext.sysctls[${index}].name`, `"${name}" is not a safe sysctl`);
  });
  for (const [name, value] of Object.entries(pod.annotations)) {
    if (name.startsWith(APPARMOR_ANNOTATION) && !isConfinedAnnotation(value))
      report(`metadata.annotations[${name}]`, 'must be runtime/default or localhost/*');
  }
  for (const part of [pod, ...pod.containers]) checkContext(part, report);
  for (const container of pod.containers) checkContainer(container, report);
}

/** Rules that hold for the pod's context and for each container's. */
function checkContext(part: Part, report: Report): void {
  const context = contextOf(part);
  const at = (field: string): string => `${part.path}.securityContext.${field}`;
  if (valueAt(context, ['windowsOptions', 'hostProcess']) === true)
    report(at('windowsOptions.hostProcess'), 'must not be true');
  if (valueAt(context, ['seccompProfile', 'type']) === 'Unconfined')
    report(at('seccompProfile.type'), 'must be RuntimeDefault or Localhost');
  if (valueAt(context, ['appArmorProfile', 'type']) === 'Unconfined')
    report(at('appArmorProfile.type'), 'must be RuntimeDefault or Localhost');
  const seLinux = memberOf(context, 'seLinuxOptions');
  if (!SELINUX_TYPES.has(textOf(seLinux['type'])))
    report(at('seLinuxOptions.type'), `"${textOf(seLinux['type'])}" is not a container type`);
  for (const field of ['user', 'role']) {
    if (textOf(seLinux[field]) !== '') report(at(`seLinuxOptions.${field}`), 'must not be set');
  }
}

function checkContainer(container: Part, report: Report): void {
  const context = contextOf(container);
  const at = (field: string): string => `${container.path}.securityContext.${field}`;
  if (context['privileged'] === true) report(at('privileged'), 'must not be true');
  if (!['', 'Default'].includes(textOf(context['procMount']))) report(at('procMount'), 'must be Default');
  listOf(memberOf(context, 'capabilities'), 'add').forEach((capability, index) => {
    if (!BASELINE_CAPABILITIES.has(textOf(capability)))
      report(at(`capabilities.add[${index}]`), `"${textOf(capability)}" must not be added`);
  });
  itemsOf(container.value, 'ports').forEach((port, index) => {
    if ((port['hostPort'] ?? 0) !== 0)
      report(`${container.path}.ports[${index}].hostPort`, 'must not be set: use the Service');
  });
  for (const [handler, path] of handlersOf(container)) {
    for (const action of ['httpGet', 'tcpSocket']) {
      if (textOf(memberOf(handler, action)['host']) !== '')
        report(`${path}.${action}.host`, 'must not be set: the pod itself is asked');
    }
  }
}

/** Probes and lifecycle hooks: each may name another host than the pod. */
function handlersOf(container: Part): readonly (readonly [JsonObject, string])[] {
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].map(
    (probe) => [memberOf(container.value, probe), `${container.path}.${probe}`] as const,
  );
  const lifecycle = memberOf(container.value, 'lifecycle');
  return [
    ...probes,
    ...['postStart', 'preStop'].map(
      (hook) => [memberOf(lifecycle, hook), `${container.path}.lifecycle.${hook}`] as const,
    ),
  ];
}

function checkRestricted(pod: Pod, report: Report): void {
  itemsOf(pod.value, 'volumes').forEach((volume, index) => {
    const source = Object.keys(volume).find((key) => key !== 'name' && !RESTRICTED_VOLUMES.has(key));
    // hostPath is reported with the Baseline rules.
    if (source !== undefined && source !== 'hostPath')
      report(`spec.volumes[${index}].${source}`, 'is not a permitted kind of volume');
  });
  const podContext = contextOf(pod);
  for (const part of [pod, ...pod.containers]) {
    const context = contextOf(part);
    if (context['runAsUser'] === 0) report(`${part.path}.securityContext.runAsUser`, 'must not be 0');
    if (context['runAsNonRoot'] === false) report(`${part.path}.securityContext.runAsNonRoot`, 'must be true');
  }
  for (const container of pod.containers) {
    const context = contextOf(container);
    const at = (field: string): string => `${container.path}.securityContext.${field}`;
    if (context['allowPrivilegeEscalation'] !== false) report(at('allowPrivilegeEscalation'), 'must be false');
    if ((context['runAsNonRoot'] ?? podContext['runAsNonRoot'] ?? null) === null)
      report(at('runAsNonRoot'), 'must be true here or for the pod');
    if (seccompOf(context) === undefined && seccompOf(podContext) === undefined)
      report(at('seccompProfile.type'), 'must be RuntimeDefault or Localhost here or for the pod');
    const capabilities = memberOf(context, 'capabilities');
    if (!listOf(capabilities, 'drop').includes('ALL')) report(at('capabilities.drop'), 'must include ALL');
    listOf(capabilities, 'add').forEach((capability, index) => {
      const name = textOf(capability);
      // What Baseline forbids as well is reported there.
      if (name !== 'NET_BIND_SERVICE' && BASELINE_CAPABILITIES.has(name))
        report(at(`capabilities.add[${index}]`), `"${name}" must not be added`);
    });
  }
}

function seccompOf(context: JsonObject): JsonValue | undefined {
  return valueAt(context, ['seccompProfile', 'type']);
}

function isConfinedAnnotation(value: JsonValue | undefined): boolean {
  const text = textOf(value);
  return text === '' || text === 'runtime/default' || text.startsWith('localhost/');
}

function contextOf(part: Part): JsonObject {
  return memberOf(part.value, 'securityContext');
}

function memberOf(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function listOf(object: JsonObject, key: string): readonly JsonValue[] {
  const value = object[key];
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function itemsOf(object: JsonObject, key: string): readonly JsonObject[] {
  return listOf(object, key).map((item) => (isJsonObject(item) ? item : {}));
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}
