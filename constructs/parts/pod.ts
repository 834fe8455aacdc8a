/**
 * The pod template of a workload: pure, so that it can be checked before anything is built from it.
 */
import { digest, type JsonObject } from '../../src/api/json';
import { FILES_ANNOTATION, WORKLOAD_LABEL } from '../../src/api/well-known';
import type {
  ContainerModel,
  EnvironmentModel,
  MountModel,
  VolumeModel,
  Workload,
} from '../../src/model/environment-model';
import type { Layout } from '../../src/model/layout';
import { claimName } from './layout-name';
import { containerSecurityContext, podSecurityContext } from './security-context';
import type { Container, PodSpec, PodTemplateSpec, Volume } from './shapes';
import { sidecarParts } from './sidecar';
import {
  storedAffinity,
  storedEnv,
  storedProbe,
  storedQuantity,
  storedResources,
  storedTolerations,
  storedVolume,
} from './stored-form';

/** Labels that select the pods of one workload; constant for its life. */
export function workloadSelector(layout: Layout, workload: Workload): Readonly<Record<string, string>> {
  return { ...layout.selector, [WORKLOAD_LABEL]: workload.name };
}

/** The pod template of a workload. Throws `LayoutIncomplete` where a claim has no name. */
export function podTemplate(model: EnvironmentModel, layout: Layout, workload: Workload): PodTemplateSpec {
  const mountsFiles = workload.volumes.some(({ type }) => type === 'files');
  return {
    metadata: {
      labels: { ...layout.labels, ...workloadSelector(layout, workload) },
      // Files are digested, secrets aren't: anybody who sees a pod could try passwords against the digest of a short one.
      ...(mountsFiles ? { annotations: { [FILES_ANNOTATION]: digest(model.files) } } : {}),
    },
    spec: podSpec(model, layout, workload),
  };
}

function podSpec(model: EnvironmentModel, layout: Layout, workload: Workload): PodSpec {
  const { placement, security, imagePullSecrets } = model;
  const container = (part: ContainerModel): Container => containerOf(part, security.level);
  const podContext = podSecurityContext(security);
  const sidecar = sidecarParts(model, layout, workload);
  const volumes = [...workload.volumes, ...(sidecar === undefined ? [] : [sidecar.volume])];
  return {
    serviceAccountName: layout.names.serviceAccount,
    automountServiceAccountToken: false,
    // Variables for every Service of the namespace break apps that read names such as PORT, and stop some from starting.
    enableServiceLinks: false,
    ...(Object.keys(podContext).length === 0 ? {} : { securityContext: podContext }),
    ...filled('initContainers', [
      ...workload.init.map(container),
      // One that runs on beside the app: it has its port before the app could take it, and outlives the app's last answers.
      ...(sidecar === undefined ? [] : [{ ...container(sidecar.container), restartPolicy: 'Always' }]),
    ]),
    containers: [sidecar?.app ?? workload.app, ...workload.sidecars].map(container),
    ...filled(
      'volumes',
      volumes.map((volume) => volumeOf(volume, layout)),
    ),
    ...filled(
      'imagePullSecrets',
      [...new Set(imagePullSecrets)].map((name) => ({ name })),
    ),
    ...(placement.nodeSelector === undefined || Object.keys(placement.nodeSelector).length === 0
      ? {}
      : { nodeSelector: placement.nodeSelector }),
    ...filled('tolerations', storedTolerations(placement.tolerations ?? [])),
    ...(placement.affinity === undefined || Object.keys(placement.affinity).length === 0
      ? {}
      : { affinity: storedAffinity(placement.affinity) }),
    ...text('priorityClassName', placement.priorityClassName),
    ...text('runtimeClassName', placement.runtimeClassName),
    ...(workload.terminationGracePeriodSeconds === undefined
      ? {}
      : { terminationGracePeriodSeconds: workload.terminationGracePeriodSeconds }),
  };
}

function containerOf(model: ContainerModel, level: EnvironmentModel['security']['level']): Container {
  const resources = storedResources(model.resources);
  const securityContext = containerSecurityContext(level, model.securityContext);
  const { startup, ready, live } = model.probes ?? {};
  return {
    name: model.name,
    image: model.image,
    ...text('imagePullPolicy', model.imagePullPolicy),
    ...filled('command', model.command ?? []),
    ...filled('args', model.args ?? []),
    ...text('workingDir', model.workingDir),
    ...filled('env', storedEnv(model.env)),
    ...filled('envFrom', (model.envFrom ?? []) as unknown as NonNullable<Container['envFrom']>),
    ...filled(
      'ports',
      model.ports.map(({ name, port, protocol = 'TCP' }) => ({ name, containerPort: port, protocol })),
    ),
    ...(resources === undefined ? {} : { resources }),
    ...(startup === undefined ? {} : { startupProbe: storedProbe(startup) }),
    ...(ready === undefined ? {} : { readinessProbe: storedProbe(ready) }),
    ...(live === undefined ? {} : { livenessProbe: storedProbe(live) }),
    ...filled('volumeMounts', model.mounts.map(mountOf)),
    ...(securityContext === undefined ? {} : { securityContext }),
  };
}

function mountOf({ volume, mountPath, subPath, readOnly }: MountModel): NonNullable<Container['volumeMounts']>[number] {
  return { name: volume, mountPath, ...text('subPath', subPath), ...(readOnly === true ? { readOnly } : {}) };
}

function volumeOf(volume: VolumeModel, layout: Layout): Volume {
  switch (volume.type) {
    case 'claim':
      return { name: volume.name, persistentVolumeClaim: { claimName: claimName(layout, volume) } };
    case 'scratch': {
      const sizeLimit = volume.sizeLimit === undefined ? undefined : storedQuantity(volume.sizeLimit);
      return { name: volume.name, emptyDir: { ...text('medium', volume.medium), ...text('sizeLimit', sizeLimit) } };
    }
    case 'files':
      return { name: volume.name, configMap: { name: layout.names.configMap } };
    case 'secret':
      return {
        name: volume.name,
        secret: { secretName: volume.secretName, ...filled('items', (volume.items ?? []) as readonly SecretItem[]) },
      };
    case 'raw':
      return storedVolume(volume.name, volume.source);
  }
}

type SecretItem = JsonObject & { readonly key: string; readonly path: string };

/** The member, unless its list is empty: the server keeps no empty lists. */
function filled<Key extends string, Item>(key: Key, items: readonly Item[]): Partial<Record<Key, readonly Item[]>> {
  return items.length === 0 ? {} : ({ [key]: items } as Record<Key, readonly Item[]>);
}

/** The member, unless its text is empty or absent: the server keeps no empty texts. */
function text<Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> {
  return value === undefined || value === '' ? {} : ({ [key]: value } as Record<Key, string>);
}
