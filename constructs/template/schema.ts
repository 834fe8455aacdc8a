/**
 * EnvironmentTemplate and ClusterEnvironmentTemplate: one specification, of which the cluster-scoped kind, an
 * administrator's, has more.
 */
import { Optional as optional, type TProperties, Type } from '@sinclair/typebox';
import type { KubeObject } from '../../src/api/object';
import { API_GROUP, API_VERSION } from '../../src/api/well-known';
import { AFFINITY, NETWORK_POLICY_PEER, TOLERATION } from '../../src/schema/core';
import {
  EXPLAIN,
  listAtomic,
  listMap,
  listSet,
  stringEnum,
  type Typed,
  UNIT,
  withRules,
} from '../../src/schema/keywords';
import type { KindSchema } from '../../src/schema/kind-schema';
import { CONTAINER, INIT_PLUGIN, PARAMETERISED_QUANTITY, SIDECAR } from './container-schema';
import { PERSONAL_STORAGE, SHARED_VOLUMES } from './mounted-volume-schema';
import { guarded, noWebtop, oneWeb, type SpecShape, type WorkloadShape, webtopBelowRestricted } from './spec-rules';

/** What a user may override where the template allows it. */
const OVERRIDES = ['resources', 'storage.size'] as const;

/** A parameter's value: what `spec.parameters` of an environment may hold. */
export const PARAMETER_VALUE = Type.Union([Type.String({ maxLength: 1024 }), Type.Number(), Type.Boolean()]);

/** How parameters are called. */
export const PARAMETER_NAME = '^[A-Za-z][A-Za-z0-9_-]{0,62}$';

const parameter = Type.Object({
  name: Type.String({
    maxLength: 63,
    pattern: PARAMETER_NAME,
    [EXPLAIN]: 'letters, digits, dashes and underscores, with a letter first',
    description: 'Name; $(params.NAME) stands for the value.',
  }),
  type: stringEnum(['string', 'number', 'boolean'], { default: 'string', description: 'Type of the value.' }),
  description: optional(Type.String({ maxLength: 1024, description: 'What users choose by it.' })),
  default: optional(
    Type.Unsafe<string | number | boolean>({
      ...PARAMETER_VALUE,
      description: 'Value where none is given. Without one a value must be given.',
    }),
  ),
  options: optional(
    listAtomic(PARAMETER_VALUE, { minItems: 1, maxItems: 64, description: 'The only values that may be given.' }),
  ),
  mutable: Type.Boolean({ default: false, description: 'True: the value may change after the environment was made.' }),
});

interface StorageShape {
  readonly size?: unknown;
  readonly existingClaim?: unknown;
}

const storage = Type.Object(
  {
    mountPath: optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        pattern: '^/',
        [EXPLAIN]: 'an absolute path',
        description: 'Where the app, and every plugin, sees it: the home. Default: the preset’s home.',
      }),
    ),
    size: optional(
      Type.Unsafe<string | number>({
        ...PARAMETERISED_QUANTITY,
        description: 'Size of the claim that is made. It only grows. Parameters are filled in.',
        [UNIT]: 'bytes',
      }),
    ),
    storageClassName: optional(
      Type.String({ minLength: 1, maxLength: 253, description: 'Default: the cluster’s default class.' }),
    ),
    accessModes: listAtomic(stringEnum(['ReadWriteOnce', 'ReadWriteMany', 'ReadWriteOncePod', 'ReadOnlyMany']), {
      minItems: 1,
      maxItems: 4,
      default: ['ReadWriteOnce'],
      description: 'How many nodes and pods may mount it.',
    }),
    reclaim: stringEnum(['Retain', 'Delete'], {
      default: 'Retain',
      description: 'Retain: deleting the environment keeps the claim. Delete: it goes with the environment.',
    }),
    existingClaim: optional(
      Type.String({
        minLength: 1,
        maxLength: 253,
        description: 'A claim of the environment’s namespace that is mounted, instead of one that is made.',
      }),
    ),
  },
  {
    description:
      'A volume that outlives pods, mounted as the home. Without it a preset’s home lives and dies with the pod.',
    ...withRules({
      rule: 'has(self.size) != has(self.existingClaim)',
      message: 'needs exactly one of size and existingClaim',
      holds: ({ size, existingClaim }: StorageShape) => (size === undefined) !== (existingClaim === undefined),
    }),
  },
);

const web = Type.Object(
  {
    port: optional(
      Type.String({
        minLength: 1,
        maxLength: 15,
        description: 'Name of the container’s port that the Service and the entry lead to. Default: the preset’s.',
      }),
    ),
    basePath: optional(
      stringEnum(['Keep', 'Strip'], {
        description:
          'Keep: the app is asked with the path prefix of the entry. Strip: without. Default: the preset’s, else Keep.',
      }),
    ),
    signIn: optional(
      stringEnum(['App'], {
        description:
          'App: the app asks for sign-in itself. Presets do; without preset and access policy it must be said.',
      }),
    ),
    listens: optional(
      stringEnum(['Loopback', 'AllInterfaces'], {
        description:
          'Where the app listens. Loopback: on 127.0.0.1 alone, so that nobody reaches it around its sidecar. Default: what the preset knows, else AllInterfaces.',
      }),
    ),
  },
  { description: 'What users open in the browser. Absent with a preset: the preset’s port.' },
);

const workload = Type.Object(
  {
    name: Type.String({
      default: 'main',
      maxLength: 15,
      pattern: '^[a-z][a-z0-9]*$',
      [EXPLAIN]: 'lower-case letters and digits, with a letter first',
      description: 'Name of the workload. The one called main has objects of the environment’s own name.',
    }),
    container: CONTAINER,
    web: optional(web),
    storage: optional(storage),
  },
  withRules(
    {
      rule: '!has(self.storage) || has(self.storage.mountPath) || has(self.container.preset)',
      message: 'is required where no preset knows the home',
      fieldPath: '.storage.mountPath',
      holds: ({ storage: volume, container }: WorkloadShape) =>
        volume === undefined || volume.mountPath !== undefined || container.preset !== undefined,
    },
    {
      rule: '!has(self.web) || has(self.container.preset) || (has(self.web.port) && has(self.container.ports) && self.container.ports.exists(port, port.name == self.web.port))',
      message: 'must name a port of the container',
      fieldPath: '.web.port',
      holds: ({ web: entry, container }: WorkloadShape) =>
        entry === undefined ||
        container.preset !== undefined ||
        (container.ports ?? []).some(({ name }) => name === entry.port),
    },
  ),
);

const placement = Type.Object(
  {
    nodeSelector: optional(Type.Record(Type.String(), Type.String(), { description: 'Labels that a node must have.' })),
    tolerations: optional(listAtomic(TOLERATION, { maxItems: 64, description: 'Taints that are no obstacle.' })),
    affinity: optional(Type.Unsafe<Typed<typeof AFFINITY>>({ ...AFFINITY, description: 'Finer choice of nodes.' })),
    priorityClassName: optional(
      Type.String({ minLength: 1, maxLength: 253, description: 'PriorityClass of the pods.' }),
    ),
    runtimeClassName: optional(
      Type.String({ minLength: 1, maxLength: 253, description: 'RuntimeClass of the pods, such as gvisor.' }),
    ),
  },
  { description: 'Where pods run.' },
);

const FIELDS = {
  displayName: optional(Type.String({ maxLength: 120, description: 'Name for people.' })),
  description: optional(Type.String({ maxLength: 4096, description: 'What it is for.' })),
  parameters: optional(listMap(parameter, ['name'], { maxItems: 32, description: 'What users choose.' })),
  workloads: listMap(workload, ['name'], { minItems: 1, maxItems: 8, description: 'What runs.' }),
  initPlugins: optional(
    listMap(INIT_PLUGIN, ['name'], {
      maxItems: 16,
      description:
        'Programs that prepare the home, in order, before the web workload (the first one where none has web) starts; the user’s come after.',
    }),
  ),
  sidecars: optional(
    listMap(SIDECAR, ['name'], {
      maxItems: 8,
      description: 'Programs beside the app of the web workload (the first one where none has web).',
    }),
  ),
  personalStorage: optional(PERSONAL_STORAGE),
  network: optional(
    Type.Object(
      {
        ingressFrom: optional(
          listAtomic(NETWORK_POLICY_PEER, { maxItems: 32, description: 'Who may reach the pods, beside the entry.' }),
        ),
        egressTo: optional(
          listAtomic(NETWORK_POLICY_PEER, {
            maxItems: 32,
            description: 'What the pods may reach, beside DNS and the internet.',
          }),
        ),
      },
      { description: 'What the pods may talk to.' },
    ),
  ),
  entryPointRef: optional(
    Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 253, description: 'Name of the EntryPoint.' }),
        namespace: optional(
          Type.String({
            minLength: 1,
            maxLength: 63,
            description:
              'Its namespace. Default: the environment’s. Another one must permit it by the annotation adrasteia.dev/allowed-namespaces.',
          }),
        ),
      },
      { description: 'How environments are reached from outside. Absent: inside the cluster only.' },
    ),
  ),
  accessPolicyRef: optional(
    Type.Object(
      {
        kind: stringEnum(['AccessPolicy', 'ClusterAccessPolicy'], { description: 'Kind of the policy.' }),
        name: Type.String({ minLength: 1, maxLength: 253, description: 'Name of the policy.' }),
      },
      {
        description:
          'Who gets into the environment. While no Gate is installed, such an environment is Unreachable. Default: the policy that the Gate names, else the app is its own guard.',
      },
    ),
  ),
  allow: optional(
    Type.Object(
      {
        overrides: optional(
          listSet(stringEnum(OVERRIDES), {
            maxItems: 8,
            description: 'What users may set in `overrides` of their environment.',
          }),
        ),
        share: Type.Boolean({ default: false, description: 'True: users may share their environment.' }),
      },
      { description: 'What users may do beyond choosing parameters.' },
    ),
  ),
  placement: optional(placement),
} satisfies TProperties;

const security = Type.Object(
  {
    podSecurity: stringEnum(['Restricted', 'Baseline', 'Privileged'], {
      default: 'Restricted',
      description: 'Pod Security level that the pods are held to.',
    }),
    reason: optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'Why less than Restricted is needed.' }),
    ),
  },
  {
    description: 'What the pods may do on their node.',
    ...withRules({
      rule: "self.podSecurity == 'Restricted' || has(self.reason)",
      message: 'is required where podSecurity is not Restricted',
      fieldPath: '.reason',
      holds: ({ podSecurity, reason }: NonNullable<SpecShape['security']>) =>
        podSecurity === 'Restricted' || reason !== undefined,
    }),
  },
);

/** The specification of a namespaced template. */
export const ENVIRONMENT_TEMPLATE_SPEC = Type.Object(
  { ...FIELDS, sharedVolumes: optional(SHARED_VOLUMES) },
  { description: 'What its environments are.', ...withRules(guarded, oneWeb, noWebtop) },
);

/** The specification of a cluster-scoped template. */
export const CLUSTER_ENVIRONMENT_TEMPLATE_SPEC = Type.Object(
  { ...FIELDS, security: Type.Unsafe<Typed<typeof security>>({ ...security, default: { podSecurity: 'Restricted' } }) },
  { description: 'What its environments are.', ...withRules(guarded, oneWeb, webtopBelowRestricted) },
);

const COLUMNS = [
  { name: 'Display Name', type: 'string', jsonPath: '.spec.displayName' },
  { name: 'Presets', type: 'string', jsonPath: '.spec.workloads[*].container.preset' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Images', type: 'string', jsonPath: '.spec.workloads[*].container.image', priority: 1 },
] as const;

/** EnvironmentTemplate: what environments of its namespace are made from. */
export const ENVIRONMENT_TEMPLATE: KindSchema = {
  type: {
    group: API_GROUP,
    version: API_VERSION,
    kind: 'EnvironmentTemplate',
    plural: 'environmenttemplates',
    namespaced: true,
  },
  description:
    'An EnvironmentTemplate describes environments of its own namespace: program, storage, network and what users may choose.',
  shortNames: ['aenvt'],
  categories: ['adrasteia'],
  spec: ENVIRONMENT_TEMPLATE_SPEC,
  columns: COLUMNS,
};

/** ClusterEnvironmentTemplate: what environments of every namespace may be made from. */
export const CLUSTER_ENVIRONMENT_TEMPLATE: KindSchema = {
  type: {
    group: API_GROUP,
    version: API_VERSION,
    kind: 'ClusterEnvironmentTemplate',
    plural: 'clusterenvironmenttemplates',
    namespaced: false,
  },
  description:
    'A ClusterEnvironmentTemplate describes environments of every namespace: program, storage, network, Pod Security and what users may choose.',
  shortNames: ['acenvt'],
  categories: ['adrasteia'],
  spec: CLUSTER_ENVIRONMENT_TEMPLATE_SPEC,
  columns: COLUMNS,
};

export type EnvironmentTemplateSpec = Typed<typeof ENVIRONMENT_TEMPLATE_SPEC>;
export type ClusterEnvironmentTemplateSpec = Typed<typeof CLUSTER_ENVIRONMENT_TEMPLATE_SPEC>;

/** What both kinds of template have, `security` only the cluster-scoped one and `sharedVolumes` only the namespaced one. */
export type TemplateSpec = EnvironmentTemplateSpec & Partial<Pick<ClusterEnvironmentTemplateSpec, 'security'>>;
export type TemplateWorkload = TemplateSpec['workloads'][number];
export type TemplateContainer = TemplateWorkload['container'];
export type TemplateParameter = NonNullable<TemplateSpec['parameters']>[number];
export type InitPlugin = NonNullable<TemplateSpec['initPlugins']>[number];
export type Sidecar = NonNullable<TemplateSpec['sidecars']>[number];
export type ParameterValue = string | number | boolean;

/** A template of either kind as the API holds it. */
export interface EnvironmentTemplateObject extends KubeObject {
  readonly spec: TemplateSpec;
}
